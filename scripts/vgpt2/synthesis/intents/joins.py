"""Intents over two or three tables, along the catalog's proven joins and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Join, Table
from vgpt2.synthesis.column_roles import may_be_empty, within_company
from vgpt2.synthesis.columns import sorts_rows
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.aggregates import COUNT, total
from vgpt2.synthesis.intents.conditions import rows_of, wanted
from vgpt2.synthesis.intents.model import Draft, named_apart, of_join, pick, refs, shown_columns
from vgpt2.synthesis.intents.roles_said import by_which, role, theirs
from vgpt2.synthesis.plain.nouns import with_article
from vgpt2.synthesis.query import Filter, Item, JoinOn, Query, Ref
from vgpt2.synthesis.questions import Speech, listed
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.companies import shared_group
from vgpt2.synthesis.sure_joins import may_miss

# Column pairs of a join of three tables; more make a query that nobody can read.
MOST_PAIRS = 5
# How often a list shows more of what it looks up than its name.
ATTRIBUTE = 0.35
# Of the lists over what may be missing, so many keep the rows that have none.
KEEPS = 0.6
# How a question says so; people expect it unsaid. And how it says the contrary.
WITH_NONE = {
    "train": ("", "", "", ", also those with no {0}"),
    "exam": (", also those with no {0}", ", those with no {0} too"),
}
WITHOUT = {
    "train": (", only those with {0}", ", only those that have {0}", "; I want only those with {0}"),
    "exam": (", only those linked to {0}", "; take only those with {0}"),
}


@dataclass(slots=True, frozen=True)
class Sides:
    """A join seen from its side with many rows: `pairs` are (column of `many`, column of `one`)."""

    many: Table
    one: Table
    pairs: tuple[tuple[str, str], ...]
    known: bool  # whether the catalog says which side has many rows

    def on(self) -> tuple[tuple[Ref, Ref], ...]:
        """The pairs from `many` to `one`."""
        return tuple((Ref(self.many.qualified, a), Ref(self.one.qualified, b)) for a, b in self.pairs)

    def back(self) -> tuple[tuple[Ref, Ref], ...]:
        """The pairs from `one` to `many`."""
        return tuple((b, a) for a, b in self.on())


def sides(ctx: Context, join: Join) -> Sides:
    """The join from its many side; from its left side where that is not known."""
    pairs = tuple(zip(join.left_columns, join.right_columns, strict=True))
    left, right = ctx.table(join.left), ctx.table(join.right)
    if join.many_side == join.right:
        return Sides(right, left, tuple((b, a) for a, b in pairs), True)
    return Sides(left, right, pairs, bool(join.many_side))


def _company(say: Speech, *tables: Table) -> tuple[list[Filter], str]:
    """The company filter of the first of these tables that has a company; none where the rows belong to a group that
    companies share: tax codes of company 2 are those of its group, and not those with an account there."""
    for table in tables[:1] if shared_group(say.ctx, tables[0]) else tables:
        filters, said = say.company(table)
        if filters:
            return filters, said
    return [], ""


def _own_columns(ctx: Context, side: Sides, rng: random.Random, turn: int) -> tuple[list[str], list[str]]:
    """Columns to show of each side; those of the join are left out on the one side, where they would say it twice."""
    many = shown_columns(ctx, side.many, rng, turn, most=2)
    one = _named(ctx, side.one, _known(ctx, side), rng, turn)
    if rng.random() < ATTRIBUTE:
        # What a machine would sell for is no part of an accident.
        amounts = [column.name for column in ctx.roles(side.one).measures]
        one += shown_columns(ctx, side.one, rng, turn, [*_known(ctx, side), *one, *amounts])[-1:]
    return many, one


def looked_up(ctx: Context, side: Sides) -> bool:
    """Whether people look up what the one side says: its rows have names, or they are the documents of these lines."""
    book = book_of(ctx)
    header = any(link.end == side.one for link in book.headers(side.many))
    return header or book.parts(side.one).name is not None


def _named(ctx: Context, table: Table, known: Sequence[str], rng: random.Random, turn: int) -> list[str]:
    """What is shown of a table whose row is looked up: its name, else what tells the row."""
    name = book_of(ctx).parts(table).name
    if name is not None and name in ctx.roles(table).shown and name.name not in known:
        return [name.name]
    return shown_columns(ctx, table, rng, turn, known)[:1]


def _known(ctx: Context, side: Sides) -> list[str]:
    """The columns of the one side that the many side has itself: those of the join, and others of their names but for
    names and descriptions; a timecard has its own craft, whatever its employee's is."""
    texts = {column.name for column in ctx.roles(side.one).texts}
    same = [column.name for column in side.one.columns if column.name not in texts and side.many.column(column.name)]
    return [*(b for _, b in side.pairs), *same]


