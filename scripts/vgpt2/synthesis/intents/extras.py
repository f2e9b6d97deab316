"""What a question may ask beside its intent: a further condition, an order, a limit; each a sentence at its end.

Every intent can be asked with and without them, so that the records differ in structure and not in names alone.
Conditions are made to let most rows through: the intent's own ones already pick few.
"""

from __future__ import annotations

import datetime
import random
import re
from dataclasses import replace
from decimal import Decimal

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.columns import flag_values
from vgpt2.synthesis.column_roles import (
    DATES,
    TEXT,
    WHOLE,
    KeyParts,
    base_word,
    is_flag,
    is_of_units,
    may_be_empty,
)
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.aggregates import COUNT_ROWS
from vgpt2.synthesis.intents.counted.voids import is_undone, undone_of
from vgpt2.synthesis.intents.kinds import ADDS_UP
from vgpt2.synthesis.intents.model import Draft, spelled
from vgpt2.synthesis.intents.states import states_of, with_state
from vgpt2.synthesis.literals import bound_below, literal, spoken
from vgpt2.synthesis.plain.values import is_denied, value_said
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, SubQuery
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.dimensions import is_kind
from vgpt2.synthesis.roles.words import role_words

# A sum or a mean that runs along an order.
RUNNING = re.compile(r"(?:SUM|AVG)\(.*\) OVER \(.*ORDER")
# A CHECK that a column is over a number, or at least that.
LEAST = re.compile(
    r"[\s(]*\[?(?P<column>\w+)\]?\s*(?:(?P<over>>)(?!=)|>=|BETWEEN)\s*\(*(?P<least>\d+(?:\.\d+)?)", re.IGNORECASE
)
# Of the questions, so many have something beside their intent.
SHARE = 0.45
# Of the conditions, so many are on a state of the rows, where they have one.
STATE = 0.75
ONLY = ("Only rows where {0}.", "Take only rows where {0}.", "Restrict it to rows where {0}.", "But only where {0}.")
PLAIN_ONLY = ("But only where {0}.", "Only where {0}.", "Only those where {0}.", "Just where {0}, please.")
SORTED = ("Sort by {0}{1}.", "Order the result by {0}{1}.", "Sorted by {0}{1}, please.")
FIRST = ("Only the first {0}.", "The first {0} will do.", "Stop after {0} rows.")


def with_extras(ctx: Context, draft: Draft, rng: random.Random) -> Draft:
    """The draft, for a share of the questions with a further condition, an order, or an order and a limit."""
    if draft.alone or rng.random() >= SHARE:
        return draft
    makers = [maker for maker, applies in ((_condition, _can_filter), (_order, _can_sort)) if applies(draft.query)]
    if not makers:
        return draft
    for maker in makers if rng.random() < 0.3 else [rng.choice(makers)]:
        draft = maker(ctx, draft, rng)
    return draft


def _can_filter(query: Query) -> bool:
    """Whether one more condition on the first table says the same to every reader: not beside a query in brackets,
    which could be meant too, and not where rows are asked for by what they lack."""
    if query.union or query.keep or any(isinstance(part, SubQuery) for part in query.where):
        return False
    outer = {join.table for join in query.joins if join.kind == "LEFT JOIN"}
    return not any(isinstance(part, Filter) and part.ref.table in outer for part in query.where)


def _can_sort(query: Query) -> bool:
    """Whether the rows have no order yet, and are more than one."""
    rows = bool(query.group) or not _aggregates(query)
    # What runs along an order is read in that order.
    runs = any(isinstance(item.value, Call) and RUNNING.match(item.value.template) for item in query.items)
    return rows and not runs and not (query.order or query.top or query.keep or query.union)


def _aggregates(query: Query) -> bool:
    return any(isinstance(item.value, Call) for item in query.items)


