"""What an intent is: a builder from a table or a join to a query and the phrases of its question."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Join, Table
from vgpt2.synthesis.column_roles import WHOLE, SharedGroups, base_word, is_of_units, is_settings
from vgpt2.synthesis.columns import is_ranked, is_technical
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.query import Item, Query, Ref, alias_for
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import MOST_NUMBERS


@dataclass(slots=True, frozen=True)
class Draft:
    """A query and what its wordings need. `action` is the last clause of the plan (`sum InvTotal by Vendor`);
    `ordered`: the order of the rows is asked for; `phrases` fill the wordings' slots; `more`: sentences behind it;
    `alone`: nothing is asked beside it."""

    query: Query
    phrases: dict[str, str]
    action: str
    ordered: bool = False
    more: str = ""
    alone: bool = False


# How often a table that a question can only spell is asked about, beside those that have words.
UNSAID = 0.5
# The same of tables that a program keeps about itself.
TECHNICAL = 0.15


# Makes a draft about one table or join; the number is its turn, by which columns rotate from call to call. None where
# the table or join has not what it takes.
Subject = partial[Draft | None]


def sits_out(ctx: Context, subject: Subject, label: str) -> bool:
    """Whether a table or join is passed over this time: it takes part as often as its weight says, and less where no
    words of everyday mean it."""
    about: Table | Join = subject.args[1]
    tables = [about] if isinstance(about, Table) else [ctx.table(about.left), ctx.table(about.right)]
    weight = min(table.weight for table in tables)
    if not all(map(ctx.called, tables)):
        weight *= UNSAID
    if any(is_technical(name_words(table.name, ctx.catalog.database)) for table in tables):
        weight *= TECHNICAL
    return weight < 1 and ctx.rng("weight", label).random() >= weight


@dataclass(slots=True, frozen=True)
class Intent:
    """A kind of question to SQL. `subjects` gives the tables or joins that it can be about, in an order of its own by
    the label; `group` is the exam's category (sql, join or business); `needs` are functions, and forms of
    tsql/check/functions/versions.yaml, that a version of the server may not have; `rows`: a query that returns none
    on the made rows is no example of it."""

    name: str
    subjects: Callable[[Context, str], list[Subject]]
    group: str = "sql"
    needs: tuple[str, ...] = ()
    rows: bool = False


TableBuild = Callable[[Context, Table, random.Random, int], Draft | None]
JoinBuild = Callable[[Context, Join, random.Random, int], Draft | None]


def spelled(ctx: Context, draft: Draft) -> list[str]:
    """The names of tables that the phrases of a question hold."""
    said = " ".join(draft.phrases.values())
    names = [ctx.catalog.sql_name(ctx.table(name)) for name in draft.query.tables()]
    return [name for name in names if name in said and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", said)]


def of_table(
    name: str, build: TableBuild, group: str = "sql", needs: tuple[str, ...] = (), settings: bool = False
) -> Intent:
    """An intent about one table at a time, one of each module in turn: about those of a company's settings, which have
    a row each, or about all others."""

    def subjects(ctx: Context, label: str) -> list[Subject]:
        tables = [table for table in ctx.catalog.queryable if is_settings(ctx.catalog, table) == settings]
        return [partial(build, ctx, table) for table in ctx.interleaved(tables, label)]

    return Intent(name, subjects, group, needs)


def of_join(name: str, build: JoinBuild, group: str = "join") -> Intent:
    """An intent about one join of two tables at a time."""

    def subjects(ctx: Context, label: str) -> list[Subject]:
        return [partial(build, ctx, join) for join in ctx.joins(label)]

    return Intent(name, subjects, group)


def pick(ctx: Context, table: Table, columns: Sequence[Column], turn: int, label: str) -> Column | None:
    """One of these columns; as `turn` grows every one of them comes up."""
    if not columns:
        return None
    order = list(columns)
    ctx.rng("pick", label, table.qualified).shuffle(order)
    return order[turn % len(order)]


def ranked_by(ctx: Context, table: Table) -> list[Column]:
    """The numbers of which people want the highest: amounts and prices; no percents, rates and days, of which many rows
    have the same, so that the highest are half of all, and no numbers of units that differ from row to row."""
    roles, database = ctx.roles(table), ctx.catalog.database
    return [
        column
        for column in roles.measures
        if (column in roles.amounts or is_ranked(name_words(column.name, database), base_word(column) in WHOLE))
        and not is_of_units(ctx.catalog, table, column)
    ]


def shown_columns(
    ctx: Context, table: Table, rng: random.Random, turn: int, without: Sequence[str] = (), most: int = 3
) -> list[str]:
    """The columns that a list shows: first what tells which row it is, then one that rotates through all others and, up
    to `most` in all, some more in the table's order. None where too many would have to tell the row."""
    groups = SharedGroups.of(ctx.catalog) | ctx.catalog.company_names
    pool = [column for column in ctx.roles(table).shown if column.name not in without]
    first = pick(ctx, table, [column for column in pool if column.name not in groups] or pool, turn, "shown")
    if first is None:
        return []
    names = {column.name for column in pool}
    identity = [name for name in book_of(ctx).known_by(table) if name in names]
    if len(identity) > MOST_NUMBERS:
        return []
    chosen = {first.name} - {*identity}
    others = [column.name for column in pool if column.name not in {*chosen, *identity} | groups]
    # A name or a description is what people look for beside a number.
    others.sort(key=lambda name: (name not in {text.name for text in ctx.roles(table).texts}, rng.random()))
    chosen.update(others[: max(0, min(most, rng.choice((2, 3, 3))) - len(identity) - len(chosen))])
    return [*identity, *(column.name for column in pool if column.name in chosen)]


def refs(table: Table, columns: Sequence[str]) -> tuple[Item, ...]:
    """Plain output columns."""
    return tuple(Item(Ref(table.qualified, column)) for column in columns)


def named_apart(ctx: Context, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items, the same one once, and two of one name told apart by their tables."""
    found: list[Item] = []
    names: set[str] = set()
    for item in dict.fromkeys(items):
        if item.name.lower() in names and isinstance(item.value, Ref):
            item = replace(item, alias=alias_for(ctx.table(item.value.table).name, item.value.column))
        names.add(item.name.lower())
        found.append(item)
    return tuple(found)
