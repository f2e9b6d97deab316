"""The words of roles: words.yaml, its expressions compiled."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.catalog.states.words import Ranked
from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.yaml_file import read_yaml_file


class File(Strict):
    """The file."""

    levels: list[Pattern]
    amounts: list[Pattern]
    minor: list[Pattern]
    balances: list[Pattern]
    not_posted: list[Pattern]
    held_back: list[Pattern]
    stages: dict[Text, Pattern]
    follow: list[tuple[Text, Text]]
    revise: list[tuple[Text, Text]]
    issuers: list[Pattern]
    persons: list[Pattern]
    owners: list[Pattern]
    money_places: list[Pattern]
    moves_money: list[Pattern]
    ledger: list[Pattern]
    few_kinds: list[Pattern]
    agreed: list[Pattern]
    asked_by: list[Pattern]
    settles: list[Pattern]
    at_payment: list[Pattern]
    pays: list[Pattern]
    at_work: list[Pattern]
    earns: list[Pattern]
    stands_now: list[Pattern]
    invoices: list[Pattern]
    status: list[Pattern]
    lines: list[Pattern]
    sent_on: list[Pattern]
    came_back: list[Pattern]
    changes: list[Pattern]
    not_yet: list[Pattern]
    agreements: list[Pattern]


class Words:
    """The file with its expressions compiled."""

    def __init__(self, file: File) -> None:
        ranked = Ranked.of
        self.levels = ranked(file.levels)
        self.amounts = ranked(file.amounts)
        self.minor = ranked(file.minor)
        self.balances = ranked(file.balances)
        self.not_posted = ranked(file.not_posted)
        self.held_back = ranked(file.held_back)
        self.stages = {stage: re.compile(pattern) for stage, pattern in file.stages.items()}
        self.follow = [(first, second) for first, second in file.follow]
        self.revise = [(first, second) for first, second in file.revise]
        self.issuers = ranked(file.issuers)
        self.persons = ranked(file.persons)
        self.owners = ranked(file.owners)
        self.money_places = ranked(file.money_places)
        self.moves_money = ranked(file.moves_money)
        self.ledger = ranked(file.ledger)
        self.few_kinds = ranked(file.few_kinds)
        self.agreed = ranked(file.agreed)
        self.asked_by = ranked(file.asked_by)
        self.settles = ranked(file.settles)
        self.at_payment = ranked(file.at_payment)
        self.pays = ranked(file.pays)
        self.at_work = ranked(file.at_work)
        self.earns = ranked(file.earns)
        self.stands_now = ranked(file.stands_now)
        self.invoices = ranked(file.invoices)
        self.status = ranked(file.status)
        self.lines = ranked(file.lines)
        self.sent_on = ranked(file.sent_on)
        self.came_back = ranked(file.came_back)
        self.changes = ranked(file.changes)
        self.not_yet = ranked(file.not_yet)
        self.agreements = ranked(file.agreements)

    def stage(self, said: str) -> str:
        """The stage of an amount by what its name says: original, current, paid; '' where it says none."""
        return next((stage for stage, known in self.stages.items() if known.search(said)), "")


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
