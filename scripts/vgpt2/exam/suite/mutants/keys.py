"""Whether the rows of a SELECT differ in some columns: by the keys of its tables, and of the queries in its FROM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from vgpt2.exam.grading.bound import Bound
from vgpt2.synthesis.defects.edits import parts_of
from vgpt2.tsql.check.scope import BoundColumn, Output, Source

Keys = list[frozenset[str]]


def one_row_each(bound: Bound, select: exp.Select, known: Iterable[exp.Expr | None]) -> bool:
    """Whether no two rows of a SELECT's FROM agree in these columns: a key of each source follows from them."""
    keys = {source: _keys(bound, source) for source in bound.sources(select)}
    if not keys or not all(keys.values()):
        return False
    fixed = {place for node in known if (place := _place(bound, node))}
    equal: list[tuple[BoundColumn, BoundColumn]] = []
    for condition in _conditions(select):
        if isinstance(condition, exp.EQ):
            left, right = _place(bound, condition.this), _place(bound, condition.expression)
            if left and right:
                equal.append((left, right))
            elif (one := left or right) and not condition.find(exp.Select):
                fixed.add(one)
    return _closed(fixed, equal, keys)


def _conditions(select: exp.Select) -> Iterator[exp.Expr]:
    where = select.args.get("where")
    yield from parts_of(where.this if where is not None else None)
    for join in select.args.get("joins") or ():
        yield from parts_of(join.args.get("on"))


def _closed(fixed: set[BoundColumn], equal: list[tuple[BoundColumn, BoundColumn]], keys: dict[Source, Keys]) -> bool:
    """Whether a key of every source is among these columns and those that follow from them."""
    whole: set[Source] = set()
    grown = True
    while grown:
        grown = False
        for left, right in equal:
            if (left in fixed) != (right in fixed):
                fixed |= {left, right}
                grown = True
        for source, ones in keys.items():
            if source not in whole and any(all((source, name) in fixed for name in key) for key in ones):
                whole.add(source)
                fixed |= {(source, name) for name in source.columns or ()}
                grown = True
    return len(whole) == len(keys)


def _keys(bound: Bound, source: Source) -> Keys:
    """The sets of columns, by folded name, that tell all rows of a source apart; none where nobody knows."""
    if source.info is not None:
        table = bound.catalog.by_qualified.get(source.info.qualified)
        listed = [table.key, *(key.columns for key in table.keys)] if table else []
        return [frozenset(map(bound.fold, key)) for key in listed if key]
    return _keys_of_output(bound, source.output) if source.output is not None else []


def _keys_of_output(bound: Bound, output: Output) -> Keys:
    """The key of a derived table or CTE: what it groups by, or the columns that hold a key of what it reads."""
    given = {
        bound.fold(name): node.unalias() for name, node in zip(output.names, output.nodes, strict=True) if name and node
    }
    first = next(iter(given.values()), None)
    select = first.find_ancestor(exp.Select) if first is not None else None
    if output.several or select is None or len(given) < len(output.names):
        return []
    group = select.args.get("group")
    if group is not None:
        if not group.expressions or any(group.args.get(slot) for slot in ("rollup", "cube", "grouping_sets", "all")):
            return []
        found = [_shown_as(bound, item, given) for item in group.expressions]
        return [frozenset(found)] if all(found) else []
    key = set(given)
    if not select.args.get("distinct") and not one_row_each(bound, select, given.values()):
        return []
    for name in given:
        if one_row_each(bound, select, (given[other] for other in key - {name})):
            key.discard(name)
    return [frozenset(key)]


def _shown_as(bound: Bound, item: exp.Expr, given: dict[str, exp.Expr]) -> str:
    """The name under which an expression is among the columns of its query, or an empty string."""
    place = _place(bound, item)
    same = (name for name, node in given.items() if (_place(bound, node) == place if place else node == item))
    return next(same, "")


def _place(bound: Bound, node: exp.Expr | None) -> BoundColumn | None:
    return bound.place(node) if isinstance(node, exp.Column) else None
