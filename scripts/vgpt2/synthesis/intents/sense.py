"""What no question asks, whatever its intent: conditions and groups that contradict what is added up or shown."""

from __future__ import annotations

import re

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Table
from vgpt2.catalog.states.words import state_words
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.columns import is_kind_of_row
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.kinds import ADDS_UP, is_of_other_kind
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.roles.apart import reads_what_others_have
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import Parts
from vgpt2.synthesis.roles.dimensions import called
from vgpt2.synthesis.roles.words import role_words
from vgpt2.synthesis.scale import has_scale

# A column before a number that it is compared with.
COMPARED = re.compile(r"\{(\d+)\} (?:[<>]=?|=|<>|BETWEEN) -?\d")


def makes_sense(ctx: Context, query: Query) -> bool:
    """Whether nothing in a query contradicts the rest of it."""
    checks = (
        _is_settled,
        _is_planned_by_whom,
        _both_of_one_kind,
        is_of_other_kind,
        _of_other_rows,
        _undoes_outer,
        _done_by_status,
        _bounds_of_no_scale,
    )
    return not any(_shows_nothing(part) or any(check(ctx, part) for check in checks) for part in query.parts())


def _table(ctx: Context, name: str) -> Table | None:
    return ctx.catalog.by_qualified.get(name)


def _is_settled(ctx: Context, part: Query) -> bool:
    """Whether what is still to be paid is asked of what is paid, by how it was paid or by kinds of which one owes: it
    comes to nothing."""
    shown = [item.value for item in part.items if isinstance(item.value, Ref)]
    needed = {near for join in part.joins if join.kind == "JOIN" for near, _ in join.pairs}
    for ref in (*_added_up(part), *shown):
        table = _table(ctx, ref.table)
        parts = book_of(ctx).parts(table) if table else None
        if not table or not parts or ref.column not in {column.name for column in parts.open_amounts}:
            continue
        settled = {Ref(table.qualified, name) for name in _methods(ctx, table)}
        if settled & needed:
            return True
        if ref in shown:
            continue
        kinds = {c.name for c in table.columns if is_kind_of_row(name_words(c.name, ctx.catalog.database))}
        apart = {Ref(table.qualified, name) for name in kinds | {column.name for column, _ in parts.ended}}
        if settled & {*_read(part)} or apart & {*part.group, *needed} or _asks_for_paid(part, table, parts, ref):
            return True
    return False


def _methods(ctx: Context, table: Table) -> set[str]:
    """The columns of a table that say how a row was paid."""
    settles, database = role_words().settles, ctx.catalog.database
    links = [link for link in book_of(ctx).links(table) if settles.found(called(ctx, link.end))]
    named = {column.name for column in table.columns if settles.found(name_words(column.name, database).lower())}
    return named | {near for link in links for near, _ in link.pairs}


def _asks_for_paid(part: Query, table: Table, parts: Parts, ref: Ref) -> bool:
    """Whether a condition is that rows are dealt with."""
    undone = {(state.column.name, state.template) for state in parts.open}
    says = {column.name for column, _ in parts.ended} | ({name for name, _ in undone} - {ref.column})
    undone |= {(column.name, "{0} IS NULL") for column, _ in parts.ended}
    own = [c for c in part.where if isinstance(c, Filter) and c.ref.table == table.qualified and c.ref.column in says]
    return any((condition.ref.column, condition.template) not in undone for condition in own)


def _is_planned_by_whom(ctx: Context, part: Query) -> bool:
    """Whether what is planned is added up, or listed, by whom it will come from, where plans and what happened are rows
    of one table: only what happened has a vendor."""
    planned, database = role_words().stages["budget"], ctx.catalog.database
    for ref in _added_up(part):
        table = _table(ctx, ref.table)
        if not table or not ctx.roles(table).of_kinds or not planned.search(name_words(ref.column, database).lower()):
            continue
        read = {other.column for other in _read(part) if other.table == table.qualified}
        near = {
            link.pairs[-1][0] for link in book_of(ctx).links(table) if role_words().issuers.found(called(ctx, link.end))
        }
        if near & read:
            return True
    return False


