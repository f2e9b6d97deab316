"""Reports on what should not be: twice, missing, out of order, without movement, run out."""

from __future__ import annotations

import random

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import WHOLE, base_word
from vgpt2.synthesis.columns import reference_rank
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.days import is_timed
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref
from vgpt2.synthesis.questions import listed
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.dimensions import called
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words

TWICE = ((Call("COUNT(*)"), "> 1"),)


def _same(book: Book, table: Table) -> bool:
    """Whether a table holds documents, which have a partner and a day of their own: lines repeat by nature."""
    return bool(book.own_day(table) and book.header(table) is None and book.partners(table))


def _twin(sheet: Sheet) -> list[Column]:
    """What tells that a document of one partner is there twice: its reference, or its day with the amount or alone."""
    day, keys = (
        sheet.book.own_day(sheet.table),
        {name for link in sheet.book.links(sheet.table) for name, _ in link.pairs},
    )
    if day is None:
        return []
    free = [column for column in sheet.ctx.roles(sheet.table).shown if column.name not in keys | set(sheet.table.key)]
    found = [[column] for column in free if _is_own_reference(sheet, column)]
    amounts = sheet.parts.amounts[:1]
    choices = [*found[:1], [day, *amounts]]
    return choices[sheet.choose(len(choices))]


def _is_own_reference(sheet: Sheet, column: Column) -> bool:
    """Whether a column has the number that a document bears: one check pays several invoices, which are no doubles."""
    words, money = name_words(column.name, sheet.ctx.catalog.database), role_words().moves_money
    if reference_rank(words) is None:
        return False
    return money.found(called(sheet.ctx, sheet.table)) or not money.found(words.lower())


def _issuer(sheet: Sheet) -> Link | None:
    """Whose number a document's reference is: a vendor's or a customer's, and not that of a way of payment."""
    database, issuers = sheet.ctx.catalog.database, role_words().issuers
    links = [
        link for link in sheet.book.partners(sheet.table)
        if issuers.found(f"{name_words(link.end.name, database)} {sheet.ctx.table_words(link.end)}".lower())
    ]  # fmt: skip
    return links[sheet.choose(len(links))] if links else None


