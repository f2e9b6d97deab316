"""What was still open as of a day, and how much of it: by a date on any day, by a flag today only."""

from __future__ import annotations

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.columns import State
from vgpt2.synthesis.column_roles import EXACT, base_word
from vgpt2.synthesis.intents.reports.days import TODAY, Day
from vgpt2.synthesis.intents.reports.sheet import Sheet
from vgpt2.synthesis.query import Filter
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.dimensions import changes_later
from vgpt2.synthesis.roles.words import role_words


def open_states(sheet: Sheet) -> list[State]:
    """The states that say "still open", but for what the rows are called the contrary of: no approved change order is
    not approved, whatever its date of approval lacks."""
    called = sheet.ctx.called(sheet.table).lower().split()
    return [state for state in sheet.parts.open if state.word.removeprefix("not ") not in called]


def open_at_day(sheet: Sheet, day: Day | None) -> tuple[Day, str, Column | None] | None:
    """As of which day one of the open states is asked, with its conditions; how it is said, and the amount.

    On another day than today only a date tells whether a row was open: it was there by then, and done later or not
    yet. A flag and what is left of an amount are those of now, so that with them today is meant.
    """
    states, owed = open_states(sheet), owed_amounts(sheet.book, sheet.table)
    state = states[sheet.choose(len(states))] if states else None
    if not day or not state:
        return None
    amounts = [column for column in owed if not changes_later(sheet.ctx, sheet.table, column)]
    amounts = amounts or [column for column in billed_amounts(sheet.book, sheet.table) if column not in owed]
    amounts = [column for column in amounts if not changes_later(sheet.ctx, sheet.table, column)]
    told = state.template == "{0} IS NULL" and bool(amounts or not owed)
    moment = sheet.moment(months=False) if told and day.sql != TODAY else None
    if not moment:
        sheet.where.append(Filter(sheet.ref(state.column), state.template, state.word))
        return Day(TODAY, "today"), sheet.say_state(state), sheet.one(owed)
    sheet.where.append(Filter(moment.ref, f"{{0}} {day.to_its_end(moment.column)}", "there by then"))
    later = f"({{0}} IS NULL OR {{0}} {day.past(state.column)})"
    sheet.where.append(Filter(sheet.ref(state.column), later, f"{state.word} by then"))
    return day, f"{state.word} by then", sheet.one(amounts)


def owed_amounts(book: Book, table: Table) -> list[Column]:
    """What is open of the documents: the open amount, else their amounts, but not what was planned or paid."""
    return book.parts(table).open_amounts[:1] or billed_amounts(book, table)


def billed_amounts(book: Book, table: Table) -> list[Column]:
    """The main amounts of the documents, as they were on their day: not what was planned or paid."""
    parts, database, stages = book.parts(table), book.ctx.catalog.database, role_words().stages
    planned = [
        stages[name] for name in ("original", "budget", "current", "actual", "paid", "received") if name in stages
    ]
    money = [c for c in parts.amounts if base_word(c) in EXACT and c not in parts.open_amounts]
    said = [(column, name_words(column.name, database).lower()) for column in money]
    return [column for column, words in said if not any(known.search(words) for known in planned)][:2]