def _added_up(part: Query) -> list[Ref]:
    calls = [item.value for item in part.items if isinstance(item.value, Call)]
    return [ref for call in calls if ADDS_UP.search(call.template) for ref in call.refs]


def _read(part: Query) -> list[Ref]:
    """All columns of one SELECT but those of the queries within."""
    inner = {ref for query in part.parts() if query is not part for ref in query.refs()}
    return [ref for ref in part.refs() if ref not in inner]


def _both_of_one_kind(ctx: Context, part: Query) -> bool:
    """Whether rows of several kinds must have two partners that may be missing: a receipt of goods has a supplier and
    an issue a customer, and nothing has both."""
    table = _table(ctx, part.table)
    if table is None or not ctx.roles(table).of_kinds:
        return False
    demanded = set()
    for join in part.joins:
        columns = [table.column(near.column) for near, _ in join.pairs if near.table == table.qualified]
        if join.kind == "JOIN" and any(column is not None and may_be_empty(column) for column in columns):
            demanded.add(join.table)
    return len(demanded) > 1


def _of_other_rows(ctx: Context, part: Query) -> bool:
    """Whether columns stand for rows that have not what they are shown by: sales to jobs, for each customer."""
    return reads_what_others_have(ctx, part, _read(part))


def _undoes_outer(ctx: Context, part: Query) -> bool:
    """Whether a condition drops the rows that an outer join keeps: they are not there, whatever is said."""
    outer = {join.table for join in part.joins if join.kind == "LEFT JOIN"}
    conditions = [c for c in part.where if isinstance(c, Filter) and c.ref.table in outer]
    return any("IS NULL" not in condition.template for condition in conditions)


def _done_by_status(ctx: Context, part: Query) -> bool:
    """Whether rows are grouped by when they were paid, or picked by it, where columns or conditions are of a status:
    what is on hold was paid in no month."""
    given = [c.ref for c in part.where if isinstance(c, Filter) and "IS NULL" not in c.template]
    used = {ref for ref in (*part.group, *given) if isinstance(ref, Ref)}
    calls = [item.value for item in part.items if isinstance(item.value, Call)]
    read = used | {ref for call in calls for ref in call.refs}
    for name in {ref.table for ref in used}:
        table = _table(ctx, name)
        status = {Ref(name, column.name) for column in book_of(ctx).parts(table).status} if table else set()
        if table and status & read and {Ref(name, column) for column in _when_done(ctx, table)} & used:
            return True
    return False


def _when_done(ctx: Context, table: Table) -> set[str]:
    """The days and months of a table that only rows have which are dealt with."""
    roles, database = ctx.roles(table), ctx.catalog.database
    done = {column.name for column, _ in book_of(ctx).parts(table).ended}
    months = [column for column in roles.months if may_be_empty(column) and column.name not in table.key]
    words = state_words().ended.values()
    said = {column.name: name_words(column.name, database).lower() for column in months}
    return done | {name for name, text in said.items() if any(known.search(text) for known in words)}


def _bounds_of_no_scale(ctx: Context, part: Query) -> bool:
    """Whether a percent is compared with a number: over 20 finds nothing where 20 in a hundred is stored as 0.2."""
    compared = {c.ref for c in part.where if isinstance(c, Filter) and COMPARED.search(c.template)}
    calls = [*part.calls(), *(part for part in part.where if isinstance(part, Call))]
    compared |= {call.refs[int(place)] for call in calls for place in COMPARED.findall(call.template)}
    compared |= {ref for call, bound in part.having if bound[-1:].isdigit() for ref in call.refs}
    found = ((_table(ctx, ref.table), ref.column) for ref in compared)
    columns = ((table, table.column(name)) for table, name in found if table)
    return any(column and not has_scale(ctx.catalog, table, column) for table, column in columns)


def _shows_nothing(part: Query) -> bool:
    """Whether a column is shown of which the rows have none."""
    empty = {part.ref for part in part.where if isinstance(part, Filter) and part.template == "{0} IS NULL"}
    return any(item.value in empty for item in part.items)