def _optional(ctx: Context, side: Sides) -> bool:
    """Whether rows of the many side may lead to none of the one side."""
    return may_miss(ctx.catalog, side.many, side.one, side.pairs)


def _kind(
    ctx: Context, say: Speech, missing: Sequence[Sides], rng: random.Random, company: Sequence[Filter]
) -> tuple[str, str]:
    """How to join what may be missing, and what the question says of it: nothing is lost unless it says so. What a row
    refers to is one of its kind: with a vendor, with no vendor.

    Args:
        missing: the references that may lead nowhere.
        company: where it is a column of what may be missing, the rows without it are of no company, and lost.
    """
    if not missing:
        return "JOIN", ""
    lost = {condition.ref.table for condition in company} & {side.one.qualified for side in missing}
    said = WITH_NONE if rng.random() < KEEPS and not lost else WITHOUT
    kind = "LEFT JOIN" if said is WITH_NONE else "JOIN"
    # Who must have both must not lack the one or the other.
    nouns = [_one(say, side, article=said is WITHOUT) for side in missing]
    return kind, rng.choice(said[ctx.side]).format(listed(nouns, "and" if said is WITHOUT else "or"))


def _one(say: Speech, side: Sides, article: bool) -> str:
    """What a row refers to: a haul vendor, of a question without names; else the name of the table."""
    if not (say.plain and say.ctx.called(side.one)):
        return say.short(side.one)
    noun = role(say, side.many, side.one, side.pairs)
    return with_article(noun) if article else noun