def duplicates(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners with the same reference, or day and amount, more than once: perhaps entered twice."""
    sheet = Sheet(ctx, table, rng, turn, "duplicates")
    twin, link = _twin(sheet), _issuer(sheet)
    partner = sheet.of_known(link) if link else None
    if not twin or not partner:
        return None
    values = [sheet.ref(column) for column in twin]
    filled = [sheet.ref(column) for column in twin if column.nullable]
    sheet.where += [Filter(ref, "{0} IS NOT NULL") for ref in filled]
    query = sheet.query((*partner.items, *map(Item, values), sheet.count), (*partner.grouped, *values), having=TWICE)
    return sheet.draft(
        query, f"count by {partner.short} and {listed([column.name for column in twin])}, keep more than one",
        measure=listed([sheet.said(column) for column in twin]), by=partner.said,
    )  # fmt: skip


def duplicate_rows(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The documents that share partner and reference, or day and amount, with another."""
    sheet = Sheet(ctx, table, rng, turn, "duplicate_rows")
    twin = _twin(sheet)
    link = _issuer(sheet)
    partner = sheet.partner_of(link) if link else None
    if not twin or not partner or not sheet.parts.numbers:
        return None
    values = [sheet.ref(column) for column in twin]
    company = ctx.roles(table).company
    own = (*([sheet.ref(company)] if company else []), *partner.group, *values)
    inner = Query(table.qualified, tuple(map(Item, own)), where=tuple(sheet.where), group=own, having=TWICE)
    sheet.joins.append(JoinOn("Twice", tuple((ref, Ref("Twice", ref.column)) for ref in own), "JOIN", inner))
    keys = [Ref(table.qualified, name) for name in table.key if name != company]
    items = (*map(Item, dict.fromkeys((*keys, *partner.keys, *values))),)
    said = listed_keys(sheet, [ref.column for ref in dict.fromkeys((*keys, *partner.keys))])
    names = listed([column.name for column in twin])
    return sheet.draft(
        sheet.query(items), f"count by {partner.short} and {names} in brackets; join what is there twice",
        measure=listed([sheet.said(column) for column in twin]), key=sheet.said(partner.keys[-1].column), columns=said,
    )  # fmt: skip


def listed_keys(sheet: Sheet, names: list[str]) -> str:
    """Columns of the table, one after the other."""
    return ", ".join(sheet.said(name) for name in names)


def _counted(book: Book, table: Table) -> bool:
    numbers = book.parts(table).numbers
    if not book.parts(table).amounts and not book.parts(table).dated:
        return False
    return (
        bool(numbers)
        and base_word(numbers[-1]) in WHOLE
        and not any(numbers[-1].name == name for link in book.links(table) for name, _ in link.pairs)
    )


def gaps(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Where the numbers of documents leave one out."""
    sheet = Sheet(ctx, table, rng, turn, "gaps")
    number = sheet.parts.numbers[-1]
    others = [sheet.ref(name) for name in table.key if name not in (ctx.roles(table).company, number.name)]
    refs = (sheet.ref(number), *others)
    parts = f"PARTITION BY {', '.join(f'{{{place}}}' for place in range(1, len(refs)))} " if others else ""
    after = Item(Call(f"LEAD({{0}}) OVER ({parts}ORDER BY {{0}})", refs), "NextNumber")
    inner = sheet.query((*map(Item, others), Item(refs[0]), after))
    own = (Ref("Numbers", number.name), Ref("Numbers", "NextNumber"))
    items = (*(Item(Ref("Numbers", ref.column)) for ref in others), *map(Item, own))
    query = Query("Numbers", items, where=(Call("{1} > {0} + 1", own),), ctes=(("Numbers", inner),))
    within = f" within {listed_keys(sheet, [ref.column for ref in others])}" if others else ""
    return sheet.draft(
        query, f"LEAD gives the next {number.name}; keep where it is more than one higher",
        number=sheet.said(number), within=within,
    )  # fmt: skip


def date_order(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Rows whose days are in the wrong order."""
    sheet = Sheet(ctx, table, rng, turn, "date_order")
    first = sheet.parts.dated[0]
    later = sheet.one([*sheet.parts.due, *sheet.parts.after, *sheet.parts.expires])
    # What was scheduled may well lie before what was done.
    planned = bool(later) and later in sheet.parts.due and "actual" in first.name.lower()
    known = sheet.keys()
    keys = [name for name in known if later and name not in (first.name, later.name)]
    # What is of the same day is in order, at whatever hour.
    if not later or planned or not keys or is_timed(first) != is_timed(later):
        return None
    pair = (sheet.ref(first), sheet.ref(later))
    sheet.where.append(Call("{1} < {0}", pair))
    query = sheet.query((*(Item(sheet.ref(name)) for name in keys), *map(Item, pair)))
    return sheet.draft(
        query, f"keep {later.name} before {first.name}",
        first=sheet.said(first), later=sheet.said(later), columns=listed_keys(sheet, keys),
    )  # fmt: skip


def without_partner(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Rows that refer to no partner at all, and their amounts."""
    sheet = Sheet(ctx, table, rng, turn, "without_partner")
    links = [link for link in sheet.book.partners(table) if link.optional]
    link = links[sheet.choose(len(links))] if links else None
    amount = sheet.amount()
    column = table.column(link.pairs[-1][0]) if link else None
    keys = sheet.keys()
    if not link or not column or not column.nullable or not keys:
        return None
    sheet.where.append(Filter(sheet.ref(column), "{0} IS NULL", f"without {sheet.said(column)}"))
    name = sheet.parts.name
    shown = list(dict.fromkeys([*keys, *([name.name] if name else []), *([amount.name] if amount else [])]))
    said, words = sheet.said(column), column_words(ctx.catalog, column, table)
    return sheet.draft(
        sheet.query([Item(sheet.ref(part)) for part in shown]), f"keep those without {column.name}",
        column=f"{words} ({said})" if said == column.name != words else said, columns=listed_keys(sheet, shown),
    )  # fmt: skip


INTENTS = (
    of_roles("duplicates", duplicates, _same),
    of_roles("duplicate_rows", duplicate_rows, _same, "sql"),
    of_roles("gaps", gaps, _counted, "sql", ("LEAD",)),
    of_roles(
        "date_order",
        date_order,
        lambda b, t: bool(b.parts(t).dated and (b.parts(t).due or b.parts(t).after or b.parts(t).expires)),
        "sql",
    ),
    of_roles("without_partner", without_partner, lambda b, t: any(link.optional for link in b.partners(t)), "sql"),
)
