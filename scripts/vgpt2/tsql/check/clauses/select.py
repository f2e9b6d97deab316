"""One SELECT: its sources, then its clauses in the order in which SQL Server binds them."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.calls.comparable import note_select
from vgpt2.tsql.check.clauses.ctes import with_ctes
from vgpt2.tsql.check.clauses.grouping import check_grouping, is_grouped
from vgpt2.tsql.check.clauses.ordering import order_by, order_inside
from vgpt2.tsql.check.clauses.select_list import select_aliases, select_list
from vgpt2.tsql.check.clauses.sources import add_sources
from vgpt2.tsql.check.expressions.expressions import bind_expression
from vgpt2.tsql.check.scope import Clause, Ctes, Output, Scope
from vgpt2.tsql.check.walk import Place, Walk


def resolve_select(node: exp.Select, walk: Walk, outer: Scope | None, ctes: Ctes, place: Place) -> Output:
    """The output of one SELECT."""
    args = node.args
    scope = Scope(node, outer, with_ctes(node, walk, outer, ctes))
    scope.aliases = select_aliases(node, walk)
    add_sources(node, scope, walk)
    _condition("where", scope, walk)
    _group_by(scope, walk)
    _condition("having", scope, walk)
    scope.clause = "select"
    output = select_list(node, scope, walk)
    _limits(scope, walk)
    for window in args.get("windows") or ():
        bind_expression(window, scope, walk)
    scope.clause = "order"
    if args.get("order") is not None:
        order_by(node, scope, output, walk)
        if place != "statement":
            order_inside(node, walk)
    if place != "exists" and is_grouped(node):
        check_grouping(scope, walk)
    note_select(node, scope, walk)
    walk.binding.selects.append(scope)
    return output


def _condition(clause: Clause, scope: Scope, walk: Walk) -> None:
    """WHERE or HAVING."""
    part = scope.select.args.get(clause)
    if part is not None:
        scope.clause = clause
        bind_expression(part, scope, walk)


def _group_by(scope: Scope, walk: Walk) -> None:
    group = scope.select.args.get("group")
    if group is None:
        return
    scope.clause = "group"
    bind_expression(group, scope, walk)
    for item in group.expressions:
        if type(item) is exp.Literal:
            walk.syntax("GROUP BY takes no position or constant", item)


def _limits(scope: Scope, walk: Walk) -> None:
    """TOP; OFFSET, which needs ORDER BY; FETCH, which needs OFFSET."""
    select = scope.select
    limit, offset = select.args.get("limit"), select.args.get("offset")
    without_order = select.args.get("order") is None
    if limit is not None:
        bind_expression(limit, scope, walk)
        options = limit.args.get("limit_options")
        if options is not None and options.args.get("with_ties") and without_order:
            walk.syntax("WITH TIES needs ORDER BY", select)
    if offset is None and type(limit) is not exp.Fetch:
        return
    if offset is None:
        return
    if type(limit) is exp.Limit:
        walk.syntax("TOP and OFFSET do not go together", select)
    bind_expression(offset, scope, walk)
