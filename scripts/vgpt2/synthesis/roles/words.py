"""The words of roles: words.yaml, its expressions compiled."""

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
    levels: list[Pattern]
    amounts: list[Pattern]
    minor: list[Pattern]
    balances: list[Pattern]
    not_posted: list[Pattern]
    held_back: list[Pattern]
    open_amount: list[Pattern]
    stages: dict[Text, Pattern]
    follow: list[tuple[Text, Text]]
    flags: dict[Text, Flag]
    open_flags: list[Text]
    issuers: list[Pattern]
    persons: list[Pattern]
    owners: list[Pattern]
    money_places: list[Pattern]
    moves_money: list[Pattern]
    ledger: list[Pattern]
    few_kinds: list[Pattern]
    agreed: list[Pattern]
    settles: list[Pattern]
    stands_now: list[Pattern]
    invoices: list[Pattern]
    status: list[Pattern]
    lines: list[Pattern]


@dataclass(slots=True, frozen=True)
class Ranked:
    """Expressions of which an earlier one ranks higher."""

    patterns: tuple[re.Pattern[str], ...]

    def rank(self, text: str) -> int:
        """The place of the first that is found in a text; their number where none is."""
        return next((place for place, known in enumerate(self.patterns) if known.search(text)), len(self.patterns))

    def found(self, text: str) -> bool:
        """Whether any is found in a text."""
        return self.rank(text) < len(self.patterns)


class Words:
    """The file with its expressions compiled."""

    def __init__(self, file: File) -> None:
        def ranked(patterns: list[str]) -> Ranked:
            return Ranked(tuple(map(re.compile, patterns)))

        self.kept_dates = ranked(file.kept_dates)
        self.due = ranked(file.due)
        self.begins = ranked(file.begins)
        self.ended = {word: re.compile(pattern) for word, pattern in file.ended.items()}
        self.expires = ranked(file.expires)
        self.expected = ranked(file.expected)
        self.dated = ranked(file.dated)
        self.documents = ranked(file.documents)
        self.undated = ranked(file.undated)
        self.levels = ranked(file.levels)
        self.amounts = ranked(file.amounts)
        self.minor = ranked(file.minor)
        self.balances = ranked(file.balances)
        self.not_posted = ranked(file.not_posted)
        self.held_back = ranked(file.held_back)
        self.open_amount = ranked(file.open_amount)
        self.stages = {stage: re.compile(pattern) for stage, pattern in file.stages.items()}
        self.follow = [(first, second) for first, second in file.follow]
        self.flags = {word: (re.compile(flag.found), flag.set) for word, flag in file.flags.items()}
        self.open_flags = frozenset(file.open_flags)
        self.issuers = ranked(file.issuers)
        self.persons = ranked(file.persons)
        self.owners = ranked(file.owners)
        self.money_places = ranked(file.money_places)
        self.moves_money = ranked(file.moves_money)
        self.ledger = ranked(file.ledger)
        self.few_kinds = ranked(file.few_kinds)
        self.agreed = ranked(file.agreed)
        self.settles = ranked(file.settles)
        self.stands_now = ranked(file.stands_now)
        self.invoices = ranked(file.invoices)
        self.status = ranked(file.status)
        self.lines = ranked(file.lines)


def read_role_words(path: Path) -> Words:
    """The file of words.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    return Words(read_yaml_file(path).check(File))


@cache
def role_words() -> Words:
    """What is true in any database."""
    return read_role_words(Path(__file__).with_name("words.yaml"))
