"""The words of states: words.yaml, its expressions compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Flag(Strict):
    """How a flag is found, and whether a row that is still to be dealt with has it set."""

    found: Pattern
    set: bool


class File(Strict):
    """The file."""

    kept_dates: list[Pattern]
    due: list[Pattern]
    begins: list[Pattern]
    ended: dict[Text, Pattern]
    expires: list[Pattern]
    expected: list[Pattern]
    dated: list[Pattern]
    documents: list[Pattern]
    undated: list[Pattern]
    open_amount: list[Pattern]
    flags: dict[Text, Flag]
    open_flags: list[Text]
    stating: list[Text]


@dataclass(slots=True, frozen=True)
class Ranked:
    """Expressions of which an earlier one ranks higher."""

    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, patterns: list[str]) -> Ranked:
        """Those of a list of a file."""
        return cls(tuple(map(re.compile, patterns)))

    def rank(self, text: str) -> int:
        """The place of the first that is found in a text; their number where none is."""
        return next((place for place, known in enumerate(self.patterns) if known.search(text)), len(self.patterns))

    def found(self, text: str) -> bool:
        """Whether any is found in a text."""
        return self.rank(text) < len(self.patterns)


class StateWords:
    """The file with its expressions compiled."""

    def __init__(self, file: File) -> None:
        self.kept_dates = Ranked.of(file.kept_dates)
        self.due = Ranked.of(file.due)
        self.begins = Ranked.of(file.begins)
        self.ended = {word: re.compile(pattern) for word, pattern in file.ended.items()}
        self.expires = Ranked.of(file.expires)
        self.expected = Ranked.of(file.expected)
        self.dated = Ranked.of(file.dated)
        self.documents = Ranked.of(file.documents)
        self.undated = Ranked.of(file.undated)
        self.open_amount = Ranked.of(file.open_amount)
        self.flags = {word: (re.compile(flag.found), flag.set) for word, flag in file.flags.items()}
        self.open_flags = frozenset(file.open_flags)
        self.stating = frozenset(file.stating)


def read_state_words(path: Path) -> StateWords:
    """The file of words.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    return StateWords(read_yaml_file(path).check(File))


@cache
def state_words() -> StateWords:
    """What is true in any database."""
    return read_state_words(Path(__file__).with_name("words.yaml"))
