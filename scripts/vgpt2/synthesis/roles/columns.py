"""The roles of a table's columns: which date is the document's, which one is due, which amounts are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vgpt2.catalog.column_meaning import is_group
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.states.columns import (
    Days,
    State,
    days_of,
    flag_state,
    flag_values,
    names_said,
    still_open,
    with_labels,
)
from vgpt2.catalog.states.words import state_words
from vgpt2.synthesis.column_roles import TEXT, WHOLE, Roles, base_word, text_length
from vgpt2.synthesis.roles.words import Words, role_words

# A name is shown beside a key; a text that is longer is a note.
LONGEST_NAME = 128
# A row that takes more columns to be told is not shown in a list that people would ask for.
MOST_NUMBERS = 4


@dataclass(slots=True, frozen=True)
class Pair:
    """Two amounts of one noun and of stages that follow one another: what was ordered and what was received.
    `revises`: the second is what the first became, as the current cost the original one; else a part of it."""

    first: Column
    second: Column
    revises: bool = False


@dataclass(slots=True)
class Parts:
    """The columns of a table by what reports do with them, in each list the likeliest first.

    dated: days of the document; due: by when; ended: (day when it was done, its word), empty while it is open; after:
    those that come behind the first of `dated`; amounts: money and quantities that may be added up over rows and
    months; balances: what may be added up at one day only; held_back; open_amounts: what is still to be paid; pairs:
    amounts to compare; open: states that say "still open"; states: all that flags say; name: what people call a row;
    numbers: its key without company and groups.
    """

    dated: list[Column] = field(default_factory=list)
    due: list[Column] = field(default_factory=list)
    ended: list[tuple[Column, str]] = field(default_factory=list)
    after: list[Column] = field(default_factory=list)
    expires: list[Column] = field(default_factory=list)
    months: list[Column] = field(default_factory=list)
    amounts: list[Column] = field(default_factory=list)
    balances: list[Column] = field(default_factory=list)
    held_back: list[Column] = field(default_factory=list)
    open_amounts: list[Column] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    open: list[State] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    status: list[Column] = field(default_factory=list)
    name: Column | None = None
    numbers: list[Column] = field(default_factory=list)

    @property
    def times(self) -> list[Column]:
        """By what a report is cut into periods: months, else days of the document."""
        return self.months or self.dated


def parts_of(catalog: Catalog, table: Table, roles: Roles) -> Parts:
    """Which column has which role, by type, key and the words of its name."""
    said = names_said(catalog, table)
    parts = Parts(name=_name(table, said))
    days = _dates(parts, roles, with_labels(catalog, table, said))
    _amounts(parts, roles, said, role_words())
    _states(parts, roles, days, said)
    key = [column for name in table.key if name != roles.company and (column := table.column(name))]
    own = [column for column in key if not is_group(catalog.database, column)]
    parts.numbers = own if len(own) <= MOST_NUMBERS and all(column in roles.shown for column in own) else []
    return parts


def name_of(catalog: Catalog, table: Table) -> Column | None:
    """The column with what people call a row of the table; None where there is none."""
    return _name(table, names_said(catalog, table))


def _name(table: Table, said: dict[str, str]) -> Column | None:
    """The column with what people call a row of the table; None where there is none."""
    stem = " ".join(said.get(name, "") for name in table.key[-1:]).removesuffix(" id")
    found: list[tuple[int, int, Column]] = []
    for place, column in enumerate(table.columns):
        if base_word(column) not in TEXT or not 4 <= text_length(column) <= LONGEST_NAME or column.name in table.key:
            continue
        words = said[column.name]
        wanted = (
            "name",
            f"{stem} name",
            "description",
            "full name",
            "company name",
            f"{stem} description",
            "last name",
            "title",
        )
        if words in wanted:
            found.append((wanted.index(words), place, column))
        elif words == "firm name" or (words == "job title" and re.search(r"position|job", stem)):
            found.append((len(wanted), place, column))
    return min(found, key=lambda item: item[:2])[2] if found else None


def _dates(parts: Parts, roles: Roles, said: dict[str, str]) -> Days:
    parts.months = [column for column in roles.months if not role_words().not_posted.found(said[column.name])][:1]
    days = days_of(roles.dates, said, state_words())
    parts.due, parts.expires, parts.ended, parts.dated = days.due, days.expires, days.ended, days.dated
    sent = bool(days.dated) and role_words().sent_on.found(said[days.dated[0].name])
    ended = [column for column, _ in days.ended]
    parts.after = [column for column in ended if not sent or role_words().came_back.found(said[column.name])]
    return days


def _amounts(parts: Parts, roles: Roles, said: dict[str, str], words: Words) -> None:
    measured = [column for column in roles.amounts if not words.levels.found(said[column.name])]
    parts.held_back = [column for column in measured if words.held_back.found(said[column.name])]
    parts.open_amounts = sorted(
        (
            column
            for column in measured
            if state_words().open_amount.found(said[column.name]) and column not in parts.held_back
        ),
        key=lambda column: words.amounts.rank(said[column.name]),
    )
    parts.balances = [column for column in measured if words.balances.found(said[column.name])]
    main = [column for column in measured if not words.balances.found(said[column.name])]
    large = [column for column in main if not words.minor.found(said[column.name])] or main
    # What is left of an amount comes behind the amount itself.
    parts.amounts = sorted(
        large, key=lambda column: (column in parts.open_amounts, words.amounts.rank(said[column.name]))
    )
    staged = [
        (column, *_stage(said[column.name], words)) for column in main if not words.minor.found(said[column.name])
    ]
    # A row of such a table is planned, or it happened.
    parts.pairs = [
        Pair(first, second, wanted in words.revise)
        for wanted in (words.follow if not roles.of_kinds else ())
        for first, stage, noun in staged
        for second, next_stage, same in staged
        if (stage, next_stage) == wanted and noun == same and _alike(first, second)
    ]


def _alike(first: Column, second: Column) -> bool:
    """Whether the difference of two columns means something: hours from dollars is no amount."""
    whole = (base_word(first) in WHOLE) == (base_word(second) in WHOLE)
    return first.type == second.type or (whole and base_word(first) in WHOLE)


def _stage(said: str, words: Words) -> tuple[str, str]:
    """Stage and noun of an amount: "original cost" is ("original", "cost"); '' for no stage."""
    stage = words.stage(said)
    for known in words.stages.values():
        said = known.sub(" ", said)  # the contract amount as it was, and as it is, are both amounts
    return stage, " ".join(said.split()) or "total"


def _states(parts: Parts, roles: Roles, days: Days, said: dict[str, str]) -> None:
    words = state_words()
    parts.status = [
        column
        for column in roles.codes
        if flag_values(column) is None and role_words().status.found(said[column.name]) and column.values
    ]
    parts.states = [state for column in roles.codes if (state := flag_state(column, said[column.name], words))]
    parts.open = still_open(parts.states, days, parts.open_amounts, said, words)
