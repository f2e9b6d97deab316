"""Reports on who is how large: the top, shares, ranks, above the average, the few that make up most."""

from __future__ import annotations

import random

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import averaged, may_be_empty
from vgpt2.synthesis.columns import is_kind_of_row, is_of_one_kind
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import values_said
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.partners import Partner
from vgpt2.synthesis.intents.reports.sheet import Sheet, sum_of
from vgpt2.synthesis.literals import bound_below, literal
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, SubQuery, value_alias
from vgpt2.synthesis.roles.apart import is_told_apart
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.words import role_words

TOP = (3, 5, 10, 20)
TOTAL = Ref("Totals", "Total")


def _ranked(book: Book, table: Table) -> bool:
    return bool(book.parts(table).amounts and book.all_partners(table))


# Where partners compete, or each has a row, rows without one do not take part as if they were one.
CONTESTS = frozenset(
    ("top_partner", "rank_partner", "most_of_total", "above_mean", "quartile", "top_in_group", "largest_each")
)

# What is parted into those that make up most of it, or into equal groups, has many parts.
PARTED = frozenset(("most_of_total", "quartile"))

# Who has which part of a total lasts: vendors, jobs. Single documents have too small a part, and are too many.
OF_LASTING = PARTED | {"share", "above_mean", "top_in_group", "largest_each", "code_columns"}


def _start(
    ctx: Context, table: Table, rng: random.Random, turn: int, label: str
) -> tuple[Sheet, Column, Partner] | None:
    sheet = Sheet(ctx, table, rng, turn, label)
    amount, partner = sheet.amount(), sheet.partner(known=label in CONTESTS, lasting=label in OF_LASTING)
    if partner and label in PARTED and _few(sheet, partner):
        return None
    return (sheet, amount, partner) if amount and partner else None


def _few(sheet: Sheet, partner: Partner) -> bool:
    """Whether partners are a few kinds, such as methods of payment."""
    words = name_words(partner.link.end.name, sheet.ctx.catalog.database).lower()
    return role_words().few_kinds.found(words)


def _totals(sheet: Sheet, amount: Column, partner: Partner) -> tuple[Query, tuple[Item, ...]]:
    """The totals by partner, to be read as `Totals`, and its columns there."""
    inner = sheet.query((*partner.items, sum_of(sheet.ref(amount), "Total")), partner.grouped)
    return inner, tuple(Item(Ref("Totals", item.name)) for item in (*partner.items, Item(TOTAL)))


def top_partner(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The partners with the highest totals."""
    made = _start(ctx, table, rng, turn, "top_partner")
    if not made:
        return None
    sheet, amount, partner = made
    n, total = TOP[0] if _few(sheet, partner) else rng.choice(TOP), sum_of(sheet.ref(amount))
    query = sheet.query((*partner.items, total, sheet.count), partner.grouped, order=((total.alias, True),), top=n)
    return sheet.draft(
        query, f"top {n} {partner.short} by sum of {amount.name}", True,
        n=str(n), measure=sheet.said(amount), by=partner.said,
    )  # fmt: skip


def share(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What percentage of the total each partner has."""
    made = _start(ctx, table, rng, turn, "share")
    if not made:
        return None
    sheet, amount, partner = made
    part = Item(Call("100.0 * SUM({0}) / NULLIF(SUM(SUM({0})) OVER (), 0)", (sheet.ref(amount),)), "PercentOfTotal")
    query = sheet.query((*partner.items, sum_of(sheet.ref(amount)), part), partner.grouped)
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}; divide by the total of all",
        measure=sheet.said(amount), by=partner.said,
    )  # fmt: skip