def join_list(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
    """Columns of a table with columns of the one that it refers to."""
    say = Speech(ctx, rng)
    side = sides(ctx, join)
    many, one = _own_columns(ctx, side, rng, turn)
    if not many or not one or not looked_up(ctx, side):
        return None
    company, company_said = _company(say, side.many, side.one)
    kind, none_said = _kind(ctx, say, [side] if _optional(ctx, side) else [], rng, company)
    where, extra_said, rows_said = tuple(company), "", say.table(side.many)
    roles = ctx.roles(side.many)
    # What a condition sets to one value is not shown, nor what that value leads to.
    said_already = {*many, *(near for near, _ in side.pairs)}
    pool = [column for column in roles.equals + roles.months + roles.dates if column.name not in said_already]
    column = pick(ctx, side.many, pool, turn, "join_where")
    if column and rng.random() < 0.4:
        made = say.dates(side.many, column) if column in roles.dates else wanted(say, side.many, column)
        rows = rows_of(say, side.many, column, made) if made else {}
        if made and not rows["where"]:
            where, rows_said = (*where, made[0]), rows["table"]
        elif made:
            said = made[1]
            if side.one.column(column.name) and (column.name, column.name) not in side.pairs:
                # The other table has a column of this name too, of other values.
                name = say.column(side.many, column.name)
                said = said.replace(name, f"{name} of {say.short(side.many)}", 1)
            where, extra_said = (*where, made[0]), f" where {said}"
    shown = named_apart(ctx, (*refs(side.many, many), *refs(side.one, one)))
    query = Query(
        side.many.qualified,
        shown,
        joins=(JoinOn(side.one.qualified, side.on(), kind),),
        where=where,
    )
    phrases = {
        "columns": say.columns(side.many, many),
        "table": rows_said,
        "others": say.columns(side.one, one),
        "theirs": theirs(say, side.many, side.one, side.pairs, one),
        "other": f"{say.table(side.one)}{by_which(say, side.many, side.one, side.pairs)}",
        "company": company_said,
        "where": f"{extra_said}{none_said}",
    }
    return Draft(query, phrases, f"show {', '.join(item.name for item in shown)}")


def join_sum(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
    """The total of an amount of the many side by a column of the one side."""
    say = Speech(ctx, rng)
    side = sides(ctx, join)
    measure = pick(ctx, side.many, ctx.roles(side.many).amounts, turn, "join_sum")
    return (
        _by_other(ctx, say, side, turn, total("SUM", "Total", side.many, measure.name), measure.name)
        if measure
        else None
    )


def join_count(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
    """How many rows of the many side there are by a column of the one side."""
    return _by_other(ctx, Speech(ctx, rng), sides(ctx, join), turn, COUNT, "")


def _once(columns: Sequence[Column]) -> list[Column]:
    """Each column once."""
    return [column for place, column in enumerate(columns) if column not in columns[:place]]


def _by_other(ctx: Context, say: Speech, side: Sides, turn: int, item: Item, measure: str) -> Draft | None:
    known, book = set(_known(ctx, side)), book_of(ctx)
    # By what one that is no partner of a row says of itself nobody adds up.
    links = [link for link in (*book.partners(side.many), *book.headers(side.many)) if not link.one_to_one]
    if not any(link.end == side.one for link in links):
        return None
    name, database = book.parts(side.one).name, ctx.catalog.database
    # Several people have one last name, and many orders one description.
    document = bool(book.moments(side.one)) or len(within_company(ctx.catalog, side.one)) > 1
    tells = name is not None and not document and not name_words(name.name, database).lower().endswith("last name")
    pool = [name] if name and tells and name in ctx.roles(side.one).texts else []
    own = [*ctx.roles(side.one).texts, *book.dimensions(side.one)]
    # A contract is one of its company, which has to be that of the rows.
    company = ctx.roles(side.one).company
    tied = not company or (ctx.roles(side.many).company, company) in side.pairs
    partners = [link for link in book.partners(side.one) if tied or company not in {near for near, _ in link.pairs}]
    led = {near for link in partners for near, _ in link.pairs}
    pool += [c for c in own if c.name in led or sorts_rows(name_words(c.name, database))]
    pool = [column for column in _once(pool) if column.name not in known]
    group = pick(ctx, side.one, pool, turn, "by_other")
    if not group or (measure and group != name and _is_of_another(ctx, side, measure)):
        return None
    ref = Ref(side.one.qualified, group.name)
    filters, company_said = _company(say, side.many, side.one)
    query = Query(
        side.many.qualified,
        (Item(ref), item),
        joins=(JoinOn(side.one.qualified, side.on()),),
        where=tuple(filters),
        group=(ref,),
    )
    phrases = {
        "group": say.column(side.one, group.name),
        "theirs": theirs(say, side.many, side.one, side.pairs, [group.name]),
        "other": f"{say.table(side.one)}{by_which(say, side.many, side.one, side.pairs)}",
        "measure": say.column(side.many, measure) if measure else "",
        "table": say.table(side.many),
        "company": company_said,
    }
    action = f"sum {measure} by {group.name}" if measure else f"count rows by {group.name}"
    if _optional(ctx, side):
        action += f"; rows without a match in {ctx.catalog.sql_name(side.one)} stay out"
    if group in ctx.roles(side.one).ids and may_be_empty(group):
        # What refers to nothing is no group of its own.
        query = replace(query, where=(*query.where, Filter(ref, "{0} IS NOT NULL")))
        action += f"; rows without {group.name} stay out"
    return Draft(query, phrases, action)


def _is_of_another(ctx: Context, side: Sides, measure: str) -> bool:
    """Whether other amounts of a row are called by what leads to the one side, and this one is not: by the terms of the
    haul vendor one adds up the haul total, and not that of the material which somebody else is paid."""
    database = ctx.catalog.database
    near, far = (name_words(name, database).lower().split() for name in side.pairs[-1])
    amounts = {
        column.name: name_words(column.name, database).lower().split() for column in ctx.roles(side.many).amounts
    }
    own = {word for words in amounts.values() for word in words} & ({*near} - {*far})
    return bool(own) and not own & {*amounts.get(measure, ())}


def _seconds(ctx: Context, side: Sides) -> list[tuple[Table, Join, Table]]:
    """The joins that lead on from either side to a third table: (side, join, third table)."""
    names = {side.many.name, side.one.name}
    found = []
    for start in (side.many, side.one):
        for other in ctx.plain_joins_of.get(start.qualified, ()):
            third = ctx.table(other.right if other.left == start.qualified else other.left)
            short = len(side.pairs) + len(other.left_columns) <= MOST_PAIRS
            to_one = other.many_side in ("", start.qualified)
            said = _says(ctx, side, other) if start == side.one else _either(side, other)
            if short and to_one and not said and third.name not in names:
                found.append((start, other, third))
    return found


def _either(side: Sides, other: Join) -> bool:
    """Whether one column leads to both other tables: it is then one of the two, a store or an employee."""
    columns = other.left_columns if other.left == side.many.qualified else other.right_columns
    return [name for name, _ in side.pairs] == list(columns)


def _says(ctx: Context, side: Sides, other: Join) -> bool:
    """Whether the many side says itself what the one side would lead on to."""
    ends = {other.left, other.right} - {side.one.qualified}
    direct = any(ends & {join.left, join.right} for join in ctx.catalog.joins_of(side.many.qualified))
    columns = other.left_columns if other.left == side.one.qualified else other.right_columns
    own = [name for name in columns if name not in ctx.catalog.company_names]
    return direct or all(map(side.many.column, own))


def join_three(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
    """One column each of a table and the two that hang on it."""
    say = Speech(ctx, rng)
    side = sides(ctx, join)
    seconds = _seconds(ctx, side)
    if not seconds:
        return None
    start, other, third = seconds[turn % len(seconds)]
    forward = other.left == start.qualified
    near, far = (other.left_columns, other.right_columns) if forward else (other.right_columns, other.left_columns)
    pairs = tuple((Ref(start.qualified, a), Ref(third.qualified, b)) for a, b in zip(near, far, strict=True))
    first = shown_columns(ctx, side.many, rng, turn, most=2)
    known = _known(ctx, side)
    one = _named(ctx, side.one, known, rng, turn)
    last = _named(ctx, third, [*far, *known], rng, turn)
    second = Sides(start, third, tuple(zip(near, far, strict=True)), True)
    if not first or not one or not last or not (looked_up(ctx, side) and looked_up(ctx, second)):
        return None
    company, company_said = _company(say, side.many, side.one, third)
    second = Sides(start, third, tuple(zip(near, far, strict=True)), True)
    outer = _optional(ctx, side), _optional(ctx, second)
    missing = [each for each, optional in zip((side, second), outer, strict=True) if optional]
    kind, none_said = _kind(ctx, say, missing, rng, company)
    kinds = [kind if optional else "JOIN" for optional in outer]
    if start == side.one and kinds[0] == "LEFT JOIN":
        kinds[1] = kind
    shown = named_apart(ctx, (*refs(side.many, first), *refs(side.one, one), *refs(third, last)))
    query = Query(
        side.many.qualified,
        shown,
        joins=(JoinOn(side.one.qualified, side.on(), kinds[0]), JoinOn(third.qualified, pairs, kinds[1])),
        where=tuple(company),
    )
    phrases = {
        "columns": say.columns(side.many, first),
        "table": say.table(side.many),
        "others": theirs(say, side.many, side.one, side.pairs, one),
        "last": theirs(say, start, third, second.pairs, last),
        "company": f"{company_said}{none_said}",
    }
    return Draft(query, phrases, f"show {', '.join(item.name for item in shown)}")


INTENTS = (
    of_join("join_list", join_list),
    of_join("join_sum", join_sum),
    of_join("join_count", join_count),
    of_join("join_three", join_three),
)
