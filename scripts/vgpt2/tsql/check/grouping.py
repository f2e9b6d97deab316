"""GROUP BY as SQL Server enforces it: what is neither grouped nor inside an aggregate may not be selected."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.scope import Scope

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
_AGGREGATE_NAMES = {"CHECKSUM_AGG", "GROUPING", "GROUPING_ID", "COUNT_BIG", "STRING_AGG", "VAR", "VARP", "STDEVP"}
# sqlglot counts these among the aggregates; without OVER they are none.
_WINDOW_ONLY = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.RowNumber)


def is_aggregate(node) -> bool:
    """Whether this node is an aggregate function."""
    if isinstance(node, exp.AggFunc):
        return not isinstance(node, _WINDOW_ONLY)
    return type(node) is exp.Anonymous and str(node.this).upper() in _AGGREGATE_NAMES


def aggregates(root) -> list:
    """The aggregates under `root` that belong to its own query: not those of windows or of queries inside."""
    found = []
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, QUERIES):
            continue
        if type(node) is exp.Window:
            stack.extend(_of_window(node))
            continue
        if is_aggregate(node):
            found.append(node)
            continue
        stack.extend(_children(node))
    return found


def is_grouped(select) -> bool:
    """Whether a SELECT gives one row a group: GROUP BY, HAVING, or an aggregate in its list or in ORDER BY."""
    args = select.args
    if args.get("group") is not None or args.get("having") is not None:
        return True
    order = args.get("order")
    return any(aggregates(item) for item in [*select.expressions, *(order.expressions if order is not None else ())])


def check_grouping(resolver, scope: Scope) -> None:
    """Findings for columns that stand neither in GROUP BY nor in an aggregate."""
    select = scope.node
    args = select.args
    columns = set()
    signatures = set()
    for item in _group_items(args.get("group")):
        bound = resolver.bound.get(id(item))
        if bound is not None:
            columns.add(bound)
        elif type(item) is not exp.Column:
            signatures.add(signature(item, resolver))
    own = set(scope.sources)

    def fault(node, bound) -> None:
        name = bound[0].columns[bound[1]]
        message = f"{name} is neither in GROUP BY nor in an aggregate"
        resolver.add("resolve", "ungrouped_column", message, node.args["this"], name)

    def star(sources, node) -> None:
        if any((source, key) not in columns for source in sources for key in source.columns or ()):
            resolver.add("resolve", "ungrouped_column", "* shows columns that are not grouped", node, "*")

    parts = [*select.expressions]
    if args.get("having") is not None:
        parts.append(args["having"].this)
    aliases = {resolver.fold(item.alias) for item in select.expressions if type(item) is exp.Alias}
    for item in args["order"].expressions if args.get("order") is not None else ():
        target = item.this if type(item) is exp.Ordered else item
        plain = type(target) is exp.Column and target.args.get("table") is None
        if not (plain and resolver.fold(target.name) in aliases):
            parts.append(target)
    for part in parts:
        stack = [part]
        while stack:
            node = stack.pop()
            if type(node) is exp.Column:
                if type(node.this) is exp.Star:
                    star(scope.by_name.get(resolver.fold(node.table), ()), node)
                    continue
                bound = resolver.bound.get(id(node))
                if bound is not None and bound[0] in own and bound not in columns:
                    fault(node, bound)
                continue
            if isinstance(node, QUERIES):
                continue
            if type(node) is exp.Star and part is node:
                star(scope.sources, node)
                continue
            if signatures and type(node) is not exp.Literal and signature(node, resolver) in signatures:
                continue
            if type(node) is exp.Window:
                stack.extend(_of_window(node))
                continue
            if is_aggregate(node):
                _inside(resolver, node)
                continue
            if type(node) is exp.WithinGroup:
                continue
            stack.extend(_children(node))
    for clause, node, bound in scope.uses:
        if clause in ("select", "having", "order") and bound not in columns and bound[0] in own:
            fault(node, bound)


def _inside(resolver, aggregate) -> None:
    """An aggregate takes neither another aggregate nor a query."""
    stack = _children(aggregate)
    while stack:
        node = stack.pop()
        if isinstance(node, QUERIES) or is_aggregate(node):
            resolver.add("resolve", "misplaced_aggregate", "an aggregate over an aggregate or a query", node)
            return
        stack.extend(_children(node))


def signature(node, resolver) -> tuple:
    """An expression as a value: columns by what they bind to, so that `YEAR(a)` and `YEAR(t.a)` are one."""
    if type(node) is exp.Column:
        bound = resolver.bound.get(id(node))
        return ("column", id(bound[0]), bound[1]) if bound is not None else ("column", node.name)
    if type(node) is exp.Paren:
        return signature(node.this, resolver)
    parts: list = [type(node).__name__]
    for key, value in node.args.items():
        if isinstance(value, exp.Expression):
            parts.append((key, signature(value, resolver)))
        elif isinstance(value, list):
            parts.append((key, tuple(signature(v, resolver) if isinstance(v, exp.Expression) else v for v in value)))
        elif value is not None and value is not False:
            parts.append((key, value))
    return tuple(parts)


def _group_items(group) -> list:
    """The expressions of GROUP BY, those inside ROLLUP, CUBE and GROUPING SETS too."""
    if group is None:
        return []
    items = []
    stack = [item for value in group.args.values() if isinstance(value, list) for item in value]
    while stack:
        node = stack.pop()
        if type(node) in (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple):
            stack.extend(node.expressions)
        elif type(node) is exp.Paren:
            stack.append(node.this)
        else:
            items.append(node)
    return items


def _of_window(node) -> list:
    """What a window function reads: of SUM(SUM(x)) OVER (...) the outer SUM is its own, the inner one the query's."""
    found = [child for child in _children(node) if child is not node.this]
    inner = node.this
    if type(inner) is exp.WithinGroup:
        found.append(inner.expression)
        inner = inner.this
    return found + (_children(inner) if isinstance(inner, exp.AggFunc) else [inner])


def _children(node) -> list:
    found = []
    for value in node.args.values():
        if type(value) is list:
            found.extend(child for child in value if isinstance(child, exp.Expression))
        elif isinstance(value, exp.Expression):
            found.append(value)
    return found
