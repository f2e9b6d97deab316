"""The words that carry the meaning of a question, by class, and those that carry none; `rewording` reads both.

The words are data (`words.yaml`), read when they are first asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from vgpt2.errors import did_you_mean
from vgpt2.synthesis.literals import MONTHS
from vgpt2.yaml_file import YamlFile, read_yaml_file

# Stand-ins for what is masked in a question: mentions of names, literals, words of a class.
MENTION, LITERAL, CLASS = 0xE000, 0xF000, 0x100000
M, L, C = f"[{chr(MENTION)}-{chr(LITERAL - 1)}]", f"[{chr(LITERAL)}-\uf8ff]", f"[{chr(CLASS)}-{chr(CLASS + 0xFF)}]"

AGGREGATES = ("total", "average", "count", "lowest", "highest", "earliest", "latest")
STATES = ("filled", "empty")
COMPARES = ("at_least", "at_most", "over", "under", "starts", "ends", "contains", "not")
# The classes that the check of a rewording asks for by name.
NAMED = (*AGGREGATES, *STATES, *COMPARES, "order", "ascending", "descending", "minus")

MONTH = rf"(?i:{'|'.join(MONTHS)}),? \d{{4}}"
NUMBER = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?k?"  # 20k is 20,000


@dataclass(slots=True, frozen=True)
class WordClass:
    """Words that say the same. `reason`: what a change of theirs is; `counted`: not only whether they occur matters,
    but how often; `added`: a rewording may bring them where the original has none; `dropped`: it may leave them out."""

    name: str
    pattern: re.Pattern[str]
    reason: str
    counted: bool = False
    added: bool = False
    dropped: bool = False


@dataclass(slots=True, frozen=True)
class Words:
    """The classes in order: what an earlier one has taken is not looked at again. `plain`: words that bring nothing
    new into a question; `shown`: those whose meaning a query shows;
    `told_by_words`: intents of which words alone tell whether it is asked the same."""

    classes: tuple[WordClass, ...]
    plain: frozenset[str]
    shown: frozenset[str]
    told_by_words: frozenset[str]


class ClassEntry(BaseModel):
    """A class as the file has it."""

    model_config = ConfigDict(extra="forbid")

    reason: Literal["aggregation", "condition", "order"]
    counted: bool = False
    added: bool = False
    dropped: bool = False
    words: list[str] = Field(min_length=1)


class WordsEntry(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    most: list[str] = Field(min_length=1)
    least: list[str] = Field(min_length=1)
    classes: dict[str, ClassEntry] = Field(max_length=0x100)  # each has its stand-in
    plain: str
    shown: str
    told_by_words: str


@cache
def word_lists() -> Words:
    """The words of `words.yaml`.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    return read_words(Path(__file__).with_name("words.yaml"))


def read_words(path: str | Path) -> Words:
    """The words in a YAML file.

    Raises:
        UserError: the first fault, with file, line and key.
    """
    file = read_yaml_file(path)
    entry = file.check(WordsEntry)
    if missing := next((name for name in NAMED if name not in entry.classes), None):
        raise file.fault(("classes",), f"the class '{missing}' is missing{did_you_mean(missing, entry.classes)}")
    stands = {"name": M, "literal": L, "most": "|".join(entry.most), "least": "|".join(entry.least)}
    classes = tuple(_word_class(file, name, its, stands) for name, its in entry.classes.items())
    return Words(
        classes, frozenset(entry.plain.split()), frozenset(entry.shown.split()), frozenset(entry.told_by_words.split())
    )


def _word_class(file: YamlFile, name: str, entry: ClassEntry, stands: dict[str, str]) -> WordClass:
    patterns = []
    for number, word in enumerate(entry.words):
        pattern, fault = _pattern(word, stands)
        if not fault and word in entry.words[:number]:
            fault = f"{word!r} is there already"
        if fault:
            raise file.fault(("classes", name, "words", number), fault)
        patterns.append(pattern)
    whole = re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)", re.I)
    return WordClass(name, whole, entry.reason, entry.counted, entry.added, entry.dropped)


def _pattern(word: str, stands: dict[str, str]) -> tuple[str, str]:
    """The regular expression of a word, and what is wrong with it."""
    unknown = next((name for name in re.findall(r"<(\w+)>", word) if name not in stands), None)
    if unknown is not None:
        return "", f"nothing stands for '<{unknown}>'{did_you_mean(f'<{unknown}>', (f'<{name}>' for name in stands))}"
    pattern = re.sub(r"<(\w+)>", lambda match: stands[match[1]], word)
    try:
        empty = re.fullmatch(pattern, "")
    except re.error as error:
        return "", f"no regular expression: {error} in {word!r}"
    return pattern, f"{word!r} matches no word at all" if empty else ""
