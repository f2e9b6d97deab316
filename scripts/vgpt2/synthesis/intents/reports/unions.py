"""Reports that put the rows of like documents under one another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from vgpt2.catalog.column_meaning import is_group
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.days import month_of
from vgpt2.synthesis.intents.reports.likeness import one_way, related
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import MAIN, Sheet, sum_of
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.links import Link


def _like(book: Book, table: Table) -> list[tuple[Link, Link]]:
    """Pairs of dated tables with amounts that refer to this one by the same columns."""
    links = [
        link for link in book.into(table)
        if any(owner == link.start for owner, _ in book.moments(link.start, months=False))
        and book.parts(link.start).numbers and link.start.weight >= 0.3 and one_way(book.ctx, link.start, table)
    ]  # fmt: skip
    return [(a, b) for a in links for b in links if a.start.name < b.start.name and _alike(book, a, b)]


def _alike(book: Book, first: Link, second: Link) -> bool:
    """Whether two tables hold like documents, in one money, of the same partner."""
    amounts = [book.parts(link.start).amounts[:1] for link in (first, second)]
    numbers = [book.parts(link.start).numbers[-1:] for link in (first, second)]
    types = [{column.type for column in columns} for columns in (amounts if all(amounts) else numbers)]
    # A mechanic is not who used the machine.
    alike = len(first.pairs) == len(second.pairs) and first.pairs[-1][0] == second.pairs[-1][0]
    return related(book, first.start, second.start) and types[0] == types[1] and alike


def union_documents(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The documents of two tables about one kind of partner in a month, one under the other, each said whence it is."""
    book_pairs = _like(Sheet(ctx, table, rng, turn, "union").book, table)
    if not book_pairs:
        return None
    pair = _chosen(ctx, book_pairs, "union_documents", table, turn)
    first = Sheet(ctx, pair[0].start, rng, turn, "union_documents")
    month = month_of(first, first.parts.dated[0])
    if not month:
        return None
    queries, said = [], []
    summed = all(sheet_parts.amounts for sheet_parts in (first.book.parts(link.start) for link in pair))
    what = "Amount" if summed else "Number"
    types = {column.base_type for link in pair if (column := _known_by(first.book, link))}
    for link in pair:
        other = Sheet(ctx, link.start, rng, turn, "union_documents")
        company = first.where if link is pair[0] else first.inner_company(link.start)
        amounts = other.parts.amounts[:MAIN]
        time, value = other.parts.dated[0], amounts[turn % len(amounts)] if summed else other.parts.numbers[-1]
        where = (*company, Filter(other.ref(time), month.covers(), f"of {month.said}"))
        label, near, key = Call(f"'{link.start.name}'"), link.pairs[-1][0], table.key[-1]
        items = (
            Item(label, "DocumentType"),
            Item(other.ref(near), key if key != near else ""),
            *([_number(other, link, types)] if summed else []),
            Item(other.ref(time), "DocumentDate"),
            Item(other.ref(value), what if value.name != what else ""),
        )  # fmt: skip
        queries.append(Query(link.start.qualified, items, where=where))
        table_said, time_said = first.named(link.start), first.say.column(link.start, time.name)
        marked = "" if link.start.name in table_said else f"marked {link.start.name}, "
        said.append(f"{table_said} ({marked}by {time_said}, {first.say.column(link.start, value.name)})")
    query = replace(queries[0], union=queries[1], all_rows=True)
    key = f"{table.key[-1]}, document number" if summed else table.key[-1]
    phrases = {"first": said[0], "second": said[1], "month": month.said, "key": key, "what": what.lower()}
    return Draft(
        query, phrases | {"company": first.company_said},
        "one SELECT for each, under the same names; UNION ALL keeps every row", alone=True,
    )  # fmt: skip


def _known_by(book: Book, link: Link) -> Column | None:
    """By what people know a document beside whose it is: the number of its own, else the last of its key."""
    start, near = link.start, {name for name, _ in link.pairs}
    times = {column.name for column in book.ctx.roles(start).months + book.ctx.roles(start).dates}
    known = [name for name in book.known_by(start) if name not in near | times]
    return start.column(known[-1]) if known else book.parts(start).numbers[-1]


