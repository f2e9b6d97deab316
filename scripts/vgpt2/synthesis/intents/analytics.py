"""Intents of reports: ranks, running totals, pivots, pages, the latest of each, parameters."""

from __future__ import annotations

import random
from collections.abc import Callable

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import Roles, may_be_empty
from vgpt2.synthesis.columns import is_control, is_kind_of_row, is_of_one_kind
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.aggregates import total
from vgpt2.synthesis.intents.conditions import values_said
from vgpt2.synthesis.intents.groups import of_known
from vgpt2.synthesis.intents.model import Draft, TableBuild, of_table, pick, ranked_by, refs, shown_columns
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, alias_for, value_alias
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.dimensions import happens_on, of_no_month
from vgpt2.synthesis.roles.evidence import is_filtered_by

PAGE = (5, 8, 10, 12)


def _two(ctx: Context, table: Table, turn: int, label: str) -> tuple[Column | None, Column | None]:
    """A column to group by and another, an amount."""
    group = pick(ctx, table, book_of(ctx).dimensions(table), turn, f"{label}_group")
    amounts = [column for column in ctx.roles(table).amounts if group is None or column.name != group.name]
    return group, pick(ctx, table, amounts, turn, f"{label}_measure")


def rank(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The rank of every group by its total."""
    say = Speech(ctx, rng)
    group, measure = _two(ctx, table, turn, "rank")
    if not group or not measure:
        return None
    company, company_said = say.company(table)
    ref, amount = Ref(table.qualified, group.name), Ref(table.qualified, measure.name)
    ranked = Item(Call("RANK() OVER (ORDER BY SUM({0}) DESC)", (amount,)), alias_for("Rank", measure.name))
    items = (Item(ref), total("SUM", "Total", table, measure.name), ranked)
    query = Query(table.qualified, items, where=tuple(company), group=(ref,), order=((ranked.alias, False),))
    query, action = of_known(query, group, f"sum {measure.name} by {group.name}; rank the totals, highest first")
    phrases = {
        "group": say.column(table, group.name),
        "measure": say.column(table, measure.name),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, action)


def over_time(label: str, times: Callable[[Roles], list[Column]], template: str, prefix: str, step: str) -> TableBuild:
    """A builder: an amount by month or date, beside a window over the months (`template`, named with `prefix`)."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        say = Speech(ctx, rng)
        roles = ctx.roles(table)
        time = pick(ctx, table, [c for c in times(roles) if happens_on(c, ctx.catalog)], turn, f"{label}_time")
        # Of what was paid on invoices by now a month has no total.
        amounts = [column for column in roles.amounts if not of_no_month(ctx, table, column)]
        measure = pick(ctx, table, amounts, turn, f"{label}_measure")
        if not time or not measure:
            return None
        # Salaries do not come about on the days when people were hired.
        if time not in roles.months and not book_of(ctx).moments(table, months=False):
            return None
        company, company_said = say.company(table)
        when, amount = Ref(table.qualified, time.name), Ref(table.qualified, measure.name)
        window = Item(Call(template, (amount, when)), alias_for(prefix, measure.name))
        items = (Item(when), total("SUM", "Total", table, measure.name), window)
        dated = (Filter(when, "{0} IS NOT NULL"),) if may_be_empty(time) else ()
        query = Query(table.qualified, items, where=(*company, *dated), group=(when,), order=((when, False),))
        phrases = {
            "time": say.column(table, time.name),
            "measure": say.column(table, measure.name),
            "table": say.table(table),
            "company": company_said,
        }
        more = f"Leave out what has no {phrases['time']}." if dated else ""
        return Draft(query, phrases, f"sum {measure.name} by {time.name}; {step.format(time.name)}", more=more)

    return build


# The total of each month or date and the sum so far; the total of each month and its change from the
# month before that has rows.
running_total = over_time(
    "running", lambda roles: roles.months or roles.dates, "SUM(SUM({0})) OVER (ORDER BY {1})", "Running",
    "running total over {}",
)  # fmt: skip
month_over_month = over_time(
    "change", lambda roles: roles.months, "SUM({0}) - LAG(SUM({0})) OVER (ORDER BY {1})", "Change",
    "subtract the month before it in the list",
)  # fmt: skip


def pivot(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Totals side by side, one column for each of two or three values."""
    say = Speech(ctx, rng)
    group, measure = _two(ctx, table, turn, "pivot")
    codes = [c for c in book_of(ctx).kinds(table) if group is None or c.name != group.name]
    code = pick(ctx, table, codes, turn, "pivot_code")
    if not group or not measure or not code:
        return None
    values = [value for value in ctx.values(table, code) if str(value).isalnum()]
    if len(values) < 2:
        return None
    # Of deductions there are no hours.
    if is_kind_of_row(name_words(code.name, ctx.catalog.database)) and is_of_one_kind(
        name_words(measure.name, ctx.catalog.database)
    ):
        return None
    chosen = rng.sample(values, min(len(values), rng.choice((2, 2, 3))))
    name, said = values_said(say, table, code, chosen)
    company, company_said = say.company(table)
    ref, pair = Ref(table.qualified, group.name), (Ref(table.qualified, code.name), Ref(table.qualified, measure.name))
    sums = [
        Item(
            Call(f"SUM(CASE WHEN {{0}} = {literal(value)} THEN {{1}} ELSE 0 END)", pair),
            value_alias(code.name, text),
        )
        for value, text in zip(chosen, said, strict=True)
    ]
    if len({item.alias for item in sums}) < len(sums):
        return None
    query = Query(table.qualified, (Item(ref), *sums), where=tuple(company), group=(ref,))
    phrases = {
        "group": say.column(table, group.name),
        "measure": say.column(table, measure.name),
        "code": name,
        "values": ", ".join(said),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, f"sum {measure.name} by {group.name}, one column a value of {code.name}")


def page(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """One page of a sorted list. The key ends the order, so that the page is the same every time."""
    say = Speech(ctx, rng)
    shown = shown_columns(ctx, table, rng, turn)
    keys = [name for name in table.key if name != ctx.roles(table).company]
    if not shown or not keys:
        return None
    size = rng.choice(PAGE)
    number = rng.choice((2, 2, 3))
    company, company_said = say.company(table)
    order = tuple((Ref(table.qualified, name), False) for name in keys)
    query = Query(
        table.qualified, refs(table, shown), where=tuple(company), order=order, page=(size * (number - 1), size)
    )
    phrases = {
        "columns": say.columns(table, shown),
        "number": str(number),
        "size": str(size),
        "order": ", ".join(say.column(table, name) for name in keys),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, f"sort by {', '.join(keys)}; skip {size * (number - 1)} rows, take {size}", True)


def latest(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The latest or highest rows of each group, by a CTE that ranks the rows: all of them where several are."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    kinds = [column for column in book_of(ctx).dimensions(table) if column not in roles.months]
    group = pick(ctx, table, kinds, turn, "latest_group")
    by = pick(ctx, table, roles.dates + ranked_by(ctx, table), turn, "latest_by")
    if not group or not by or not table.key:
        return None
    database = ctx.catalog.database
    kept = [column.name for column in roles.shown if is_control(name_words(column.name, database).lower())]
    shown = shown_columns(ctx, table, rng, turn, [group.name, by.name, *kept], 2)
    if not shown:
        return None  # nobody could tell which one it is
    company, company_said = say.company(table)
    columns = tuple(Ref(table.qualified, name) for name in (group.name, by.name))
    rank = Item(Call("RANK() OVER (PARTITION BY {0} ORDER BY {1} DESC)", columns), "RankNumber")
    items = (*refs(table, [group.name, by.name, *shown]), rank)
    query = Query(table.qualified, items, where=tuple(company), keep=("RankNumber", "= 1"))
    action = f"rank the rows of each {group.name} by {by.name} descending; keep the first, all where several tie"
    query, action = of_known(query, group, action)
    phrases = {
        "degree": "latest" if by in roles.dates else "highest",
        "group": say.column(table, group.name),
        "by": say.column(table, by.name),
        "columns": say.columns(table, shown),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, action)


def parameters(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """A list whose company and month, or key, are parameters."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    ids = [column for column in roles.ids if is_filtered_by(ctx, table, column)]
    column = pick(ctx, table, roles.months + ids, turn, "parameter")
    if not column:
        return None
    shown = shown_columns(ctx, table, rng, turn, [column.name])
    if not shown:
        return None
    names = [(roles.company, "@Co")] if roles.company else []
    names.append((column.name, f"@{column.name}"))
    where = tuple(Filter(Ref(table.qualified, name), f"{{0}} = {parameter}") for name, parameter in names)
    phrases = {
        "columns": say.columns(table, shown),
        "parameters": " and ".join(parameter for _, parameter in names),
        "table": say.table(table),
    }
    return Draft(Query(table.qualified, refs(table, shown), where=where), phrases, f"show {', '.join(shown)}")


INTENTS = (
    of_table("rank", rank, "business"),
    of_table("running_total", running_total, "business", ("running",)),
    of_table("month_over_month", month_over_month, "business", ("LAG",)),
    of_table("pivot", pivot, "business"),
    of_table("page", page, needs=("offset",)),
    of_table("latest", latest, "business"),
    of_table("parameters", parameters),
)
