"""Intents that count and add up rows of one table by the values of a column, and amounts of reports."""

from __future__ import annotations

import random
from dataclasses import replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import plural
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.aggregates import COUNT, COUNT_ROWS, call_of, total
from vgpt2.synthesis.intents.model import Draft, TableBuild, of_table, pick, refs
from vgpt2.synthesis.literals import round_below
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, alias_for
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.dimensions import happens_on, of_no_month
from vgpt2.synthesis.roles.words import role_words

# How a question says the first amount less the second: what an amount changed by, or what is left of it.
CHANGE = {
    "train": ("{0} minus {1}, the change,", "the change, {0} less {1},", "the change ({0} minus {1})"),
    "exam": ("{0} less {1} (the change)", "the change, {0} minus {1},"),
}
REMAINDER = {
    "train": ("{0} minus {1}", "{0} less {1}", "{0} with {1} taken off"),
    "exam": ("{0} minus {1}", "{0} with {1} taken off"),
}


def _grouping(ctx: Context, table: Table, turn: int, label: str) -> tuple[Column | None, Column | None]:
    roles = ctx.roles(table)
    group = pick(ctx, table, book_of(ctx).dimensions(table), turn, f"{label}_group")
    return group, pick(ctx, table, roles.amounts if label != "AVG" else roles.averages, turn, f"{label}_measure")


def of_known(query: Query, group: Column, action: str) -> tuple[Query, str]:
    """The query without the rows whose group is empty, and its plan that says so: where customers are asked for, nobody
    is none of them."""
    if not may_be_empty(group):
        return query, action
    known = Filter(Ref(query.table, group.name), "{0} IS NOT NULL")
    return replace(query, where=(*query.where, known)), f"{action}; rows without {group.name} stay out"


def grouped(function: str, prefix: str, verb: str) -> TableBuild:
    """A builder: an aggregate of an amount for each value of a column."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        say = Speech(ctx, rng)
        group, measure = _grouping(ctx, table, turn, function)
        if not group or not measure:
            return None
        company, company_said = say.company(table)
        items = (*refs(table, [group.name]), total(function, prefix, table, measure.name))
        query = Query(table.qualified, items, where=tuple(company), group=(Ref(table.qualified, group.name),))
        phrases = {
            "group": say.column(table, group.name),
            "measure": say.column(table, measure.name),
            "table": say.table(table),
            "company": company_said,
        }
        return Draft(query, phrases, f"{verb} {measure.name} by {group.name}")

    return build


def group_count(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """How many rows there are for each value of a column."""
    say = Speech(ctx, rng)
    group = pick(ctx, table, book_of(ctx).dimensions(table), turn, "group_count")
    if not group:
        return None
    company, company_said = say.company(table)
    ref = Ref(table.qualified, group.name)
    query = Query(table.qualified, (Item(ref), COUNT), where=tuple(company), group=(ref,))
    phrases = {"group": say.column(table, group.name), "table": say.table(table), "company": company_said}
    return Draft(query, phrases, f"count rows by {group.name}")


def having_sum(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The values of a column whose total is over a bound."""
    say = Speech(ctx, rng)
    group, measure = _grouping(ctx, table, turn, "having")
    if not group or not measure:
        return None
    values = [value for value in ctx.values(table, measure) if value > 0]
    if not values:
        return None
    bound = round_below(rng.choice(values[:12]), rng)
    company, company_said = say.company(table)
    ref = Ref(table.qualified, group.name)
    items = (Item(ref), total("SUM", "Total", table, measure.name))
    having = ((call_of("SUM", table, measure.name), f"> {bound}"),)
    query = Query(table.qualified, items, where=tuple(company), group=(ref,), having=having)
    phrases = {
        "group": say.column(table, group.name),
        "measure": say.column(table, measure.name),
        "bound": str(bound),
        "table": say.table(table),
        "company": company_said,
    }
    query, action = of_known(query, group, f"sum {measure.name} by {group.name} having over {bound}")
    return Draft(query, phrases, action)