def _number(sheet: Sheet, link: Link, types: set[str]) -> Item:
    """The document's number as an output column; as text where the two tables number in other ways."""
    column = _known_by(sheet.book, link) or sheet.parts.numbers[-1]
    return Item(Call("{0}" if len(types) == 1 else "CAST({0} AS varchar(30))", (sheet.ref(column),)), "DocumentNumber")


def union_totals(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The total and the number of the rows of two like tables, one row for each table."""
    book = Sheet(ctx, table, rng, turn, "union").book
    pairs = [pair for pair in _like(book, table) if all(book.parts(link.start).amounts for link in pair)]
    if not pairs:
        return None
    pair = _chosen(ctx, pairs, "union_totals", table, turn)
    first = Sheet(ctx, pair[0].start, rng, turn, "union_totals")
    queries, said = [], []
    for link in pair:
        other = Sheet(ctx, link.start, rng, turn, "union_totals")
        company = first.where if link is pair[0] else first.inner_company(link.start)
        amount = other.parts.amounts[turn % min(2, len(other.parts.amounts))]
        items = (
            Item(Call(f"'{link.start.name}'"), "DocumentType"),
            Item(Call("COUNT(*)"), "CountRows"),
            sum_of(other.ref(amount), "Total"),
        )
        queries.append(Query(link.start.qualified, items, where=tuple(company)))
        said.append(f"{first.say.column(link.start, amount.name)} of {first.named(link.start)}")
    query = replace(queries[0], union=queries[1], all_rows=True)
    names = " and ".join(link.start.name for link in pair)
    return Draft(
        query, {"first": said[0], "second": said[1], "company": first.company_said, "names": names},
        "count and sum each table; UNION ALL puts the two rows together", alone=True,
    )  # fmt: skip


def _users(book: Book, table: Table) -> list[tuple[Link, Link]]:
    """Pairs of tables with like documents that refer to this one, each by one column beside company and groups."""
    if book.parts(table).name is None:
        return []
    links = [
        link for link in book.into(table)
        if not link.header and link.start.weight >= 0.2 and _key(book, link) and one_way(book.ctx, link.start, table)
    ]  # fmt: skip
    return [
        (a, b) for a in links for b in links
        if a.start.name < b.start.name and a.pairs[-1][1] == b.pairs[-1][1] and related(book, a.start, b.start)
    ]  # fmt: skip


def _key(book: Book, link: Link) -> Column | None:
    """The column by which a table refers to another, where only one tells what."""
    company, database = book.ctx.roles(link.start).company, book.ctx.catalog.database
    own = [column for name, _ in link.pairs if name != company and (column := link.start.column(name))]
    own = [column for column in own if not is_group(database, column)]
    return own[0] if len(own) == 1 and own[0].name == link.pairs[-1][0] else None


def _chosen(ctx: Context, pairs: Sequence[tuple[Link, Link]], label: str, table: Table, turn: int) -> tuple[Link, Link]:
    order = list(range(len(pairs)))
    ctx.rng("pick", label, table.qualified).shuffle(order)
    return pairs[order[turn % len(order)]]


def in_either(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The partners that stand in one of two tables of like documents, or in both, each once (UNION)."""
    pairs = _users(Sheet(ctx, table, rng, turn, "union").book, table)
    if not pairs:
        return None
    pair = _chosen(ctx, pairs, "in_either", table, turn)
    first = Sheet(ctx, pair[0].start, rng, turn, "in_either")
    queries, said = [], []
    for link in pair:
        key = _key(first.book, link)
        if key is None:
            return None
        company = first.where if link is pair[0] else first.inner_company(link.start)
        ref = Ref(link.start.qualified, key.name)
        filled = (Filter(ref, "{0} IS NOT NULL"),) if key.nullable else ()
        queries.append(Query(link.start.qualified, (Item(ref),), where=(*company, *filled)))
        said.append(first.say.several(link.start, key.name, shown=True))
    name = queries[0].items[0].name
    return Draft(
        replace(queries[0], union=queries[1]),
        {"column": said[0], "table": first.named(pair[0].start), "other": first.named(pair[1].start),
         "company": first.company_said},
        f"{name} of both, each once", alone=True,
    )  # fmt: skip


INTENTS = (
    of_roles("in_either", in_either, lambda b, t: bool(_users(b, t))),
    of_roles("union_documents", union_documents, lambda b, t: bool(_like(b, t))),
    of_roles("union_totals", union_totals, lambda b, t: bool(_like(b, t))),
)