def rank_partner(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners ranked by their totals."""
    made = _start(ctx, table, rng, turn, "rank_partner")
    if not made:
        return None
    sheet, amount, partner = made
    rank = Item(Call("RANK() OVER (ORDER BY SUM({0}) DESC)", (sheet.ref(amount),)), "RankNumber")
    query = sheet.query(
        (*partner.items, sum_of(sheet.ref(amount)), rank), partner.grouped, order=((rank.alias, False),)
    )
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}; rank the totals, highest first",
        measure=sheet.said(amount), by=partner.said,
    )  # fmt: skip


def most_of_total(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The largest partners that make up so many percent of the total."""
    made = _start(ctx, table, rng, turn, "most_of_total")
    if not made:
        return None
    sheet, amount, partner = made
    percent = rng.choice((50, 80, 80, 90))
    inner, shown = _totals(sheet, amount, partner)
    group = tuple(Ref("Totals", item.name) for item in partner.items[: len(partner.keys)])
    order = ", ".join(f"{{{place}}}" for place in range(1, 1 + len(group)))
    running = Call(f"SUM({{0}}) OVER (ORDER BY {{0}} DESC, {order} ROWS UNBOUNDED PRECEDING)", (TOTAL, *group))
    summed = Query(
        "Totals", (*shown, Item(running, "RunningTotal"), Item(Call("SUM({0}) OVER ()", (TOTAL,)), "AllTotal"))
    )
    refs = (Ref("Running", "RunningTotal"), TOTAL, Ref("Running", "AllTotal"))
    query = Query(
        "Running", tuple(Item(Ref("Running", item.name)) for item in shown),
        where=(Call(f"{{0}} - {{1}} < {percent / 100:g} * {{2}}", refs),),
        order=((TOTAL.column, True), *((ref.column, False) for ref in group)),
        ctes=(("Totals", inner), ("Running", summed)),
    )  # fmt: skip
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}; add up from the highest until {percent} % of all is reached",
        measure=sheet.said(amount), by=partner.said, percent=str(percent),
    )  # fmt: skip


def above_mean(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners whose total is above the average of all partners' totals."""
    made = _start(ctx, table, rng, turn, "above_mean")
    if not made:
        return None
    sheet, amount, partner = made
    inner, shown = _totals(sheet, amount, partner)
    mean = Query("Totals", (Item(Call(f"AVG({averaged(amount)})", (TOTAL,))),))
    query = Query("Totals", shown, where=(SubQuery(">", mean, TOTAL),), ctes=(("Totals", inner),))
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}; keep those over the average of these totals",
        measure=sheet.said(amount), by=partner.said,
    )  # fmt: skip


