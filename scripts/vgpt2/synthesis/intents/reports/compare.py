"""Reports that set one amount against another: budget and actual, ordered and received, document and lines."""

from __future__ import annotations

import random

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft, TableBuild
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet, sum_of
from vgpt2.synthesis.literals import round_below
from vgpt2.synthesis.query import Call, Filter, Item
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.columns import Pair
from vgpt2.synthesis.roles.words import role_words

PERCENT = (5, 10, 25)


def _pairs(book: Book, table: Table) -> bool:
    return bool(book.parts(table).pairs)


def _pairs_of_row(book: Book, table: Table) -> bool:
    """Whether both amounts of a row are of one thing: the estimate of a month is no bound for its costs."""
    months = {column.name for column in book.ctx.roles(table).months}
    return _pairs(book, table) and not months & set(table.key)


def _pairs_by(book: Book, table: Table) -> bool:
    return _pairs(book, table) and bool(book.all_partners(table))


def _held(book: Book, table: Table) -> bool:
    return bool(book.parts(table).held_back and book.all_partners(table))


def _pair(sheet: Sheet) -> Pair | None:
    pairs = sheet.parts.pairs
    return pairs[sheet.choose(len(pairs))] if pairs else None


def _value(column: Column) -> str:
    """The column in a sum of several: 0 where it may be empty."""
    return "ISNULL({0}, 0)" if column.nullable else "{0}"


def _less(sheet: Sheet, first: Column, second: Column, alias: str = "Difference") -> Item:
    """The first less the second."""
    text = f"{_value(first)} - {_value(second).replace('{0}', '{1}')}"
    return Item(Call(text, (sheet.ref(first), sheet.ref(second))), alias)


