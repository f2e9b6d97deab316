"""GROUP BY as SQL Server enforces it: what is neither grouped nor inside an aggregate may not be selected."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from vgpt2.tsql.check.clauses.ordering import is_bare_column, ordered
from vgpt2.tsql.check.scope import BoundColumn, Scope, Source
from vgpt2.tsql.check.walk import Walk

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
_AGGREGATE_NAMES = {"CHECKSUM_AGG", "GROUPING", "GROUPING_ID", "COUNT_BIG", "STRING_AGG", "VAR", "VARP", "STDEVP"}
# sqlglot counts these among the aggregates; without OVER they are none.
_WINDOW_ONLY = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.RowNumber)

Signature = tuple[object, ...]


@dataclass(slots=True)
class _Grouped:
    """What stands in GROUP BY: columns, and other expressions by signature. `own`: the sources of this SELECT."""

    own: set[Source]
    columns: set[BoundColumn] = field(default_factory=set)
    signatures: set[Signature] = field(default_factory=set)


def is_grouped(select: exp.Select) -> bool:
    """Whether a SELECT gives one row a group: GROUP BY, HAVING, or an aggregate in its list or in ORDER BY."""
    args = select.args
    if args.get("group") is not None or args.get("having") is not None:
        return True
    order = args.get("order")
    return any(_has_aggregate(item) for item in [*select.expressions, *(order.expressions if order else ())])


def check_grouping(scope: Scope, walk: Walk) -> None:
    """Findings for columns that stand neither in GROUP BY nor in an aggregate."""
    select = scope.select
    grouped = _Grouped(set(scope.sources))
    for item in _group_items(select.args.get("group")):
        bound = walk.bound.get(id(item))
        if bound is not None:
            grouped.columns.add(bound)
        elif type(item) is not exp.Column:
            grouped.signatures.add(_signature(item, walk))
    for part in _parts(select, walk):
        _check_part(part, grouped, scope, walk)
    for clause, node, bound in scope.uses:
        if clause in ("select", "having", "order"):
            _check_column(node, bound, grouped, walk)


def _parts(select: exp.Select, walk: Walk) -> list[exp.Expression]:
    """What is evaluated once a group: the select list, HAVING, and ORDER BY where it is no alias."""
    parts = [*select.expressions]
    having = select.args.get("having")
    if having is not None:
        parts.append(having.this)
    aliases = {walk.fold(item.alias) for item in select.expressions if type(item) is exp.Alias}
    for target in ordered(select):
        if not (is_bare_column(target) and walk.fold(target.name) in aliases):
            parts.append(target)
    return parts


def _check_part(part: exp.Expression, grouped: _Grouped, scope: Scope, walk: Walk) -> None:
    signatures = grouped.signatures
    stack = [part]
    while stack:
        node = stack.pop()
        kind = type(node)
        if type(node) is exp.Column:
            if type(node.this) is exp.Star:
                _check_star(node, scope.by_name.get(walk.fold(node.table), []), grouped, walk)
            elif (bound := walk.bound.get(id(node))) is not None:
                _check_column(node, bound, grouped, walk)
        elif isinstance(node, _QUERIES):
            continue
        elif kind is exp.Star and part is node:
            _check_star(node, scope.sources, grouped, walk)
        elif signatures and kind is not exp.Literal and _signature(node, walk) in signatures:
            continue
        elif kind is exp.Window:
            stack += _of_window(node)
        elif _is_aggregate(node):
            _check_aggregate(node, walk)
        elif kind is not exp.WithinGroup:
            stack += _children(node)


def _check_column(node: exp.Expression, bound: BoundColumn, grouped: _Grouped, walk: Walk) -> None:
    source, key = bound
    if source in grouped.own and bound not in grouped.columns:
        name = (source.columns or {}).get(key, key)
        message = f"{name} is neither in GROUP BY nor in an aggregate"
        walk.resolve("ungrouped_column", message, node.args["this"], name)


def _check_star(node: exp.Expression, sources: list[Source], grouped: _Grouped, walk: Walk) -> None:
    if any((source, key) not in grouped.columns for source in sources for key in source.columns or ()):
        walk.resolve("ungrouped_column", "* shows columns that are not grouped", node, "*")


def _check_aggregate(aggregate: exp.Expression, walk: Walk) -> None:
    """An aggregate takes neither another aggregate nor a query."""
    stack = _children(aggregate)
    while stack:
        node = stack.pop()
        if isinstance(node, _QUERIES) or _is_aggregate(node):
            walk.resolve("misplaced_aggregate", "an aggregate over an aggregate or a query", node)
            return
        stack += _children(node)


def _is_aggregate(node: exp.Expression) -> bool:
    """Whether this node is an aggregate function."""
    if isinstance(node, exp.AggFunc):
        return not isinstance(node, _WINDOW_ONLY)
    return type(node) is exp.Anonymous and str(node.this).upper() in _AGGREGATE_NAMES


def _has_aggregate(root: exp.Expression) -> bool:
    """Whether an aggregate of its own query stands below `root`: not one of a window or of a query inside."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, _QUERIES):
            continue
        if type(node) is exp.Window:
            stack += _of_window(node)
        elif _is_aggregate(node):
            return True
        else:
            stack += _children(node)
    return False


def _signature(root: exp.Expression, walk: Walk) -> Signature:
    """An expression as a value: columns by what they bind to, so that `YEAR(a)` and `YEAR(t.a)` are one.

    Each node is followed by its parts, each part by how many children it has, so that no two expressions are alike.
    """
    found: list[object] = []
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        if type(item) is exp.Column:
            bound = walk.bound.get(id(item))
            found.append(("column", item.name) if bound is None else ("column", id(bound[0]), bound[1]))
        elif type(item) is exp.Paren:
            stack.append(item.this)
        elif isinstance(item, exp.Expression):
            parts = [(key, value) for key, value in item.args.items() if value is not None and value is not False]
            found += [type(item).__name__, len(parts)]
            for key, value in parts:
                children = value if isinstance(value, list) else [value]
                stack += [*children, (key, len(children))]
        else:
            found.append(item)
    return tuple(found)


def _group_items(group: exp.Expression | None) -> list[exp.Expression]:
    """The expressions of GROUP BY, those inside ROLLUP, CUBE and GROUPING SETS too."""
    if group is None:
        return []
    items = []
    stack = [item for value in group.args.values() if isinstance(value, list) for item in value]
    while stack:
        node = stack.pop()
        if type(node) in (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple):
            stack += node.expressions
        elif type(node) is exp.Paren:
            stack.append(node.this)
        else:
            items.append(node)
    return items


def _of_window(node: exp.Expression) -> list[exp.Expression]:
    """What a window function reads: of SUM(SUM(x)) OVER (...) the outer SUM is its own, the inner one the query's."""
    inner = node.this
    found = [child for child in _children(node) if child is not inner]
    if type(inner) is exp.WithinGroup:
        found.append(inner.expression)
        inner = inner.this
    return found + (_children(inner) if isinstance(inner, exp.AggFunc) else [inner])


def _children(node: exp.Expr) -> list[exp.Expression]:
    found = []
    for value in node.args.values():
        if type(value) is list:
            found += [child for child in value if isinstance(child, exp.Expression)]
        elif isinstance(value, exp.Expression):
            found.append(value)
    return found