def having_count(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The values of a column that occur in more than n rows."""
    say = Speech(ctx, rng)
    group = pick(ctx, table, book_of(ctx).dimensions(table), turn, "having_count")
    if not group:
        return None
    company, company_said = say.company(table)
    ref = Ref(table.qualified, group.name)
    bound = rng.choice((1, 1, 2, 3))
    query = Query(
        table.qualified, (Item(ref), COUNT), where=tuple(company), group=(ref,), having=((COUNT_ROWS, f"> {bound}"),)
    )
    phrases = {
        "group": say.column(table, group.name),
        "bound": str(bound),
        "table": say.table(table),
        "company": company_said,
    }
    query, action = of_known(query, group, f"count rows by {group.name} having more than {bound}")
    return Draft(query, phrases, action)


def top_group(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The n values of a column with the highest total."""
    say = Speech(ctx, rng)
    group, measure = _grouping(ctx, table, turn, "top_group")
    if not group or not measure:
        return None
    number = rng.choice((3, 5, 10))
    # Of four kinds there are no top five, and of states never many.
    words = name_words(group.name, ctx.catalog.database).lower()
    if (group.values and number >= len(group.values)) or role_words().status.found(words):
        return None
    company, company_said = say.company(table)
    item = total("SUM", "Total", table, measure.name)
    ref = Ref(table.qualified, group.name)
    query = Query(
        table.qualified, (Item(ref), item), where=tuple(company), group=(ref,), order=((item.alias, True),), top=number
    )
    said = say.column(table, group.name)
    phrases = {
        "n": str(number),
        "group": plural(said) if say.plain and said != group.name else said,
        "measure": say.column(table, measure.name),
        "table": say.table(table),
        "company": company_said,
    }
    query, action = of_known(query, group, f"top {number} {group.name} by sum of {measure.name}")
    return Draft(query, phrases, action, ordered=True)


def net(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The total of one amount less another, by a column: what is left of it, or what it changed by."""
    say = Speech(ctx, rng)
    group, _ = _grouping(ctx, table, turn, "net")
    # What was ordered less what came: hours from dollars is no amount, and a balance less a tax means nothing.
    pairs = book_of(ctx).parts(table).pairs
    if not group or not pairs:
        return None
    pair = pairs[turn % len(pairs)]
    # Nobody takes what a cost became from what it was.
    first, second = (pair.second, pair.first) if pair.revises else (pair.first, pair.second)
    company, company_said = say.company(table)
    ref = Ref(table.qualified, group.name)
    refs = (Ref(table.qualified, first.name), Ref(table.qualified, second.name))
    item = Item(Call("SUM({0} - {1})", refs), "Change" if pair.revises else alias_for("Remaining", first.name))
    query = Query(table.qualified, (Item(ref), item), where=tuple(company), group=(ref,))
    phrases = {
        "group": say.column(table, group.name),
        "net": rng.choice((CHANGE if pair.revises else REMAINDER)[ctx.side]).format(
            say.column(table, first.name), say.column(table, second.name)
        ),
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, f"sum {first.name} less {second.name} by {group.name}")


def in_month(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The total of an amount by a column in one month of a date."""
    say = Speech(ctx, rng)
    group, measure = _grouping(ctx, table, turn, "in_month")
    roles = ctx.roles(table)
    if group in roles.months:
        return None
    times = [column for column in roles.months + roles.dates if happens_on(column, ctx.catalog)]
    time = pick(ctx, table, times, turn, "in_month_time")
    if not group or not measure or not time or time.name == group.name or of_no_month(ctx, table, measure):
        return None
    made: tuple[Filter, str] | None = say.equals(table, time) if time in roles.months else say.in_month(table, time)
    if not made:
        return None
    company, company_said = say.company(table)
    ref = Ref(table.qualified, group.name)
    items = (Item(ref), total("SUM", "Total", table, measure.name))
    query = Query(table.qualified, items, where=(*company, made[0]), group=(ref,))
    phrases = {
        "group": say.column(table, group.name),
        "measure": say.column(table, measure.name),
        "where": made[1],
        "table": say.table(table),
        "company": company_said,
    }
    return Draft(query, phrases, f"sum {measure.name} by {group.name}")


INTENTS = (
    of_table("group_sum", grouped("SUM", "Total", "sum")),
    of_table("group_average", grouped("AVG", "Average", "average")),
    of_table("group_count", group_count),
    of_table("having_sum", having_sum),
    of_table("having_count", having_count),
    of_table("top_group", top_group),
    of_table("net", net, "business"),
    of_table("month_sum", in_month, "business"),
)
