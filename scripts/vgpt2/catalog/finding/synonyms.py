"""What people in any trade call the same thing, and the words that lead nowhere: synonyms.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vgpt2.catalog.finding.terms import inflected
from vgpt2.catalog.words import stem
from vgpt2.database_settings import Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Synonyms(Strict):
    """The file."""

    same: list[list[Text]]
    kinds: dict[Text, list[Text]]
    said_by_the_way: list[Text]


@cache
def by_the_way() -> frozenset[str]:
    """Words of a question that no table is found by."""
    return frozenset(_file().said_by_the_way)


@cache
def synonyms(word: str) -> frozenset[str]:
    """The stemmed words that may stand for a stemmed word, or for another form of it."""
    kinds, same = _by_word()
    others = set(same.get(inflected(word), ()))
    for kind in kinds.get(word, ()):
        others |= {kind, *same.get(inflected(kind), ())}
    return frozenset(others - {word})


def is_value(word: str) -> bool:
    """Whether a stemmed word says of itself what it is a value of."""
    return word in _by_word()[0]


@cache
def known_words() -> frozenset[str]:
    """All stemmed words that stand for others."""
    file = _file()
    return frozenset(stem(word) for line in (*file.same, *file.kinds.values()) for word in line)


@cache
def _by_word() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """By stemmed value, its kinds; by what the forms of a word share, the words that mean the same."""
    kinds: dict[str, set[str]] = {}
    for kind, values in _file().kinds.items():
        for value in values:
            kinds.setdefault(stem(value), set()).add(kind)
    same: dict[str, set[str]] = {}
    for line in _file().same:
        words = {stem(word) for word in line}
        for word in words:
            same.setdefault(inflected(word), set()).update(words - {word})
    return kinds, same


def read_synonyms(path: Path) -> Synonyms:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(Synonyms)


@cache
def _file() -> Synonyms:
    return read_synonyms(Path(__file__).with_name("synonyms.yaml"))
