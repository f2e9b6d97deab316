"""Reports on what is open: how old, how late, how long it took."""

from __future__ import annotations

import random

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.words import state_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.as_of import open_at_day, open_states, owed_amounts
from vgpt2.synthesis.intents.reports.days import TODAY, Day, day_of, is_timed
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet, sum_of
from vgpt2.synthesis.literals import round_below
from vgpt2.synthesis.query import Call, Filter, Item, Ref, alias_for
from vgpt2.synthesis.roles.book import Book

BUCKETS = ((30, 60), (30, 60, 90), (15, 30, 60))
WITHIN = (7, 14, 30)
LATE = (0, 30, 60)


def _open(book: Book, table: Table) -> bool:
    """Whether a table has amounts that are to be paid by a due date, and tells which still are."""
    parts = book.parts(table)
    due = bool(parts.due) and _falls_due(book, parts.due[0])
    return bool(
        due
        and owed_amounts(book, table)
        and parts.open
        and book.all_partners(table)
        and not _paid_in_parts(book, table)
    )


def _paid_in_parts(book: Book, table: Table) -> bool:
    """Whether what is left of a document stands with its parts, each of which is due and paid on a day of its own: the
    whole amount of one that is paid in part is not open."""
    if book.parts(table).open_amounts:
        return False
    parts = [link.start for link in book.into(table) if {near for near, _ in link.pairs} < {*link.start.key}]
    return any(book.parts(part).due and book.parts(part).ended for part in parts)


def _falls_due(book: Book, column: Column) -> bool:
    """Whether a date is a due date, not the day for which somebody plans or wants something."""
    return state_words().due.rank(name_words(column.name, book.ctx.catalog.database).lower()) == 0


def _due(book: Book, table: Table) -> bool:
    return bool(book.parts(table).due and book.parts(table).open and book.parts(table).numbers)


def _took(book: Book, table: Table) -> bool:
    return bool(book.parts(table).dated and book.parts(table).after)


def _took_by(book: Book, table: Table) -> bool:
    """Whether the days that rows took have an average: a payment, which is done when it is made, is not among them."""
    return _took(book, table) and bool(book.all_partners(table)) and not book.ctx.roles(table).of_kinds


def _bucket(day: Day, low: int, high: int | None, alias: str, due: Ref, amount: Ref) -> Item:
    """The amounts that are so many days late, up to `high`; without it all that are later."""
    late = f"DATEDIFF(day, {{0}}, {day.sql})"
    when = f"{late} > {low}" if high is None else f"{late} BETWEEN {low + 1} AND {high}" if high else f"{late} <= 0"
    return Item(Call(f"SUM(CASE WHEN {when} THEN {{1}} ELSE 0 END)", (due, amount)), alias)


def _open_day(sheet: Sheet, due: Column) -> Day | None:
    """As of which day what is open is added up: of what is left of an amount only today, since what was left of it on
    another day is not known, and the whole amount is not what was open."""
    return Day(TODAY, "today") if sheet.parts.open_amounts else day_of(sheet, due)


def open_ageing(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What is open, by how late it is at a day, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "open_ageing")
    due, partner = sheet.parts.due[0], sheet.partner(owner=True)
    at = open_at_day(sheet, _open_day(sheet, due))
    if not at or not partner or not at[2]:
        return None
    day, state, amount = at[0], at[1], at[2]
    ends = rng.choice(BUCKETS)
    ref, value = sheet.ref(due), sheet.ref(amount)
    items = [_bucket(day, 0, 0, "NotDue", ref, value)]
    items += [
        _bucket(day, low, high, f"Days{low + 1}To{high}", ref, value)
        for low, high in zip((0, *ends), ends, strict=False)
    ]
    items.append(_bucket(day, ends[-1], None, f"Over{ends[-1]}", ref, value))
    spans = [f"{low + 1} to {high}" for low, high in zip((0, *ends), ends, strict=False)]
    query = sheet.query((*partner.items, *items), partner.grouped)
    return sheet.draft(
        query,
        f"sum {amount.name} by {partner.short}, parted by the days from {due.name} to {day.said}",
        measure=sheet.said(amount), date=sheet.said(due), day=day.said, by=partner.said, state=state,
        buckets=f"not yet due, {', '.join(spans)} and over {ends[-1]} days late",
    )  # fmt: skip


