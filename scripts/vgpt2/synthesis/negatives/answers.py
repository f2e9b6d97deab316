"""True answers to the questions of negatives' twins: about a table, a column or a pair of tables."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vgpt2.catalog.business_words import short_phrase
from vgpt2.catalog.lookup import join_between, join_text
from vgpt2.catalog.model import Column, Join, Table
from vgpt2.records.facts import Fact
from vgpt2.records.prompt import fenced
from vgpt2.sqltext.names import PLAIN_NAME, quote
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import literal, next_month
from vgpt2.synthesis.plan import explained
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, total_alias
from vgpt2.synthesis.render import render
from vgpt2.synthesis.roles.book import book_of

COUNT = Item(Call("COUNT(*)"), "CountRows")


@dataclass(slots=True)
class Subject:
    """What a question is about: real things. `columns`: further columns that the question names; `company`: its filter
    and how the question says it; `near`: the column that a refusal offers; `who`: those which tell rows apart; `month`:
    its first day, where the question says one; `beside`: a column that is shown first, and grouped by, of rows of more
    than one company."""

    table: Table
    column: Column | None = None
    columns: tuple[str, ...] = ()
    company: tuple[tuple[Filter, ...], str] = ((), "")
    other: Table | None = None
    near: str = ""
    who: tuple[str, ...] = ()
    month: datetime.date | None = None
    beside: str = ""

    def shown(self, *names: str) -> tuple[str, ...]:
        """What a list shows: these, behind the company where there is more than one."""
        return (self.beside, *names) if self.beside and self.beside not in names else names


@dataclass(slots=True)
class Answer:
    """A true answer with what proves it."""

    text: str
    sql: str = ""
    objects: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


def fact_name(ctx: Context, table: Table, column: str = "") -> str:
    """A table or column as facts name it."""
    return f"{ctx.catalog.sql_name(table)}.{column}".rstrip(".")


def like(ctx: Context, table: Table, name: str) -> str:
    """An invented name with the schema of the real table, where that is written."""
    prefix, dot, _ = ctx.catalog.sql_name(table).rpartition(".")
    return f"{prefix}{dot}{quote(name)}"


def shown_by(ctx: Context, table: Table) -> list[Column]:
    """The columns of a table that questions name: those that need no brackets."""
    return [column for column in ctx.roles(table).shown if PLAIN_NAME.match(column.name)]


def _sql(ctx: Context, query: Query, action: str, column: str = "") -> Answer:
    """A query with its plan; `column`: what the question asks for by name, said first (see `refusals`)."""
    sql = render(query, ctx.catalog)
    plan, facts = explained(ctx, query, action)
    if column:
        plan = f"{column} is in {ctx.catalog.sql_name(ctx.table(query.table))}. {plan}"
    return Answer(fenced(sql, plan), sql, (*query.tables(), *query.columns()), facts)


def count_rows(ctx: Context, subject: Subject) -> Answer | None:
    """How many rows a table has."""
    query = Query(subject.table.qualified, (COUNT,), where=subject.company[0])
    return _sql(ctx, query, "count rows")


def list_columns(ctx: Context, subject: Subject) -> Answer | None:
    """Some columns of a table."""
    if not subject.columns:
        return None
    names = subject.shown(*subject.columns)
    items = tuple(Item(Ref(subject.table.qualified, name)) for name in names)
    query = Query(subject.table.qualified, items, where=subject.company[0])
    return _sql(ctx, query, f"show {', '.join(names)}")


def contents(ctx: Context, subject: Subject) -> Answer | None:
    """What a table holds: its description and key, else its first columns."""
    table = subject.table
    name, phrase = ctx.catalog.sql_name(table), short_phrase(table.description, 12)
    key = ", ".join(table.key)
    columns = ", ".join(column.name for column in table.columns[:6])
    more = " and more" if len(table.columns) > 6 else ""
    text = f"{name} holds {phrase}." if phrase else f"{name} has the columns {columns}{more}."
    facts = [Fact("exists", fact_name(ctx, table))]
    if phrase and key:
        text += f" Its key is {key}."
        facts.append(Fact("key", fact_name(ctx, table), key))
    return Answer(text, "", (table.qualified,), tuple(facts))


def exists(ctx: Context, subject: Subject) -> Answer | None:
    """That a table exists, with its key."""
    table = subject.table
    facts = [Fact("exists", fact_name(ctx, table))]
    text = f"{ctx.catalog.sql_name(table)} exists."
    if table.key:
        text += f" Its key is {', '.join(table.key)}."
        facts.append(Fact("key", fact_name(ctx, table), ", ".join(table.key)))
    return Answer(text, "", (table.qualified,), tuple(facts))


def key(ctx: Context, subject: Subject) -> Answer | None:
    """The key of a table."""
    table = subject.table
    if not table.key:
        return None
    names = ", ".join(table.key)
    fact = Fact("key", fact_name(ctx, table), names)
    return Answer(f"{ctx.catalog.sql_name(table)} has the key {names}.", "", (table.qualified,), (fact,))


def show_column(ctx: Context, subject: Subject) -> Answer | None:
    """The different values of a column."""
    if subject.column is None:
        return None
    items = tuple(Item(Ref(subject.table.qualified, name)) for name in subject.shown(subject.column.name))
    query = Query(subject.table.qualified, items, where=subject.company[0], distinct=True)
    return _sql(ctx, query, "show each once", subject.column.name)


def group_column(ctx: Context, subject: Subject) -> Answer | None:
    """How many rows there are for each value of a column."""
    if subject.column is None or subject.column not in book_of(ctx).dimensions(subject.table):
        return None
    names = subject.shown(subject.column.name)
    refs = tuple(Ref(subject.table.qualified, name) for name in names)
    query = Query(subject.table.qualified, (*map(Item, refs), COUNT), where=subject.company[0], group=refs)
    return _sql(ctx, query, f"count rows by {', '.join(names)}", subject.column.name)


def total_column(ctx: Context, subject: Subject) -> Answer | None:
    """The sum of an amount."""
    if subject.column is None or subject.column not in ctx.roles(subject.table).amounts:
        return None
    ref = Ref(subject.table.qualified, subject.column.name)
    item = Item(Call("SUM({0})", (ref,)), total_alias(subject.column.name))
    query = Query(subject.table.qualified, (item,), where=subject.company[0])
    return _sql(ctx, query, f"sum {subject.column.name}", subject.column.name)


def with_column(ctx: Context, subject: Subject) -> Answer | None:
    """A column beside what tells the rows apart."""
    if subject.column is None or not subject.who or subject.column.name in subject.who:
        return None
    names = subject.shown(*subject.who, subject.column.name)
    items = tuple(Item(Ref(subject.table.qualified, name)) for name in names)
    query = Query(subject.table.qualified, items, where=subject.company[0])
    return _sql(ctx, query, f"show {', '.join(names)}", subject.column.name)


def without_column(ctx: Context, subject: Subject) -> Answer | None:
    """The rows that have no such thing: no vendor, no phone number; None for a number or a day, which is 0 or not
    filled in."""
    column, roles = subject.column, ctx.roles(subject.table)
    if column in (*roles.measures, *roles.dates, *roles.months):
        return None
    return empty_column(ctx, subject)


def empty_column(ctx: Context, subject: Subject) -> Answer | None:
    """The rows in which a column is empty."""
    column = subject.column
    if column is None or not subject.who or column.name in subject.who or not may_be_empty(column):
        return None
    where = (*subject.company[0], Filter(Ref(subject.table.qualified, column.name), "{0} IS NULL"))
    return _who(ctx, subject, where)


def _who(ctx: Context, subject: Subject, where: tuple[Filter, ...]) -> Answer:
    """Which rows fulfil a condition on the column."""
    table, names = subject.table.qualified, subject.shown(*subject.who)
    query = Query(table, tuple(Item(Ref(table, name)) for name in names), where=where)
    return _sql(ctx, query, f"show {', '.join(names)}", subject.column.name if subject.column else "")


def in_month(ctx: Context, subject: Subject) -> Answer | None:
    """The rows of one month by a date."""
    column, first = subject.column, subject.month
    if column is None or first is None or not subject.who or column.name in subject.who:
        return None
    table = subject.table.qualified
    condition = f"{{0}} >= {literal(first)} AND {{0}} < {literal(next_month(first))}"
    where = (*subject.company[0], Filter(Ref(table, column.name), condition))
    return _who(ctx, subject, where)


def has_column(ctx: Context, subject: Subject) -> Answer | None:
    """That a table has a column."""
    table, column = subject.table, subject.column
    if column is None:
        return None
    fact = Fact("exists", fact_name(ctx, table, column.name))
    text = f"{column.name} is in {ctx.catalog.sql_name(table)}."
    return Answer(text, "", (table.qualified, f"{table.qualified}.{column.name}"), (fact,))


def column_type(ctx: Context, subject: Subject) -> Answer | None:
    """The declared type of a column."""
    table, column = subject.table, subject.column
    if column is None:
        return None
    fact = Fact("type", fact_name(ctx, table, column.name), column.type)
    text = f"{column.name} is in {ctx.catalog.sql_name(table)}, with the type {column.type}."
    return Answer(text, "", (table.qualified, f"{table.qualified}.{column.name}"), (fact,))


def join_columns(ctx: Context, subject: Subject) -> Answer | None:
    """On which columns two tables join."""
    join = subject.other and join_between(ctx.catalog, subject.table, subject.other)
    if not subject.other or not join:
        return None
    left, right = ctx.catalog.sql_name(subject.table), ctx.catalog.sql_name(subject.other)
    objects = (join.left, join.right, *_qualified(join))
    fact = Fact("joins", f"{left}+{right}", join_text(join))
    return Answer(f"{left} and {right} join on {join_text(join)}.", "", objects, (fact,))


def join_rows(ctx: Context, subject: Subject) -> Answer | None:
    """A column of each of two joined tables."""
    join = subject.other and join_between(ctx.catalog, subject.table, subject.other)
    if not join or len(subject.columns) < 2:
        return None
    columns = zip(join.left_columns, join.right_columns, strict=True)
    pairs = tuple((Ref(join.left, left), Ref(join.right, right)) for left, right in columns)
    items = (Item(Ref(join.left, subject.columns[0])), Item(Ref(join.right, subject.columns[1])))
    query = Query(join.left, items, (JoinOn(join.right, pairs),), where=subject.company[0])
    return _sql(ctx, query, f"show {', '.join(subject.columns)}")


def _qualified(join: Join) -> list[str]:
    pairs = zip(join.left_columns, join.right_columns, strict=True)
    return [name for left, right in pairs for name in (f"{join.left}.{left}", f"{join.right}.{right}")]
