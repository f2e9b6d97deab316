"""The grammar of denials, refusals and questions (`grammar.yaml`), made ready to be looked for in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vgpt2.records.answers.lexicon import SYMBOLS, lexicons
from vgpt2.yaml_file import Key, YamlFile, read_yaml_file

WORD = re.compile(r"\b[A-Z][A-Z_]+\b")


class Rule(BaseModel):
    """A pattern of some languages alone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    pattern: str
    languages: list[str]


class Patterns(BaseModel):
    """The file as it stands."""

    model_config = ConfigDict(extra="forbid", strict=True)

    parts: dict[str, str]
    denials: list[str | Rule]
    nameless: list[str | Rule]
    no_path: list[str | Rule]
    asks: list[str | Rule]
    nearest: list[str | Rule]
    has_it: list[str | Rule]
    owns: list[str | Rule]


@dataclass(slots=True, frozen=True)
class Grammar:
    """The patterns of one language over the letters of its symbols."""

    denials: tuple[re.Pattern[str], ...]
    nameless: re.Pattern[str]
    no_path: re.Pattern[str]
    asks: re.Pattern[str]
    nearest: tuple[re.Pattern[str], ...]
    has_it: tuple[re.Pattern[str], ...]
    owns: tuple[re.Pattern[str], ...]


@cache
def grammar(language: str) -> Grammar:
    """The patterns of a language.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    return _read(Path(__file__).with_name("grammar.yaml"))[language]


@cache
def _read(path: Path) -> dict[str, Grammar]:
    return read_grammars(path)


def read_grammars(path: Path) -> dict[str, Grammar]:
    """The patterns of every language.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    file = read_yaml_file(path)
    patterns = file.check(Patterns)
    parts: dict[str, str] = {}
    for name, part in patterns.parts.items():
        parts[name] = _letters(part, parts, file, ("parts", name))
    compiled: dict[str, list[tuple[re.Pattern[str], frozenset[str]]]] = {}
    for heading in Patterns.model_fields.keys() - {"parts"}:
        compiled[heading] = []
        for number, rule in enumerate(getattr(patterns, heading)):
            text = rule if isinstance(rule, str) else rule.pattern
            only = frozenset(() if isinstance(rule, str) else rule.languages)
            compiled[heading].append((_compiled(text, parts, file, (heading, number)), only))

    def of(heading: str, language: str) -> tuple[re.Pattern[str], ...]:
        return tuple(pattern for pattern, only in compiled[heading] if not only or language in only)

    def one(heading: str, language: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in of(heading, language)))

    return {
        name: Grammar(
            of("denials", name),
            one("nameless", name),
            one("no_path", name),
            one("asks", name),
            of("nearest", name),
            of("has_it", name),
            of("owns", name),
        )
        for name in lexicons()
    }


def _letters(pattern: str, parts: dict[str, str], file: YamlFile, key: Key) -> str:
    def letter(match: re.Match[str]) -> str:
        name = match.group()
        if name in parts:
            return parts[name] if parts[name].startswith("(?") and parts[name].endswith(")") else f"(?:{parts[name]})"
        if name not in SYMBOLS:
            raise file.fault(key, f"no such symbol or part: {name}")
        return SYMBOLS[name]

    return WORD.sub(letter, pattern).replace(" ", "")


def _compiled(pattern: str, parts: dict[str, str], file: YamlFile, key: Key) -> re.Pattern[str]:
    try:
        return re.compile(_letters(pattern, parts, file, key))
    except re.error as error:
        raise file.fault(key, f"no regular expression: {error}") from None