def overdue_list(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Open documents that are late by more than so many days, with the days."""
    sheet = Sheet(ctx, table, rng, turn, "overdue_list")
    due = sheet.parts.due[0]
    at, partner = open_at_day(sheet, day_of(sheet, due)), sheet.partner(owner=True)
    if not at:
        return None
    day, state, amount = at
    days = rng.choice(LATE)
    sheet.where.append(Filter(sheet.ref(due), f"{{0}} < {day.back(days) if days else day.sql}", "late"))
    late = Item(Call(f"DATEDIFF(day, {{0}}, {day.sql})", (sheet.ref(due),)), "DaysLate")
    own = [*sheet.ids(), *(partner.items if partner else ()), Item(sheet.ref(due)), late]
    own += [Item(sheet.ref(amount))] if amount else []
    ordered = rng.random() < 0.5
    shown = [*sheet.said_ids(), *([sheet.beside(partner)] if partner else []), sheet.said(due)]
    shown += [sheet.said(amount)] if amount else []
    return sheet.draft(
        sheet.query(own, order=(("DaysLate", True),) if ordered else ()),
        f"show the days from {due.name} to {day.said}{', most days first' if ordered else ''}",
        ordered,
        date=sheet.said(due), day=day.said, state=state, columns=", ".join(shown),
        late=f"more than {days} days late" if days else "late", order=", most days late first" if ordered else "",
    )  # fmt: skip


def overdue_partner(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners whose late documents add up to more than a bound, with their number and the oldest day."""
    sheet = Sheet(ctx, table, rng, turn, "overdue_partner")
    due, partner = sheet.parts.due[0], sheet.partner(known=True, owner=True)
    at = open_at_day(sheet, _open_day(sheet, due))
    if not at or not partner or not at[2]:
        return None
    day, state, amount = at[0], at[1], at[2]
    values = [value for value in ctx.values(table, amount) if value > 0]
    if not values:
        return None
    bound = round_below(rng.choice(values[:12]), rng)
    sheet.where.append(Filter(sheet.ref(due), f"{{0}} < {day.sql}", "late"))
    total = sum_of(sheet.ref(amount))
    oldest = Item(Call("MIN({0})", (sheet.ref(due),)), alias_for("Oldest", due.name))
    query = sheet.query(
        (*partner.items, total, sheet.count, oldest),
        partner.grouped,
        having=((Call("SUM({0})", (sheet.ref(amount),)), f"> {bound}"),),
    )
    return sheet.draft(
        query,
        f"sum {amount.name} and count by {partner.short}, keep totals over {bound}",
        measure=sheet.said(amount), date=sheet.said(due), day=day.said, by=partner.said, state=state,
        bound=str(bound),
    )  # fmt: skip


def due_soon(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Open documents that come due in so many days, of which a given one is the first."""
    sheet = Sheet(ctx, table, rng, turn, "due_soon")
    due = sheet.parts.due[0]
    day, state, partner = day_of(sheet, due, late=False), sheet.state(open_states(sheet)), sheet.partner(owner=True)
    if not day or not state:
        return None
    days = rng.choice(WITHIN)
    sheet.where.append(Filter(sheet.ref(due), f"{{0}} >= {day.sql} AND {{0}} < {day.on(days)}", "due soon"))
    amount = sheet.one(owed_amounts(sheet.book, table))
    own = [*sheet.ids(), *(partner.items if partner else ()), Item(sheet.ref(due))]
    own += [Item(sheet.ref(amount))] if amount else []
    shown = [*sheet.said_ids(), *([sheet.beside(partner)] if partner else []), sheet.said(due)]
    shown += [sheet.said(amount)] if amount else []
    return sheet.draft(
        sheet.query(own), f"keep those due in the {days} days from {day.said} on",
        date=sheet.said(due), day=day.said, days=str(days), state=state[1], columns=", ".join(shown),
    )  # fmt: skip


def days_taken(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """How many days it took on average, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "days_taken")
    start, partner = sheet.parts.dated[0], sheet.partner(known=True)
    ended = sheet.one(sheet.parts.after)
    if not partner or not ended:
        return None
    sheet.where.append(Filter(sheet.ref(ended), "{0} IS NOT NULL", "done"))
    pair = (sheet.ref(start), sheet.ref(ended))
    items = (Item(Call("AVG(DATEDIFF(day, {0}, {1}) * 1.0)", pair), "AverageDays"), sheet.count)
    return sheet.draft(
        sheet.query((*partner.items, *items), partner.grouped),
        f"average the days from {start.name} to {ended.name} by {partner.short}",
        start=sheet.said(start), end=sheet.said(ended), by=partner.said,
    )  # fmt: skip


def longest(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The documents that took longest from one day to the other."""
    sheet = Sheet(ctx, table, rng, turn, "longest")
    start, ended = sheet.parts.dated[0], sheet.one(sheet.parts.after)
    if not ended or not sheet.parts.numbers:
        return None
    sheet.where.append(Filter(sheet.ref(ended), "{0} IS NOT NULL", "done"))
    count = rng.choice((5, 10, 20))
    pair = (sheet.ref(start), sheet.ref(ended))
    partner = sheet.partner(owner=True)
    days = Item(Call("DATEDIFF(day, {0}, {1})", pair), "Days")
    items = (*sheet.ids(), *(partner.items if partner else ()), *map(Item, pair), days)
    shown = [*sheet.said_ids(), *([sheet.beside(partner)] if partner else [])]
    return sheet.draft(
        sheet.query(items, order=(("Days", True),), top=count),
        f"top {count} by the days from {start.name} to {ended.name}", True,
        n=str(count), start=sheet.said(start), end=sheet.said(ended), columns=", ".join(shown),
    )  # fmt: skip


def done_late(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Documents that were done after they were due, and how many days after."""
    sheet = Sheet(ctx, table, rng, turn, "done_late")
    due, ended = sheet.parts.due[0], sheet.one([column for column, _ in sheet.parts.ended])
    # What was done in the course of its day is not late.
    if not ended or not sheet.parts.numbers or is_timed(ended) > is_timed(due):
        return None
    pair = (sheet.ref(due), sheet.ref(ended))
    sheet.where.append(Call("{1} > {0}", pair))
    partner = sheet.partner(owner=True)
    late = Item(Call("DATEDIFF(day, {0}, {1})", pair), "DaysLate")
    items = (*sheet.ids(), *(partner.items if partner else ()), *map(Item, pair), late)
    shown = [*sheet.said_ids(), *([sheet.beside(partner)] if partner else [])]
    return sheet.draft(
        sheet.query(items), f"keep {ended.name} after {due.name}; show the days between",
        due=sheet.said(due), end=sheet.said(ended), columns=", ".join(shown),
    )  # fmt: skip


def open_at(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What was open at a day: there already, and not done yet."""
    sheet = Sheet(ctx, table, rng, turn, "open_at")
    start, amount = sheet.parts.dated[0], sheet.amount(since=True)
    ended = sheet.one(sheet.parts.after)
    day, partner = day_of(sheet, start), sheet.partner()
    if not ended or not amount or not day or not partner:
        return None
    sheet.where.append(Filter(sheet.ref(start), f"{{0}} {day.to_its_end(start)}", "there by then"))
    sheet.where.append(Call(f"({{0}} IS NULL OR {{0}} {day.past(ended)})", (sheet.ref(ended),)))
    word = next(word for column, word in sheet.parts.ended if column == ended)
    return sheet.draft(
        sheet.query((*partner.items, sum_of(sheet.ref(amount)), sheet.count), partner.grouped),
        f"{ended.name} empty or after {day.said} means not {word} then; sum {amount.name} by {partner.short}",
        measure=sheet.said(amount), start=sheet.said(start), end=sheet.said(ended), day=day.said, by=partner.said,
    )  # fmt: skip


INTENTS = (
    of_roles("open_ageing", open_ageing, _open),
    of_roles("overdue_list", overdue_list, _due, "sql"),
    of_roles("overdue_partner", overdue_partner, _open),
    of_roles("due_soon", due_soon, _due, "sql"),
    of_roles("days_taken", days_taken, _took_by),
    of_roles("longest", longest, _took, "sql"),
    of_roles(
        "done_late", done_late, lambda book, table: bool(book.parts(table).due and book.parts(table).ended), "sql"
    ),
    of_roles("open_at", open_at, lambda b, t: _took(b, t) and bool(b.parts(t).amounts) and bool(b.own_day(t))),
)
