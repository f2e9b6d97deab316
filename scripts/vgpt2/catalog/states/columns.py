"""What the columns of a table say of the state of a row: days by which it is due or on which it was done, flags, and
what makes it still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.column_meaning import DATES, EXACT, base_word, is_month
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.states.words import StateWords, state_words


@dataclass(slots=True, frozen=True)
class State:
    """A condition on one column that says in which state a row is: `word` ("open"), and the condition's template."""

    column: Column
    template: str
    word: str


@dataclass(slots=True)
class Days:
    """Dates by what they say. dated: days of the document; due: by when; ended: (day when it was done, its word), empty
    while it is open; expires: when it runs out."""

    due: list[Column] = field(default_factory=list)
    expires: list[Column] = field(default_factory=list)
    ended: list[tuple[Column, str]] = field(default_factory=list)
    dated: list[Column] = field(default_factory=list)


def names_said(catalog: Catalog, table: Table) -> dict[str, str]:
    """The names of a table's columns, written out in lower case."""
    return {column.name: name_words(column.name, catalog.database).lower() for column in table.columns}


def with_labels(catalog: Catalog, table: Table, said: Mapping[str, str]) -> dict[str, str]:
    """The same with what people call the columns behind: `EndDate` may be a planned end date."""

    def label(column: Column) -> str:
        text = column_words(catalog, column, table).lower()
        return "" if text == name_words(column.name, catalog.database).lower() else text

    return {column.name: f"{said[column.name]} {label(column)}" for column in table.columns}


def days_of(columns: Sequence[Column], said: Mapping[str, str], words: StateWords) -> Days:
    """Which of some dates says what.

    Args:
        said: the names of columns with their labels.
    """
    dates = [column for column in columns if not words.kept_dates.found(said[column.name])]
    found = Days()
    found.due = sorted(
        (
            column
            for column in dates
            if words.due.found(said[column.name])
            and not words.undated.found(said[column.name])
            and not words.begins.found(said[column.name])
        ),
        key=lambda column: words.due.rank(said[column.name]),
    )
    found.expires = [
        column
        for column in dates
        if words.expires.found(said[column.name]) and not words.expected.found(column.description.lower())
    ]
    for column in dates:
        if column in found.due or column in found.expires or not column.nullable:
            continue
        word = next((word for word, known in words.ended.items() if known.search(said[column.name])), "")
        if word and not words.undated.found(said[column.name]):
            found.ended.append((column, word))
    done = [column for column, _ in found.ended]
    rest = [column for column in dates if column not in (*found.due, *found.expires, *done)]
    found.dated = sorted(
        (
            column
            for column in rest
            if words.dated.found(said[column.name]) and not words.undated.found(said[column.name])
        ),
        key=lambda column: (words.dated.rank(said[column.name]), column.nullable),
    )
    return found


def flag_values(column: Column) -> tuple[str, str] | None:
    """What a flag holds for yes and for no, as literals; None where the column is no flag."""
    if base_word(column) == "bit":
        return "1", "0"
    return ("'Y'", "'N'") if sorted(column.values) == ["N", "Y"] else None


def flag_state(column: Column, said: str, words: StateWords) -> State | None:
    """What a flag says of a row that is still to be dealt with; None where it says nothing of that kind."""
    values = flag_values(column)
    for word, (known, is_set) in words.flags.items() if values else ():
        if values and known.search(said):
            template = f"{{0}} = {values[0] if is_set else values[1]}"
            return State(column, template, word if is_set else f"not {word}")
    return None


def still_open(
    flags: Sequence[State], days: Days, amounts: Sequence[Column], said: Mapping[str, str], words: StateWords
) -> list[State]:
    """The states that say "still open".

    Args:
        amounts: what is still to be paid, the likeliest first.
        said: the names of columns.
    """
    found = [state for state in flags if state.word.removeprefix("not ") in words.open_flags]
    # Who was hired or what is sold has not the state of a document that is dealt with.
    if days.due or days.expires or any(words.documents.found(said[column.name]) for column in days.dated):
        found += [State(column, "{0} IS NULL", f"not {word}") for column, word in days.ended]
    return [*found, *(State(column, "{0} <> 0", "still open") for column in amounts[:1])]


def open_states(catalog: Catalog, table: Table) -> list[State]:
    """What says that a row of a table is still open, by the types and names of its columns alone."""
    words, said = state_words(), names_said(catalog, table)
    own = [column for column in table.columns if column.name not in table.key]
    flags = [state for column in own if (state := flag_state(column, said[column.name], words))]
    dates = [column for column in own if base_word(column) in DATES and not is_month(catalog.database, column)]
    days = days_of(dates, with_labels(catalog, table, said), words)
    exact = [column for column in own if base_word(column) in EXACT and words.open_amount.found(said[column.name])]
    return still_open(flags, days, exact, said, words)
