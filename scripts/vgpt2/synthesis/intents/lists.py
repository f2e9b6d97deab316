"""Intents that show rows of one table."""

from __future__ import annotations

import random
from collections.abc import Callable

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import KeyParts, Roles, SharedGroups, averaged, is_flag, may_be_empty
from vgpt2.synthesis.columns import is_control, is_counter, measured_in, reference_rank, touched_by
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import rows_of, wanted
from vgpt2.synthesis.intents.model import Draft, TableBuild, of_table, pick, ranked_by, refs, shown_columns
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, SubQuery
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.evidence import is_filtered_by, is_named
from vgpt2.synthesis.roles.words import role_words

Condition = Callable[[Speech, Table, Column], tuple[Filter, str] | None]


def filtered_list(label: str, columns: Callable[[Roles], list[Column]], condition: Condition) -> TableBuild:
    """A builder: show some columns where one condition on a column of this role holds."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        say = Speech(ctx, rng)
        pool = columns(ctx.roles(table))
        if condition is Speech.empty:
            pool = [column for column in pool if may_lack(ctx, table, column)]
        else:
            pool = [column for column in pool if ctx.likely(table, column)]
        column = pick(ctx, table, pool, turn, label)
        made = condition(say, table, column) if column else None
        if not column or not made:
            return None
        shown = shown_columns(ctx, table, rng, turn, [column.name])
        if not shown:
            return None
        if condition is Speech.among:
            # Of several values each row shows which it has.
            shown = [column.name, *shown]
        elif condition is Speech.over:
            shown = [*shown, column.name]
        company, company_said = say.company(table)
        query = Query(table.qualified, refs(table, shown), where=(*company, made[0]))
        phrases = {"columns": say.columns(table, shown), "company": company_said}
        return Draft(query, phrases | rows_of(say, table, column, made), f"show {', '.join(shown)}")

    return build


def may_lack(ctx: Context, table: Table, column: Column) -> bool:
    """Whether people ask which rows have none in a column: no invoice number, not paid, no job; not which are in no
    batch, and no part of a key or unit that something else fills."""
    words = name_words(column.name, ctx.catalog.database).lower()
    aside = SharedGroups.of(ctx.catalog) | KeyParts.of(ctx.catalog) | ctx.catalog.company_names
    kept = is_control(words) or touched_by(words) or measured_in(words) or is_counter(words) or is_flag(column)
    roles = ctx.roles(table)
    if column.name in aside or kept or column.name in table.key or column in roles.measures:
        return False
    # Where the money for it was booked, and the group that it is of, is never missed by itself.
    links = [link for link in book_of(ctx).links(table) if link.pairs[-1][0] == column.name]
    asked = any(is_named(ctx, link.end) for link in links) or is_filtered_by(ctx, table, column)
    known = reference_rank(words) is not None
    return column in roles.dates or column in roles.texts or asked or known


def two_conditions(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Show columns where a month or date condition and an equality hold."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    times, others = (
        [column for column in pool if ctx.likely(table, column)]
        for pool in (roles.months + roles.dates, roles.equals + roles.measures)
    )
    time, other = pick(ctx, table, times, turn, "two_time"), pick(ctx, table, others, turn, "two_other")
    if not time or not other:
        return None
    first = say.equals(table, time) if time in roles.months else say.dates(table, time)
    second = say.over(table, other) if other in roles.measures else wanted(say, table, other)
    shown = shown_columns(ctx, table, rng, turn, [time.name, other.name])
    if not first or not second or not shown:
        return None
    company, company_said = say.company(table)
    query = Query(table.qualified, refs(table, shown), where=(*company, first[0], second[0]))
    rows = rows_of(say, table, other, second)
    rows["where"] = f"{first[1]} and {rows['where']}" if rows["where"] else first[1]
    phrases = {"columns": say.columns(table, shown), "company": company_said, **rows}
    return Draft(query, phrases, f"show {', '.join(shown)}")


def top(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The n rows with the highest or lowest amount, or the latest date."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    column = pick(ctx, table, ranked_by(ctx, table) + roles.dates, turn, "top")
    if not column:
        return None
    dated = column in roles.dates
    down = rng.random() < 0.75
    shown = [*shown_columns(ctx, table, rng, turn, [column.name], 2), column.name]
    if len(shown) < 2:
        return None
    count = rng.choice((3, 5, 10, 20))
    company, company_said = say.company(table)
    order = Ref(table.qualified, column.name)
    query = Query(table.qualified, refs(table, shown), where=tuple(company), order=((order, down),), top=count)
    degree = ("latest", "earliest") if dated else ("highest", "lowest")
    phrases = {
        "n": str(count),
        "columns": say.columns(table, shown),
        "table": say.table(table),
        "company": company_said,
        "by": say.column(table, column.name),
        "degree": degree[0 if down else 1],
    }
    first = "top" if down else phrases["degree"]
    return Draft(query, phrases, f"{first} {count} by {column.name}; show {', '.join(shown)}", ordered=True)


def ordered(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """All rows of a company in the order of a column."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    column = pick(ctx, table, roles.dates + roles.texts + roles.measures + roles.ids, turn, "ordered")
    if not column:
        return None
    others = shown_columns(ctx, table, rng, turn, [column.name], 2)
    shown = [*others, column.name]
    if not others:
        return None
    down = rng.random() < 0.4
    company, company_said = say.company(table)
    order = Ref(table.qualified, column.name)
    query = Query(table.qualified, refs(table, shown), where=tuple(company), order=((order, down),))
    phrases = {
        "columns": say.columns(table, shown),
        "table": say.table(table),
        "company": company_said,
        "by": say.column(table, column.name),
        "direction": "descending" if down else "ascending",
    }
    by = f"{column.name}{' descending' if down else ''}"
    return Draft(query, phrases, f"show {', '.join(shown)} ordered by {by}", ordered=True)


