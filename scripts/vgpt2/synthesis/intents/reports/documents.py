"""Reports on documents and their lines, and on masters with what stands against them: never an amount twice.

Lines are added up in a query in brackets before they are joined: what stands in the header once is counted once.
"""

from __future__ import annotations

import random

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Table
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.likeness import documents, in_one_role, one_way, related, same_amount
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet, counted
from vgpt2.synthesis.query import Call, Item, JoinOn, Query, Ref, alias_for, total_alias
from vgpt2.synthesis.questions import listed
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.companies import shared_group
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words


def summed(sheet: Sheet, link: Link, name: str, items: tuple[Item, ...]) -> JoinOn:
    """The rows behind a link added up by what they refer to, as an outer join under `name`."""
    start, end = link.start.qualified, link.end.qualified
    keys = tuple(Ref(start, column) for column, _ in link.pairs)
    inner = Query(start, (*map(Item, keys), *items), where=tuple(sheet.inner_company(link.start)), group=keys)
    pairs = tuple((Ref(end, far), Ref(name, near)) for near, far in link.pairs)
    return JoinOn(name, pairs, "LEFT JOIN", inner)


def _or_zero(name: str, alias: str) -> Item:
    return Item(Call("ISNULL({0}, 0)", (Ref(name, alias),)), alias)


def _sum(sheet: Sheet, table: Table, first: bool = False) -> tuple[str, Item] | None:
    """One of the main amounts of a table, or the first, added up: its name and the output column."""
    amounts = sheet.book.parts(table).amounts
    if not amounts:
        return None
    column = amounts[0 if first else sheet.choose(min(2, len(amounts)))]
    return column.name, Item(Call("SUM({0})", (Ref(table.qualified, column.name),)), total_alias(column.name))


def _with_lines(book: Book, table: Table) -> bool:
    return any(book.parts(link.start).amounts for link in counted_lines(book, table)) and bool(
        book.parts(table).numbers
    )


def counted_lines(book: Book, table: Table) -> list[Link]:
    """The links of the tables with lines of the documents: what a program keeps of something by month is none, and
    nobody counts the months."""
    database = book.ctx.catalog.database
    return [
        link for link in book.lines(table)
        if not any(is_month(database, column) for name in link.start.key
                   if name not in {near for near, _ in link.pairs} and (column := link.start.column(name)))
    ]  # fmt: skip


def _lines(sheet: Sheet) -> Link | None:
    links = [link for link in counted_lines(sheet.book, sheet.table) if sheet.book.parts(link.start).amounts]
    return links[sheet.choose(len(links))] if links else None