def _condition(ctx: Context, draft: Draft, rng: random.Random) -> Draft:
    query = draft.query
    table = ctx.table(query.table)
    if _plain(ctx, draft) and rng.random() < STATE:
        said_so = with_state(ctx, draft, table, rng)
        if said_so is not draft:
            # Of what is void nobody wants a total.
            last = said_so.query.where[-1]
            void = isinstance(last, Filter) and is_undone(last.means) and _aggregates(query)
            return draft if void else said_so
    used = {ref.rpartition(".")[2] for ref in query.columns()}
    roles = ctx.roles(table)
    # "Vendor is not 21" is what nobody says: a name or a number that a row has not, most rows have not.
    codes = [column for column in roles.codes if is_flag(column) or is_kind(ctx, table, column)]
    pool = [column for column in codes + roles.measures + roles.dates if column.name not in used]
    pool = [column for column in pool if ctx.likely(table, column)]
    if _aggregates(query) and (undone := undone_of(ctx, table)):
        pool = [column for column in pool if column.name != undone.ref.column]
    if _plain(ctx, draft):
        # What has a word is said by it; nobody says that a flag is not 0.
        told = {state.ref.column for state in states_of(ctx, table)}
        flags = {c.name for c in pool if is_flag(c) or {"N", "Y"} <= set(c.values)}
        pool = [column for column in pool if column.name not in told | flags]
    # Of two days of one row the one says of the other what nobody would ask.
    if used & {column.name for column in roles.dates + roles.months}:
        pool = [column for column in pool if column not in roles.dates]
    parts = book_of(ctx).parts(table)
    if any(column.name in used for column, _ in parts.ended):
        # What still has to be paid has not been paid on any day.
        pool = [column for column in pool if column not in parts.open_amounts]
    # A bound of one amount says nothing of another, as of hours that a deduction was over 500; nor does one of pieces,
    # tons and feet.
    summed = any(isinstance(item.value, Call) and ADDS_UP.search(item.value.template) for item in query.items)
    # Nor do people ask in how many months something was over a bound.
    bare = any(isinstance(item.value, Call) for item in query.items) and not parts.dated
    pool = [c for c in pool if c not in roles.measures or not (summed or bare or is_of_units(ctx.catalog, table, c))]
    column = rng.choice(pool) if pool else None
    say = Speech(ctx, rng, plain=_plain(ctx, draft))
    made = column and _loose(say, table, column)
    if not column or not made:
        return draft
    template, said = made
    if query.joins:
        said = said.replace("{c}", f"{{c}} of {say.short(table)}")
    said = said.replace("{c}", say.column(table, column.name))
    where = (*query.where, Filter(Ref(query.table, column.name), template))
    return _more(
        replace(draft, query=replace(query, where=where)), rng.choice(PLAIN_ONLY if say.plain else ONLY).format(said)
    )


