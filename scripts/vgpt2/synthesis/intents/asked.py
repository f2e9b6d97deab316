"""By what people would ask: groups and filters that have to do with what is added up; others come up seldom."""

from __future__ import annotations

import random
import re

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import DATES, is_month
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import SharedGroups, base_word, is_flag
from vgpt2.synthesis.columns import reference_rank
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.kinds import ADDS_UP
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.evidence import (
    is_filtered_by,
    is_grouped_by,
    is_hours_of_money,
    is_named,
    is_of_today,
    is_same_person,
)
from vgpt2.synthesis.roles.links import Link

# Of the questions that group by what nobody is known to group by, so many are asked; and of those with such a filter.
SELDOM_GROUP, SELDOM_FILTER = 0.06, 0.15
_ONE_VALUE = re.compile(r"\{0\} (?:=|<>|IN) \(?(?!@)|\(\{0\} <> ")


def is_asked(ctx: Context, query: Query, rng: random.Random) -> bool:
    """Whether people would ask by what a query groups and filters by; of what nobody is known to ask by now and then
    one is asked.

    Args:
        rng: decides on these; drawn from once for groups and once for filters.
    """
    by, only = rng.random() < SELDOM_GROUP, rng.random() < SELDOM_FILTER
    return all(_groups(ctx, part, by) and (only or _filters(ctx, part, part is query)) for part in query.parts())


def _groups(ctx: Context, part: Query, seldom: bool) -> bool:
    table = ctx.catalog.by_qualified.get(part.table)
    if table is None:
        return True
    names: dict[str, set[str]] = {}
    for ref in part.group:
        if isinstance(ref, Ref):
            names.setdefault(ref.table, set()).add(ref.column)
    amounts = _amounts(part)
    aside = {*ctx.catalog.company_names, *SharedGroups.of(ctx.catalog)}
    for link in _partners(ctx, part, table, names, aside):
        if _never(ctx, link, amounts) or not (seldom or _is_part_of(link) or is_named(ctx, link.end)):
            return False
        for near, far in link.pairs:
            names.get(link.start.qualified, set()).discard(near)
            names.get(link.end.qualified, set()).discard(far)
        names.get(link.end.qualified, set()).discard(_name(ctx, link.end))
    for qualified, columns in names.items():
        owner = ctx.catalog.by_qualified.get(qualified)
        if owner is None or seldom:
            continue
        # By its own key each row is for itself, which lists ask for.
        own = columns - aside - ({*owner.key} if owner == table or {*owner.key} <= columns | aside else set())
        if owner != table and _name(ctx, owner) in own:
            if not is_named(ctx, owner) and not any(link.end == owner for link in book_of(ctx).headers(table)):
                return False
            own.discard(_name(ctx, owner))
        found = [column for name in own if (column := owner.column(name))]
        if not amounts:
            # What is there twice has the same number and the same day.
            found = [column for column in found if not _tells_documents(ctx, column)]
        if not all(is_grouped_by(ctx, owner, column, owner != table) for column in found):
            return False
    return True


def _tells_documents(ctx: Context, column: Column) -> bool:
    words = name_words(column.name, ctx.catalog.database)
    return base_word(column) in DATES or reference_rank(words) is not None


def _is_part_of(link: Link) -> bool:
    """Whether rows are lines of what a link leads to, or lines of its lines."""
    return link.header or {near for near, _ in link.pairs} < {*link.start.key}


def _amounts(part: Query) -> list[str]:
    """The columns that one SELECT adds up."""
    calls = [item.value for item in part.items if isinstance(item.value, Call)]
    return [ref.column for call in calls if ADDS_UP.search(call.template) for ref in call.refs]


def _name(ctx: Context, table: Table) -> str:
    name = book_of(ctx).parts(table).name
    return name.name if name else ""


def _partners(ctx: Context, part: Query, table: Table, names: dict[str, set[str]], aside: set[str]) -> list[Link]:
    """The links of the tables of one SELECT to what it groups by: by the columns that lead there or by its key."""
    tables = [table, *(ctx.catalog.by_qualified[j.table] for j in part.joins if j.table in ctx.catalog.by_qualified)]
    joined, found = {each.qualified for each in tables}, []
    for start in tables:
        for link in book_of(ctx).links(start):
            near, far = ({pair[side] for pair in link.pairs} - aside for side in (0, 1))
            by_near = near and near <= names.get(start.qualified, set())
            by_far = far and link.end.qualified in joined and far <= names.get(link.end.qualified, set())
            # Of several that the same columns lead to the one that is joined is meant.
            if by_far or (by_near and (link.end.qualified in joined or start == table)):
                found.append(link)
    ends = [link for link in found if link.end.qualified in joined]
    told = {frozenset(a for a, _ in link.pairs) for link in ends}
    return ends or [link for link in found if frozenset(a for a, _ in link.pairs) not in told][:1]


def _never(ctx: Context, link: Link, amounts: list[str]) -> bool:
    """Whether an amount is not of what a link leads to: salaries by the job at which somebody usually is, hours by bank
    account; or each row is one of it."""
    return bool(
        is_same_person(ctx, link) or (amounts and is_of_today(ctx, link)) or is_hours_of_money(ctx, amounts, link.end)
    )


def _filters(ctx: Context, part: Query, outermost: bool) -> bool:
    """Whether each condition that a code has one value is one by which people pick rows. What a list of one table shows
    may be anything that it holds."""
    if outermost and not part.group and not part.joins and not _amounts(part):
        return True
    for condition in part.where:
        if not isinstance(condition, Filter) or not _ONE_VALUE.match(condition.template) or condition.means:
            continue
        table = ctx.catalog.by_qualified.get(condition.ref.table)
        column = table.column(condition.ref.column) if table else None
        if table and column and _is_code(ctx, column) and not is_filtered_by(ctx, table, column):
            return False
    return True


def _is_code(ctx: Context, column: Column) -> bool:
    names = {*ctx.catalog.company_names, *SharedGroups.of(ctx.catalog)}
    dated = base_word(column) in DATES or is_month(ctx.catalog.database, column)
    return column.name not in names and not dated and not is_flag(column)
