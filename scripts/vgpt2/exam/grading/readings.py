"""Whether an answer names the things that a question may mean: by their names, their words, or these in German."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from vgpt2.catalog.finding.terms import inflected
from vgpt2.catalog.words import stem, text_words
from vgpt2.database_settings import Strict, Text
from vgpt2.yaml_file import read_yaml_file

_WORD = re.compile(r"\w+")
# A part of a compound has so many letters: Kreditorenrechnung holds Rechnung, and an is in everything.
LEAST_LETTERS = 4


class Glossary(Strict):
    """What English words of business are in other languages, as beginnings of words."""

    words: dict[Text, Annotated[list[Text], Field(min_length=1)]]


def read_glossary(path: Path) -> Glossary:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(Glossary)


@cache
def _others() -> dict[str, tuple[str, ...]]:
    """By the stem of an English word the beginnings of what it is elsewhere, in small letters."""
    glossary = read_glossary(Path(__file__).with_name("glossary.yaml"))
    return {stem(word): tuple(part.lower() for part in others) for word, others in glossary.words.items()}


def unnamed(prose: str, readings: Sequence[Sequence[str]]) -> Sequence[str]:
    """The names of the first reading that a text does not name; empty where it names them all."""
    words = frozenset(word.lower() for word in _WORD.findall(prose))
    stems = frozenset(inflected(term) for term in text_words(prose))
    return next((names for names in readings if not any(_says(name, words, stems) for name in names)), ())


def _says(name: str, words: frozenset[str], stems: frozenset[str]) -> bool:
    """Whether a text says a name as it stands, or all words of a phrase in one of their forms."""
    if name.lower() in words:
        return True
    terms = text_words(name) or [name.lower()]
    return all(inflected(term) in stems or _elsewhere(term, words) for term in terms)


def _elsewhere(term: str, words: frozenset[str]) -> bool:
    """Whether another language's word for a term stands in the text, alone or in a compound."""
    return any(
        word.startswith(part) or (len(part) >= LEAST_LETTERS and part in word)
        for part in _others().get(term, ())
        for word in words
    )