def quartile(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners in so many groups of equal number by their totals."""
    made = _start(ctx, table, rng, turn, "quartile")
    if not made:
        return None
    sheet, amount, partner = made
    n = rng.choice((4, 4, 5, 10))
    keys = ", ".join(f"{{{place}}}" for place in range(1, 1 + len(partner.group)))
    tile = Item(
        Call(f"NTILE({n}) OVER (ORDER BY SUM({{0}}) DESC, {keys})", (sheet.ref(amount), *partner.group)), "GroupNumber"
    )
    total = sum_of(sheet.ref(amount))
    query = sheet.query((*partner.items, total, tile), partner.grouped, order=((total.alias, True),))
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}; NTILE parts them into {n} from the highest down",
        measure=sheet.said(amount), by=partner.said, n=str(n),
    )  # fmt: skip


def top_in_group(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Within each value of a code the partners with the highest totals."""
    made = _start(ctx, table, rng, turn, "top_in_group")
    if not made:
        return None
    sheet, amount, partner = made
    used = {ref.column for ref in partner.group}
    code = sheet.one([column for column in sheet.book.kinds(table) if column.name not in used])
    database = ctx.catalog.database
    # Of deductions there are no hours, so that nobody is first there.
    kinds = code is not None and is_kind_of_row(name_words(code.name, database))
    if not code or (kinds and is_of_one_kind(name_words(amount.name, database))):
        return None
    # Nor is a customer among sales to jobs.
    if is_told_apart(ctx, table, code.name, used):
        return None
    n, group = rng.choice((2, 3, 5)), sheet.ref(code)
    left_out = ""
    if may_be_empty(code):
        sheet.where.append(Filter(group, "{0} IS NOT NULL"))
        left_out = f"; rows without {code.name} stay out"
    refs = (group, sheet.ref(amount), *partner.group)
    keys = ", ".join(f"{{{place}}}" for place in range(2, len(refs)))
    number = Item(Call(f"ROW_NUMBER() OVER (PARTITION BY {{0}} ORDER BY SUM({{1}}) DESC, {keys})", refs), "RowNumber")
    items = (Item(group), *partner.items, sum_of(sheet.ref(amount)), number)
    query = sheet.query(items, (group, *partner.grouped), keep=("RowNumber", f"<= {n}"))
    return sheet.draft(
        query,
        f"sum {amount.name} by {code.name} and {partner.short}; keep the first {n} of each {code.name}{left_out}",
        measure=sheet.said(amount), by=partner.said, code=sheet.said(code), n=str(n),
    )  # fmt: skip


def largest_each(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The largest document of each partner; several where they tie."""
    made = _start(ctx, table, rng, turn, "largest_each")
    if not made or not made[0].parts.numbers:
        return None
    sheet, amount, partner = made
    refs = (sheet.ref(amount), *partner.group)
    parts = ", ".join(f"{{{place}}}" for place in range(1, 1 + len(partner.group)))
    rank = Item(Call(f"RANK() OVER (PARTITION BY {parts} ORDER BY {{0}} DESC)", refs), "RankNumber")
    items = (*partner.items, *sheet.ids(), Item(sheet.ref(amount)), rank)
    query = sheet.query(items, keep=("RankNumber", "= 1"))
    return sheet.draft(
        query,
        f"rank the rows of each {partner.short} by {amount.name} descending; keep the first, all where several tie",
        measure=sheet.said(amount), by=partner.said, columns=", ".join(sheet.said_ids()),
    )  # fmt: skip


def size_classes(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """How many rows there are, and how much they add up to, in classes of an amount."""
    sheet = Sheet(ctx, table, rng, turn, "size_classes")
    amount = sheet.amount()
    values = sorted(value for value in ctx.values(table, amount) if value > 0) if amount else []
    if not amount or len(values) < 6:
        return None
    # A cost that happened is no estimate of under 1000.
    if ctx.roles(table).of_kinds and is_of_one_kind(name_words(amount.name, ctx.catalog.database)):
        return None
    low, high = (bound_below(values[len(values) * part // 6]) for part in (2, 5))
    if not 0 < low < high:
        return None
    small, middle = f"WHEN {{0}} < {low} THEN 'under {low}'", f"WHEN {{0}} < {high} THEN '{low} to {high}'"
    size = Call(f"CASE {small} {middle} ELSE '{high} and over' END", (sheet.ref(amount),))
    left_out = ""
    if may_be_empty(amount):
        sheet.where.append(Filter(sheet.ref(amount), "{0} IS NOT NULL"))
        left_out = f"; rows without {amount.name} stay out"
    query = sheet.query((Item(size, "SizeClass"), sheet.count, sum_of(sheet.ref(amount))), (size,))
    return sheet.draft(
        query, f"count and sum {amount.name} by its class (CASE){left_out}",
        measure=sheet.said(amount), classes=f"under {low}, {low} up to {high}, and {high} or more",
    )  # fmt: skip


def code_columns(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The total of each partner, with columns of its own for two values of a code and the rest."""
    made = _start(ctx, table, rng, turn, "code_columns")
    if not made:
        return None
    sheet, amount, partner = made
    code = sheet.one(sheet.book.kinds(table))
    values = [value for value in ctx.values(table, code) if str(value).isalnum()] if code else []
    if not code or len(values) < 2 or sheet.ref(code) in partner.group:
        return None
    database = ctx.catalog.database
    if is_kind_of_row(name_words(code.name, database)) and is_of_one_kind(name_words(amount.name, database)):
        return None
    chosen = rng.sample(values, 2)
    name, said = values_said(sheet.say, table, code, chosen)
    pair = (sheet.ref(code), sheet.ref(amount))
    columns = [
        Item(
            Call(f"SUM(CASE WHEN {{0}} = {literal(value)} THEN {{1}} ELSE 0 END)", pair),
            value_alias(code.name, text),
        )
        for value, text in zip(chosen, said, strict=True)
    ]
    query = sheet.query((*partner.items, *columns, sum_of(sheet.ref(amount))), partner.grouped)
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}, one column a value of {code.name} (CASE) and one for all",
        measure=sheet.said(amount), by=partner.said, code=name, values=" and ".join(said),
    )  # fmt: skip


INTENTS = (
    of_roles("top_partner", top_partner, _ranked),
    of_roles("share", share, _ranked),
    of_roles("rank_partner", rank_partner, _ranked, "sql"),
    of_roles("most_of_total", most_of_total, _ranked, "business", ("running",)),
    of_roles("above_mean", above_mean, _ranked, "sql"),
    of_roles("quartile", quartile, _ranked, "sql"),
    of_roles("top_in_group", top_in_group, lambda b, t: _ranked(b, t) and bool(b.kinds(t))),
    of_roles("largest_each", largest_each, _ranked, "sql"),
    # Documents are large and small; balances of a month, and what a program keeps by month, have no size.
    of_roles("size_classes", size_classes, lambda b, t: bool(b.parts(t).amounts and b.parts(t).dated), "sql"),
    of_roles("code_columns", code_columns, lambda b, t: _ranked(b, t) and bool(b.kinds(t)), "sql"),
)
