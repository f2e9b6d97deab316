"""Intents that count and add up all rows of one table that fit."""

from __future__ import annotations

import random

from vgpt2.catalog.model import Table
from vgpt2.synthesis.column_roles import averaged
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import rows_of, wanted
from vgpt2.synthesis.intents.model import Draft, TableBuild, of_table, pick, ranked_by
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, alias_for, total_alias
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of

COUNT_ROWS = Call("COUNT(*)")
COUNT = Item(COUNT_ROWS, "CountRows")


def call_of(function: str, table: Table, column: str) -> Call:
    """`SUM(InvTotal)`; of whole numbers `AVG(Days * 1.0)`."""
    found = table.column(column)
    inner = averaged(found) if function == "AVG" and found else "{0}"
    return Call(f"{function}({inner})", (Ref(table.qualified, column),))


def total(function: str, prefix: str, table: Table, column: str) -> Item:
    """`SUM(InvTotal) AS TotalInvTotal`."""
    alias = total_alias(column) if prefix == "Total" else alias_for(prefix, column)
    return Item(call_of(function, table, column), alias)


def condition(
    ctx: Context, say: Speech, table: Table, turn: int, without: tuple[str, ...] = ()
) -> tuple[Filter, dict[str, str]] | None:
    """A condition on a column of any fitting role, with the phrases of the table and of the condition; or None."""
    roles = ctx.roles(table)
    pool = [column for column in roles.equals + roles.months + roles.dates if column.name not in without]
    pool = [column for column in pool if ctx.likely(table, column)]
    column = pick(ctx, table, pool, turn, "condition")
    if column is None:
        return None
    if column in roles.dates:
        made = say.dates(table, column)
        return (made[0], {"table": say.table(table), "where": made[1]}) if made else None
    made = wanted(say, table, column)
    return (made[0], rows_of(say, table, column, made)) if made else None


def count(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """How many rows there are where a condition holds."""
    say = Speech(ctx, rng)
    made = condition(ctx, say, table, turn)
    if not made:
        return None
    company, company_said = say.company(table)
    query = Query(table.qualified, (COUNT,), where=(*company, made[0]))
    return Draft(query, {"company": company_said, **made[1]}, "count rows")


def single(function: str, prefix: str, verb: str, filtered: bool) -> TableBuild:
    """A builder: one aggregate of one amount, over all rows of a company or where a condition holds."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        say = Speech(ctx, rng)
        roles = ctx.roles(table)
        column = pick(ctx, table, roles.averages if function == "AVG" else roles.amounts, turn, function)
        if not column:
            return None
        made = condition(ctx, say, table, turn, (column.name,)) if filtered else None
        if filtered and not made:
            return None
        company, company_said = say.company(table)
        where = (*company, made[0]) if made else tuple(company)
        query = Query(table.qualified, (total(function, prefix, table, column.name),), where=where)
        phrases = {
            "measure": say.column(table, column.name),
            "company": company_said,
            **(made[1] if made else {"table": say.table(table)}),
        }
        return Draft(query, phrases, f"{verb} {column.name}")

    return build


def min_max(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The lowest and highest amount, or the first and last date."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    column = pick(ctx, table, ranked_by(ctx, table) + roles.dates, turn, "min_max")
    if not column:
        return None
    company, company_said = say.company(table)
    items = (total("MIN", "Min", table, column.name), total("MAX", "Max", table, column.name))
    query = Query(table.qualified, items, where=tuple(company))
    pair = "earliest and latest" if column in roles.dates else "lowest and highest"
    phrases = {
        "pair": pair,
        "measure": say.column(table, column.name),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, f"min and max of {column.name}")


def count_distinct(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """How many different values a column has."""
    say = Speech(ctx, rng)
    # Of yes and no there are two.
    many = [column for column in book_of(ctx).dimensions(table) if len(column.values) != 2]
    column = pick(ctx, table, many, turn, "count_distinct")
    if not column:
        return None
    company, company_said = say.company(table)
    item = Item(Call("COUNT(DISTINCT {0})", (Ref(table.qualified, column.name),)), alias_for("Distinct", column.name))
    query = Query(table.qualified, (item,), where=tuple(company))
    phrases = {"column": say.several(table, column.name), "table": say.table(table), "company": company_said}
    return Draft(query, phrases, f"count distinct {column.name}")


INTENTS = (
    of_table("count", count),
    of_table("sum", single("SUM", "Total", "sum", filtered=True)),
    of_table("average", single("AVG", "Average", "average", filtered=False)),
    of_table("min_max", min_max),
    of_table("count_distinct", count_distinct),
)
