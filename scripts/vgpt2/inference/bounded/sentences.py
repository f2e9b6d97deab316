"""Sentences as they are said, word by word, and the words of plans (plan.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from vgpt2.database_settings import Strict, Text
from vgpt2.tsql.prefix.names import plain
from vgpt2.yaml_file import read_yaml_file

Kind = Literal["table", "value", "type", "any"]

_PART = r"`?(?:\[[^\]\n]*\]?|[A-Za-z_@#][\w@#$]*)`?"
_TOKEN = re.compile(rf"{_PART}(?:\.{_PART})*(?:\.\Z)?|\d+(?:[.:/-]\d+)*|[^\s\w]")
_FIRST = re.compile(r"`?[A-Za-z_@#\[]")
_SENTENCES = re.compile(r"(?<=[.!?:])\s+|\n")
# No token of a model is longer, so sentences that ended before have been read.
_LOOK_BACK = 160


class PlanWords(Strict):
    """plan.yaml."""

    begins: dict[str, Kind]
    within: dict[str, Kind]
    anywhere: dict[str, Kind]
    asks: dict[str, list[Text]]

    def openings(self, schema: str) -> tuple[str, ...]:
        """What the answer to a prompt with this schema has to begin with: a question back, where the schema says that
        there are two readings, and guessing one would answer another question in half of the cases. () : anything."""
        lines = schema.splitlines()
        return tuple(
            text for said, begun in self.asks.items() if any(line.startswith(said) for line in lines) for text in begun
        )

    def plans(self, words: Sequence[Word]) -> bool:
        """Whether a sentence is one of a plan."""
        said = [word.text for word in words]
        return any(said[: len(phrase)] == phrase for phrase in map(str.split, self.begins))


@cache
def plan_words() -> PlanWords:
    """The file.

    Raises:
        UserError: a fault in it, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("plan.yaml")).check(PlanWords)


@dataclass(slots=True, frozen=True)
class Word:
    """A word, number or sign of a sentence; `open`: the text ends with it, so that it may go on."""

    text: str
    open: bool = False

    @property
    def is_sign(self) -> bool:
        """Whether it is a number or a sign."""
        return not _FIRST.match(self.text)

    @property
    def parts(self) -> list[str]:
        """Of a name, without brackets and marks; the last is empty where a dot ends it."""
        found = [plain(part.strip("`")) for part in re.findall(_PART, self.text)]
        return [*found, ""] if self.text.endswith(".") else found

    @property
    def partial(self) -> bool:
        """Whether its last part may go on."""
        return self.open and self.text[-1] not in "]`"

    @property
    def named(self) -> bool:
        """Whether it can be told from a word of English."""
        return any(sign.isupper() or sign.isdigit() or sign in "_[@#" for sign in self.text)


class Sentence(NamedTuple):
    """A sentence and its words; `open`: it may go on."""

    text: str
    words: list[Word]
    open: bool


def new_sentences(text: str, goes_on: bool) -> Iterator[Sentence]:
    """The sentences at the end of a text, those that a further token may change.

    Args:
        goes_on: the last word may still become longer; a dot behind it may be one within a name.
    """
    before = max(0, len(text) - _LOOK_BACK)
    start = max(text.rfind(". ", 0, before), text.rfind("\n", 0, before)) + 1
    sentences = _SENTENCES.split(text[start:].lstrip())
    for number, sentence in enumerate(sentences, 1):
        open_end = goes_on and number == len(sentences)
        said = sentence if open_end else sentence.rstrip(".")
        words = [Word(found.group(), open_end and found.end() == len(said)) for found in _TOKEN.finditer(said)]
        yield Sentence(said, words, open_end)