def _loose(say: Speech, table: Table, column: Column) -> tuple[str, str] | None:
    """A condition that holds for most of the rows, and its words, in which `{c}` stands for the column."""
    ctx, rng = say.ctx, say.rng
    values = ctx.values(table, column)
    if not values:
        return None
    if may_be_empty(column) and column in ctx.roles(table).dates and rng.random() < 0.3:
        return "{0} IS NOT NULL", "{c} is filled"
    low = sorted(values)[len(values) // 5]
    if isinstance(low, datetime.date):
        return f"{{0}} >= {literal(low)}", f"{{c}} is {say.value(low)} or later"
    if column in ctx.roles(table).measures:
        low = bound_below(low)
        more = f"{{c}} is {spoken(low)} or more"
        return None if always_so(table, column, low) else (f"{{0}} >= {literal(low)}", more)
    if flag := flag_values(column):
        return f"{{0}} = {flag[0]}", f"{{c}} is {flag[0]}"
    value = rng.choice(values)
    meant = ctx.meant(table, column, value) if say.plain else ""
    words = say.column(table, column.name)
    if meant and len(column.values) == 2:
        # Of two the one that is wanted is said.
        value = next(other for other in column.values if other != str(value))
        typed: int | str = int(value) if base_word(column) in WHOLE else value
        other_one = ctx.meant(table, column, value)
        return (f"{{0}} = {literal(typed)}", value_said("{c}", other_one)) if other_one else None
    # Not validated is posted as well: a status has later stages. Nor does anybody deny one of many codes.
    stages = role_words().status.found(name_words(column.name, ctx.catalog.database).lower())
    unsaid = say.plain and not meant
    if stages or unsaid or not column.values or (meant and not is_denied(words, meant)):
        return None
    # Who has no title is none with that title either.
    other = f"({{0}} <> {literal(value)} OR {{0}} IS NULL)" if may_be_empty(column) else f"{{0}} <> {literal(value)}"
    return other, f"{{c}} is not {meant or spoken(value)}"


def always_so(table: Table, column: Column, low: Decimal | int) -> bool:
    """Whether the rows of a table have so much in a column anyway: one piece at least, or what a CHECK demands."""
    step = 1 if base_word(column) in WHOLE else 0
    if low <= step:
        return True
    for check in table.checks:
        found = LEAST.match(check)
        if found and found["column"] == column.name:
            return low <= Decimal(found["least"]) + (step if found["over"] else 0)
    return False


def _order(ctx: Context, draft: Draft, rng: random.Random) -> Draft:
    query = draft.query
    same = same_in_all(query)
    items = [item for item in query.items if not (isinstance(item.value, Ref) and item.value.qualified in same)]
    # A column of one kind among others has no name that people say.
    items = [item for item in items if _sorts(ctx, item) and not _of_kind(item)]
    if not items:
        return draft
    item = rng.choice(items)
    down = rng.random() < 0.5
    key_name = ""
    if isinstance(item.value, Ref):
        key: Ref | str = item.value
        table, say = ctx.table(item.value.table), Speech(ctx, rng, plain=_plain(ctx, draft))
        said, key_name = say.column(table, item.value.column), item.value.column
        columns = [other.value.column for other in query.items if isinstance(other.value, Ref)]
        if columns.count(item.value.column) > 1:
            # Two are called so, though the result has a name of its own for each.
            said, key_name = f"{said} of {say.short(table)}", f"{ctx.catalog.sql_name(table)}.{key_name}"
    elif item.alias:
        key, said = item.alias, name_words(item.alias, ctx.catalog.database)
        if item.alias.startswith("Rank"):
            said = "the rank"
        elif len(_figures(query)) == 1:
            said = "the count" if item.value == COUNT_ROWS else "that figure"
    else:
        return draft
    direction = rng.choice((" descending", _first(ctx, item))) if down else rng.choice(("", " ascending"))
    draft = replace(draft, query=replace(query, order=((key, down),)), ordered=True)
    sorting = f"{draft.action}; sort by {key_name or key}{' descending' if down else ''}"
    draft = _more(replace(draft, action=sorting), rng.choice(SORTED).format(said, direction))
    # Of figures, and of what is above the average, the first few are the highest, or nobody asks for them.
    above = any(isinstance(part, SubQuery) and part.operator == ">" and part.ref == key for part in query.where)
    lowest = not down and (above or isinstance(key, str))
    if rng.random() < 0.35 and _ranks(ctx, key) and not _few(ctx, query) and not lowest:
        top = rng.choice((3, 5, 10, 20, 25))
        draft = replace(draft, query=replace(draft.query, top=top), action=f"{draft.action}; keep {top} rows")
        draft = _more(draft, rng.choice(FIRST).format(top))
    return draft


def _of_kind(item: Item) -> bool:
    return isinstance(item.value, Call) and "CASE WHEN" in item.value.template


def _first(ctx: Context, item: Item) -> str:
    """What comes first where the order is descending: the highest number, the latest day; texts go from Z to A."""
    if not isinstance(item.value, Ref):
        return ", highest first"
    column = ctx.table(item.value.table).column(item.value.column)
    if column is None or base_word(column) in TEXT:
        return " from Z to A"
    if column.values:
        return " descending"  # no status is higher than another
    return ", latest first" if base_word(column) in DATES else ", highest first"


def same_in_all(query: Query) -> set[str]:
    """The columns of a query that are the same in all its rows: those set to a value, and all of a table whose row they
    lead to."""
    found = {
        part.ref.qualified
        for part in query.where
        if isinstance(part, Filter) and part.template.startswith(("{0} = ", "{0} IS NULL"))
    }
    for join in query.joins:
        if {near.qualified for near, _ in join.pairs} <= found:
            found |= {ref.qualified for ref in query.refs() if ref.table == join.table}
    return found


def _sorts(ctx: Context, item: Item) -> bool:
    """Whether people sort by an output column: a figure, a day, a name or a number by which rows are known; not by a
    line number, a fax number or a flag."""
    if not isinstance(item.value, Ref):
        return True
    ref, table = item.value, ctx.table(item.value.table)
    column, roles = table.column(ref.column), ctx.roles(table)
    if column is None:
        return False
    sorted_by = [*roles.months, *roles.dates, *roles.measures, *roles.ids, *book_of(ctx).dimensions(table)]
    if ref.column in table.key[-1:] and ref.column not in KeyParts.of(ctx.catalog):
        return True
    return column in sorted_by or column == book_of(ctx).parts(table).name


def _ranks(ctx: Context, key: Ref | str) -> bool:
    """Whether the first rows in an order are the most or the latest, and not those of the lowest number."""
    if isinstance(key, str):
        return True
    table = ctx.table(key.table)
    roles, column = ctx.roles(table), table.column(key.column)
    return column in (*roles.measures, *roles.dates, *roles.months)


def _few(ctx: Context, query: Query) -> bool:
    """Whether the rows are of so few kinds that the first three are nearly all."""
    kinds = [*query.group] or [item.value for item in query.items if query.distinct]
    columns = [ctx.table(ref.table).column(ref.column) for ref in kinds if isinstance(ref, Ref)]
    return len(columns) == 1 and all(c is not None and (c.values or is_flag(c)) for c in columns)


def _figures(query: Query) -> list[Item]:
    return [item for item in query.items if isinstance(item.value, Call)]


def _plain(ctx: Context, draft: Draft) -> bool:
    """Whether the question spells no table, and so goes on without names."""
    return not spelled(ctx, draft)


def _more(draft: Draft, sentence: str) -> Draft:
    return replace(draft, more=f"{draft.more} {sentence}".strip())
