"""ORDER BY: what it may name, and where it may stand."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.expressions.conditions import bare
from vgpt2.tsql.check.expressions.expressions import bind_expression
from vgpt2.tsql.check.scope import Output, Scope
from vgpt2.tsql.check.walk import Walk


def order_by(select: exp.Select, scope: Scope, output: Output, walk: Walk) -> None:
    """ORDER BY of a SELECT: an alias of the select list (alone), a position, or an expression over the sources."""
    named = [walk.fold(name) for name in output.names if name]
    distinct = select.args.get("distinct") is not None
    for target in ordered(select):
        if is_bare_column(target) and walk.fold(target.name) in named:
            if named.count(walk.fold(target.name)) > 1:
                message = f"two columns of the select list are called {target.name}"
                walk.resolve("ambiguous_column", message, target, target.name)
            continue
        if _is_position(target):
            _check_position(target, output, walk)
            continue
        bind_expression(target, scope, walk)
        if distinct and output.known and not _is_selected(target, select, walk):
            walk.resolve("order_by_not_selected", "ORDER BY of a SELECT DISTINCT takes selected columns", target)


def order_of_set(node: exp.Expression, output: Output, walk: Walk) -> None:
    """ORDER BY of a UNION sees output columns only."""
    names = {walk.fold(name) for name in output.names if name}
    for target in ordered(node):
        if is_bare_column(target):
            name = target.name
            if output.known and walk.fold(name) not in names:
                known = [name for name in output.names if name]
                walk.resolve("unknown_column", f"the union has no column {name}", target, name, known)
        elif _is_position(target):
            _check_position(target, output, walk)
        else:
            walk.resolve("order_by_not_selected", "ORDER BY of a union takes output columns", target)


def order_inside(node: exp.Expression, walk: Walk) -> None:
    """ORDER BY in a derived table, CTE or subquery needs TOP, OFFSET or FOR XML."""
    args = node.args
    order = args.get("order")
    if order is None:
        return
    if isinstance(node.parent, exp.SetOperation):
        walk.syntax("ORDER BY of a union stands at its end", order, rule="order_in_subquery")
    elif args.get("limit") is None and args.get("offset") is None and args.get("for_") is None:
        walk.syntax("ORDER BY inside a query needs TOP or OFFSET", order, rule="order_in_subquery")


def ordered(query: exp.Expression) -> list[exp.Expression]:
    """The expressions of the ORDER BY of a query, without ASC and DESC."""
    order = query.args.get("order")
    if order is None:
        return []
    return [item.this if type(item) is exp.Ordered else item for item in order.expressions]


def is_bare_column(node: exp.Expression) -> bool:
    """Whether this is a column without a qualifier."""
    return type(node) is exp.Column and node.args.get("table") is None


def _is_position(target: exp.Expression) -> bool:
    return type(target) is exp.Literal and not target.is_string


def _check_position(target: exp.Expression, output: Output, walk: Walk) -> None:
    """ORDER BY 2 needs a second column."""
    if output.known and not (target.name.isdigit() and 1 <= int(target.name) <= len(output.names)):
        walk.resolve("order_by_position", f"ORDER BY {target.name} is no column", target)


def _is_selected(target: exp.Expression, select: exp.Select, walk: Walk) -> bool:
    """Whether this expression stands in the select list, columns compared by what they bind to."""
    target = bare(target)
    bound = walk.bound.get(id(target))
    for item in select.expressions:
        inner = bare(item.this if type(item) is exp.Alias else item)
        if inner == target or (bound is not None and walk.bound.get(id(inner)) == bound):
            return True
    return type(target) is exp.Column and any(type(item) is exp.Star for item in select.expressions)