def variance(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Both amounts for each partner, their difference, and that in percent of the first."""
    sheet = Sheet(ctx, table, rng, turn, "variance")
    pair, partner = _pair(sheet), sheet.partner()
    if not pair or not partner:
        return None
    refs = (sheet.ref(pair.first), sheet.ref(pair.second))
    items = (
        sum_of(refs[0]),
        sum_of(refs[1]),
        Item(Call("SUM({1}) - SUM({0})", refs), "Difference"),
        Item(Call("100.0 * (SUM({1}) - SUM({0})) / NULLIF(SUM({0}), 0)", refs), "Percentage"),
    )
    return sheet.draft(
        sheet.query((*partner.items, *items), partner.grouped),
        f"sum {pair.first.name} and {pair.second.name} by {partner.short}; NULLIF keeps a total of 0 from dividing",
        first=sheet.said(pair.first), second=sheet.said(pair.second), by=partner.said,
    )  # fmt: skip


def _falls_short(sheet: Sheet) -> list[Pair]:
    """The pairs whose second amount is to reach the first: what was received, billed or paid; what a change took off an
    order is not missing."""
    current, database = role_words().stages["current"], sheet.ctx.catalog.database
    return [
        pair for pair in sheet.parts.pairs if not current.search(name_words(pair.second.name, database).lower())
    ]  # fmt: skip


def _rows(over: bool, label: str) -> TableBuild:
    """A builder: rows of which the second amount is over, or under, the first, with the difference."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        sheet = Sheet(ctx, table, rng, turn, label)
        pairs = sheet.parts.pairs if over else _falls_short(sheet)
        pair = pairs[sheet.choose(len(pairs))] if pairs else None
        if not pair or not sheet.parts.numbers:
            return None
        refs = (sheet.ref(pair.first), sheet.ref(pair.second))
        sheet.where.append(Call("{1} > {0}" if over else "{1} < {0}", refs))
        partner = sheet.partner(owner=True)
        difference = _less(sheet, pair.second, pair.first) if over else _less(sheet, pair.first, pair.second)
        items = sheet.ids()
        items += [item for item in (partner.items if partner else ()) if item not in items]
        items += [Item(refs[0]), Item(refs[1]), difference]
        said = sheet.said_ids()
        if partner:
            said.append(sheet.beside(partner))
        sign = "over" if over else "under"
        return sheet.draft(
            sheet.query(items), f"keep rows with {pair.second.name} {sign} {pair.first.name}; show the difference",
            first=sheet.said(pair.first), second=sheet.said(pair.second), columns=", ".join(said),
        )  # fmt: skip

    return build


def over_partner(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners of whom the second amount is over the first by more than so many percent."""
    sheet = Sheet(ctx, table, rng, turn, "over_partner")
    pair, partner = _pair(sheet), sheet.partner(known=True)
    if not pair or not partner:
        return None
    percent = rng.choice(PERCENT)
    refs = (sheet.ref(pair.first), sheet.ref(pair.second))
    bound = Call(f"SUM({{1}}) > SUM({{0}}) * {1 + percent / 100:g}", refs)
    query = sheet.query((*partner.items, sum_of(refs[0]), sum_of(refs[1])), partner.grouped, having=((bound, ""),))
    return sheet.draft(
        query, f"sum both by {partner.short}, keep {pair.second.name} more than {percent} % over {pair.first.name}",
        first=sheet.said(pair.first), second=sheet.said(pair.second), by=partner.said, percent=str(percent),
    )  # fmt: skip


def _wholes(sheet: Sheet) -> list[Column]:
    """The amounts of which something is held back: what was billed, and not what was agreed on or planned; no discount
    and no tax."""
    words, database = role_words(), sheet.ctx.catalog.database
    said = [(column, name_words(column.name, database).lower()) for column in sheet.parts.amounts]
    whole = [(column, words.stage(text)) for column, text in said if not words.minor.found(text)]
    billed = [column for column, stage in whole if stage in ("billed", "invoiced")]
    return billed or [column for column, stage in whole if not stage]


def held_back(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What is still held back, for each partner, and its share of the amount."""
    sheet = Sheet(ctx, table, rng, turn, "held_back")
    held, partner = sheet.one(sheet.parts.held_back), sheet.partner(owner=True)
    amount = next((column for column in _wholes(sheet) if held and column.type == held.type and column != held), None)
    if not held or not partner or not amount:
        return None
    refs = (sheet.ref(held), sheet.ref(amount))
    share = Item(Call("100.0 * SUM({0}) / NULLIF(SUM({1}), 0)", refs), "PercentHeld")
    query = sheet.query(
        (*partner.items, sum_of(refs[0]), sum_of(refs[1]), share), partner.grouped,
        having=((Call("SUM({0})", refs[:1]), "<> 0"),),
    )  # fmt: skip
    return sheet.draft(
        query, f"sum {held.name} and {amount.name} by {partner.short}, keep what is not 0",
        held=sheet.said(held), measure=sheet.said(amount), by=partner.said,
    )  # fmt: skip


def held_documents(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The rows with something held back over a bound."""
    sheet = Sheet(ctx, table, rng, turn, "held_documents")
    held, partner = sheet.one(sheet.parts.held_back), sheet.partner(owner=True)
    values = [value for value in ctx.values(table, held) if value > 0] if held else []
    if not held or not partner or not sheet.parts.numbers or not values:
        return None
    bound = round_below(rng.choice(values[:12]), rng)
    sheet.where.append(Filter(sheet.ref(held), f"{{0}} > {bound}"))
    query = sheet.query((*sheet.ids(), *partner.items, Item(sheet.ref(held))))
    return sheet.draft(
        query, f"keep {held.name} over {bound}",
        held=sheet.said(held), columns=", ".join([*sheet.said_ids(), sheet.beside(partner)]), bound=str(bound),
    )  # fmt: skip


INTENTS = (
    of_roles("variance", variance, _pairs_by),
    of_roles("fell_short", _rows(False, "fell_short"), _pairs_of_row, "sql"),
    of_roles("went_over", _rows(True, "went_over"), _pairs_of_row, "sql"),
    of_roles("over_partner", over_partner, _pairs_by),
    of_roles("held_back", held_back, _held),
    of_roles("held_documents", held_documents, _held, "sql"),
)