def distinct(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The different values of a column."""
    say = Speech(ctx, rng)
    roles = ctx.roles(table)
    # Which kinds there may be is known: nobody asks which quarters there are.
    dimensions = [column for column in book_of(ctx).dimensions(table) if not column.values]
    # An empty value is no kind, and the plain DISTINCT has it.
    pool = [c for c in dimensions + roles.texts if not may_be_empty(c) and c not in roles.months + roles.dates]
    column = pick(ctx, table, pool, turn, "distinct")
    if not column or book_of(ctx).only_links(table):
        return None
    company, company_said = say.company(table)
    query = Query(table.qualified, refs(table, [column.name]), where=tuple(company), distinct=True)
    phrases = {
        "column": say.several(table, column.name, shown=True),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, f"distinct {column.name}")


def company_settings(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What a company has set: one to three columns of its one row."""
    say = Speech(ctx, rng)
    shown = shown_columns(ctx, table, rng, turn)[: rng.choice((1, 2, 3))]
    company, company_said = say.company(table)
    if not shown or not company:
        return None
    query = Query(table.qualified, refs(table, shown), where=tuple(company))
    phrases = {"columns": say.columns(table, shown), "table": say.table(table), "company": company_said}
    return Draft(query, phrases, f"show {', '.join(shown)}")


def above_average(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Rows whose amount is above the average amount of all rows of the company."""
    say = Speech(ctx, rng)
    # What stood somewhere on one day has no average over places and months.
    database, balances = ctx.catalog.database, role_words().balances
    columns = [c for c in ctx.roles(table).averages if not balances.found(name_words(c.name, database))]
    column = pick(ctx, table, columns, turn, "above_average")
    if not column:
        return None
    others = shown_columns(ctx, table, rng, turn, [column.name], 2)
    if not others:
        return None
    shown = [*others, column.name]
    company, company_said = say.company(table)
    ref = Ref(table.qualified, column.name)
    inner = Query(table.qualified, (Item(Call(f"AVG({averaged(column)})", (ref,))),), where=tuple(company))
    query = Query(table.qualified, refs(table, shown), where=(*company, SubQuery(">", inner, ref)))
    phrases = {
        "columns": say.columns(table, shown),
        "table": say.table(table),
        "company": company_said,
        "measure": say.column(table, column.name),
    }
    return Draft(query, phrases, f"show {', '.join(shown)} above the average of {column.name}")


INTENTS = (
    of_table("list_equal", filtered_list("equal", lambda roles: roles.equals + roles.months, wanted)),
    of_table("list_date", filtered_list("date", lambda roles: roles.dates, Speech.dates)),
    of_table("list_over", filtered_list("over", lambda roles: roles.measures, Speech.over)),
    of_table("list_like", filtered_list("like", lambda roles: roles.texts, Speech.like)),
    of_table("list_in", filtered_list("in", lambda roles: roles.equals, Speech.among)),
    of_table(
        "list_null",
        filtered_list("null", lambda roles: list(filter(may_be_empty, roles.shown)), Speech.empty),
    ),
    of_table("list_two", two_conditions),
    of_table("top", top),
    of_table("ordered", ordered),
    of_table("distinct", distinct),
    of_table("above_average", above_average),
    of_table("company_settings", company_settings, settings=True),
)