def line_totals(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Documents with the number and the total of their lines, 0 where there is none."""
    sheet = Sheet(ctx, table, rng, turn, "line_totals")
    link = _lines(sheet)
    made = _sum(sheet, link.start) if link else None
    if not link or not made:
        return None
    partner = sheet.partner(owner=True)
    join = summed(sheet, link, "Lines", (Item(Call("COUNT(*)"), "LineCount"), made[1]))
    sheet.joins.append(join)
    shown = [*sheet.ids(), *(partner.items if partner else ())]
    query = sheet.query((*shown, _or_zero("Lines", "LineCount"), _or_zero("Lines", made[1].alias)))
    return sheet.draft(
        query,
        f"count the lines and sum {sheet.named_column(link.start, made[0])} before the join; "
        "ISNULL gives 0 where there are none",
        lines=sheet.named(link.start), measure=sheet.say.column(link.start, made[0]),
        columns=", ".join([*sheet.said_ids(), *([sheet.beside(partner)] if partner else [])]),
    )  # fmt: skip


def lines_differ(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Documents whose own amount is not the sum of their lines."""
    sheet = Sheet(ctx, table, rng, turn, "lines_differ")
    link, amount = _lines(sheet), sheet.amount()
    made = _sum(sheet, link.start, first=True) if link else None
    if not link or not made or not amount:
        return None
    inner = link.start.column(made[0])
    if inner is None or not same_amount(sheet.book, (table, amount), (link.start, inner)):
        return None
    sheet.joins.append(summed(sheet, link, "Lines", (made[1],)))
    refs = (sheet.ref(amount), Ref("Lines", made[1].alias))
    sheet.where.append(Call("({0} <> {1} OR ({1} IS NULL AND {0} <> 0))", refs))
    own = [*sheet.ids(), Item(refs[0]), _or_zero("Lines", made[1].alias)]
    query = sheet.query((*own, Item(Call("{0} - ISNULL({1}, 0)", refs), "Difference")))
    return sheet.draft(
        query,
        f"sum {sheet.named_column(link.start, made[0])} of the lines before the join; "
        f"keep those that differ from {amount.name}",
        lines=sheet.named(link.start), measure=sheet.say.column(link.start, made[0]),
        columns=", ".join(sheet.said_ids()), amount=sheet.said(amount),
    )  # fmt: skip


def many_lines(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Documents with more than so many lines."""
    sheet = Sheet(ctx, table, rng, turn, "many_lines")
    links = counted_lines(sheet.book, table)
    link = links[sheet.choose(len(links))] if links else None
    if not link or not sheet.parts.numbers:
        return None
    bound = rng.choice((2, 2, 3))
    pairs = tuple((Ref(table.qualified, far), Ref(link.start.qualified, near)) for near, far in link.pairs)
    sheet.joins.append(JoinOn(link.start.qualified, pairs))
    keys = tuple(sheet.ref(name) for name in table.key if name != ctx.roles(table).company)
    query = sheet.query(
        (*map(Item, keys), Item(Call("COUNT(*)"), "LineCount")), keys, having=((Call("COUNT(*)"), f"> {bound}"),)
    )
    return sheet.draft(
        query, f"count the lines by {', '.join(key.column for key in keys)}, keep more than {bound}",
        lines=sheet.named(link.start), bound=str(bound), columns=", ".join(sheet.said(key.column) for key in keys),
    )  # fmt: skip


def _against(book: Book, table: Table) -> list[Link]:
    """The links of tables with amounts to this one."""
    return [link for link in _counted(book, table) if book.parts(link.start).amounts]


def master_totals(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """All masters with what stands against them, 0 where nothing does."""
    sheet = Sheet(ctx, table, rng, turn, "master_totals")
    links, name = _against(sheet.book, table), sheet.parts.name
    link = links[sheet.choose(len(links))] if links else None
    made = _sum(sheet, link.start) if link else None
    if not link or not made or not sheet.parts.numbers or name is None:
        return None
    count = counted(sheet.ctx, link.start)
    sheet.joins.append(summed(sheet, link, "Totals", (count, made[1])))
    own = (*sheet.ids(), Item(sheet.ref(name)))
    query = sheet.query((*own, _or_zero("Totals", count.alias), _or_zero("Totals", made[1].alias)))
    return sheet.draft(
        query, f"sum {sheet.named_column(link.start, made[0])} before the join; ISNULL gives 0 where there is none",
        other=sheet.named_as(link), measure=sheet.say.column(link.start, made[0]),
        columns=listed([*sheet.said_ids(), sheet.said(name)]),
    )  # fmt: skip


def _counted(book: Book, table: Table) -> list[Link]:
    """The links of other tables to this one, of which each row may have many."""
    if book.parts(table).name is None:
        return []
    into = [link for link in book.into(table) if link.start.weight >= 0.2 and not link.one_to_one]
    return [link for link in into if not book.only_links(link.start)]


def master_counts(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """All masters with how often another table refers to them, 0 where it never does."""
    sheet = Sheet(ctx, table, rng, turn, "master_counts")
    links, name = _counted(sheet.book, table), sheet.parts.name
    link = links[sheet.choose(len(links))] if links else None
    if not link or name is None or not sheet.parts.numbers:
        return None
    count = counted(sheet.ctx, link.start)
    sheet.joins.append(summed(sheet, link, "Counts", (count,)))
    shown = (*sheet.ids(), Item(sheet.ref(name)))
    return sheet.draft(
        sheet.query((*shown, _or_zero("Counts", count.alias))),
        "count before the join; ISNULL gives 0 where there is none",
        other=sheet.named_as(link), columns=listed([*sheet.said_ids(), sheet.said(name)]),
    )  # fmt: skip


def _two(book: Book, table: Table) -> list[tuple[Link, Link]]:
    """Pairs of tables with like amounts that refer to this one in one way: its lines, or like documents."""
    links = [link for link in _against(book, table) if one_way(book.ctx, link.start, table)]
    return [
        (a, b) for a in links for b in links
        if a.start.name < b.start.name and in_one_role(a, b) and _beside(book, a, b)
    ]  # fmt: skip


def _beside(book: Book, first: Link, second: Link) -> bool:
    if first.header and second.header:
        return documents(book, first.start) and documents(book, second.start)
    return first.header == second.header and related(book, first.start, second.start)


def two_totals(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """All masters with the totals of two tables side by side, each added up on its own."""
    sheet = Sheet(ctx, table, rng, turn, "two_totals")
    pairs, name = _two(sheet.book, table), sheet.parts.name
    if not pairs or not sheet.parts.numbers or name is None:
        return None
    order = list(range(len(pairs)))
    ctx.rng("pick", "two_totals", table.qualified).shuffle(order)
    joins, items, said, stages = [], [], [], set()
    for link, label in (
        (link, alias_for(link.start.name, "Totals")) for link in pairs[order[sheet.choose(len(order))]]
    ):
        made = _sum(sheet, link.start)
        if made is None:
            return None
        stages.add(role_words().stage(name_words(made[0], ctx.catalog.database)))
        joins.append(summed(sheet, link, label, (made[1],)))
        alias = alias_for(link.start.name, made[1].alias)
        items.append(Item(Call("ISNULL({0}, 0)", (Ref(label, made[1].alias),)), alias))
        said.append(f"{sheet.say.column(link.start, made[0])} of {sheet.named(link.start)}")
    sheet.joins += joins
    # What orders cost now stands beside what subcontracts cost now, not beside what they cost at first.
    if not sheet.within_group() or len(stages - {""}) > 1:
        return None
    own = (*sheet.ids(), Item(sheet.ref(name)))
    group = shared_group(ctx, table) if sheet.where else ""
    action = "sum each table on its own before the join, so that no row counts twice"
    return sheet.draft(
        sheet.query((*own, *items)), f"{action}; {group} is that of the company" if group else action,
        first=said[0], second=said[1], columns=listed([*sheet.said_ids(), sheet.said(name)]),
    )  # fmt: skip


INTENTS = (
    of_roles("line_totals", line_totals, _with_lines, "join"),
    of_roles("lines_differ", lines_differ, lambda b, t: _with_lines(b, t) and bool(b.parts(t).amounts)),
    of_roles("many_lines", many_lines, lambda b, t: bool(counted_lines(b, t) and b.parts(t).numbers), "join"),
    of_roles("master_totals", master_totals, lambda b, t: bool(_against(b, t)), "join"),
    of_roles("master_counts", master_counts, lambda b, t: bool(_counted(b, t)), "join"),
    of_roles("two_totals", two_totals, lambda b, t: bool(_two(b, t))),
)
