"""Reports on changes to documents: how often and by how much an order, a subcontract or a contract was changed."""

from __future__ import annotations

import random
from dataclasses import replace

from vgpt2.catalog.model import Table
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.documents import summed
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet, sum_of
from vgpt2.synthesis.query import Call, Filter, Item, Ref, total_alias
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.changes import change_amounts, changed_by, changes_of, counts_some
from vgpt2.synthesis.roles.columns import Pair
from vgpt2.synthesis.roles.links import Link


def _named(book: Book, table: Table) -> list[Link]:
    return [link for link in changed_by(book, table) if book.parts(link.end).name is not None]


def changes_by(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """For each document that was changed, how many changes there are, by how much in all, and when the last was."""
    sheet = Sheet(ctx, table, rng, turn, "changes_by")
    links, amounts = _named(sheet.book, table), change_amounts(sheet.book, table)
    partner = sheet.of_known(links[sheet.choose(len(links))])
    amount = sheet.one(amounts[:2])
    if not partner or not amount:
        return None
    more = ""
    if counts_some(sheet.book, table):
        sheet.where.append(Filter(sheet.ref(amount), "{0} <> 0"))
        more = f"Only those with {sheet.said(amount)}."
    day = sheet.book.own_day(table)
    items = [sheet.count, sum_of(sheet.ref(amount))]
    items += [Item(Call("MAX({0})", (sheet.ref(day),)), f"Last{day.name}")] if day else []
    last = f", and {day.name} for the last one" if day else ""
    return sheet.draft(
        sheet.query((*partner.items, *items), partner.grouped),
        f"count the changes, sum {amount.name} by {partner.short}{last}", more=more,
        measure=sheet.said(amount), by=partner.said, then="," if day else " and",
        last=f" and the last {sheet.said(day)}" if day else "",
    )  # fmt: skip


def _worth(book: Book, table: Table) -> list[tuple[Pair, Link | None]]:
    """What a document was worth at first and is worth now: two amounts of its own, else of its items (their link)."""
    own = [(pair, None) for pair in book.parts(table).pairs if pair.revises]
    items = [(pair, link) for link in book.lines(table) for pair in book.parts(link.start).pairs if pair.revises]
    return [*own, *items][:2]


def _counting(book: Book, table: Table) -> list[Link]:
    """The links of the changes to a table of which each counts."""
    return [link for link in changes_of(book, table) if not counts_some(book, link.start)]


def changed_from(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Documents that were changed, with what they were worth at first, all changes, and what they are worth now."""
    sheet = Sheet(ctx, table, rng, turn, "changed_from")
    links, worth = _counting(sheet.book, table), _worth(sheet.book, table)
    link, (pair, items) = links[sheet.choose(len(links))], worth[sheet.choose(len(worth))]
    amounts = [column for column in change_amounts(sheet.book, link.start) if column.type == pair.first.type]
    change = sheet.one(amounts[:1])
    if change is None:
        return None
    both, refs = (pair.first, pair.second), [sheet.ref(pair.first), sheet.ref(pair.second)]
    if items is not None:
        sums = tuple(_sum(items.start, column.name) for column in both)
        sheet.joins.append(summed(sheet, items, "Items", sums))
        refs = [Ref("Items", item.alias) for item in sums]
    changed = _sum(link.start, change.name)
    sheet.joins.append(replace(summed(sheet, link, "Changes", (changed,)), kind="JOIN"))
    partner = sheet.partner(owner=True)
    shown = [*sheet.ids(), *(partner.items if partner else ())]
    first, second = (Item(ref) for ref in refs)
    query = sheet.query((*shown, first, Item(Ref("Changes", changed.alias)), second))
    owner = items.start if items else table
    of_items = f", and {pair.first.name} and {pair.second.name} of the items," if items else ""
    return sheet.draft(
        query,
        f"sum {sheet.named_column(link.start, change.name)} of the changes{of_items} before the join, "
        "which keeps what was changed",
        changes=sheet.named(link.start), measure=sheet.say.column(link.start, change.name),
        first=sheet.say.column(owner, pair.first.name), second=sheet.say.column(owner, pair.second.name),
        columns=", ".join([*sheet.said_ids(), *([sheet.beside(partner)] if partner else [])]),
    )  # fmt: skip


def _sum(table: Table, column: str) -> Item:
    return Item(Call("SUM({0})", (Ref(table.qualified, column),)), total_alias(column))


INTENTS = (
    of_roles("changes_by", changes_by, lambda book, table: bool(_named(book, table))),
    of_roles("changed_from", changed_from, lambda book, table: bool(_counting(book, table) and _worth(book, table))),
)
