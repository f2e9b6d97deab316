"""Two queries side by side, where rows cannot decide or to explain a miss: tables, joins, filters, grouping."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.grading.conditions import filters, text
from vgpt2.tsql.write import write

COMPONENTS = ("tables", "joins", "filters", "grouping")


def canonical(tree: exp.Expr) -> str:
    """A query as text in one normal form: two are the same but for hints, aliases of columns, qualifiers, and the order
    of conditions and of the sides of an equality. Stricter than their rows would be.

    Raises:
        CannotWrite: a call in it has too few arguments.
    """

    tree = tree.copy()
    for table in tree.find_all(exp.Table):
        table.set("hints", None)
    single = len({table.name for table in tree.find_all(exp.Table)}) == 1
    for column in list(tree.find_all(exp.Column)):
        if single:
            column.set("table", None)
            column.set("db", None)
    for select in tree.find_all(exp.Select):
        select.set("expressions", [item.this if isinstance(item, exp.Alias) else item for item in select.expressions])
    for equal in list(tree.find_all(exp.EQ)):
        left, right = equal.this, equal.expression
        if write(left) > write(right):
            equal.set("this", right.copy())
            equal.set("expression", left.copy())
    for parent in list(tree.find_all(exp.Where, exp.Having, exp.Join)):
        slot = "on" if isinstance(parent, exp.Join) else "this"
        condition = parent.args.get(slot)
        if isinstance(condition, exp.And):
            parts = sorted((part.copy() for part in condition.flatten()), key=lambda part: write(part))
            parent.set(slot, exp.and_(*parts))
    return write(tree)


def components(gold: Bound, answer: Bound) -> dict[str, bool]:
    """Which parts of a query are as in the gold. Both have a normal form (`canonical`), and so can be written.

    `tables`: the same ones; `joins`: all column pairs, and the same tables may be missing (LEFT); `filters`: the same
    conditions; `grouping`: grouped and aggregated alike. A right query in another form may differ in all of them.
    """
    return {name: wanted == given for name, (wanted, given) in _sides(gold, answer).items() if name in COMPONENTS}


def differences(gold: Bound, answer: Bound) -> list[str]:
    """What sets an answer's query apart from the gold, a clause each: tables, joins, filters, grouping, aggregates."""
    found = []
    for name, (wanted, given) in _sides(gold, answer).items():
        label = {"joins": "join conditions"}.get(name, name)
        if name == "grouping":
            continue
        lacks, extra = sorted(wanted - given), sorted(given - wanted)
        if lacks:
            found.append(f"{label} lacking: {', '.join(lacks[:3])}")
        if extra:
            found.append(f"{label} too many: {', '.join(extra[:3])}")
    return found


def _sides(gold: Bound, answer: Bound) -> dict[str, tuple[set[str], set[str]]]:
    pairs = list(_equated(gold))
    same = _same_columns(pairs)

    def both(part: Callable[[Bound], set[str]]) -> tuple[set[str], set[str]]:
        return part(gold), part(answer)

    groups = both(lambda query: _groups(query, same))
    aggregates = both(lambda query: _aggregates(query, same))
    return {
        "tables": both(Bound.tables),
        "joins": both(_joins),
        "filters": both(lambda query: filters(query, same)),
        "groups": groups,
        "aggregates": aggregates,
        "grouping": (groups[0] | aggregates[0], groups[1] | aggregates[1]),
    }


def _same_columns(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """One name for columns that the gold equates: a filter on APTL.APCo is one on APTH.APCo."""
    same: dict[str, str] = {}
    for left, right in pairs:
        first, second = same.get(left, left), same.get(right, right)
        least = min(first, second)
        for name in (left, right, *(key for key, value in same.items() if value in (first, second))):
            same[name] = least
    return same


def _equated(query: Bound) -> Iterator[tuple[str, str]]:
    """Pairs of columns of two sources that a query equates, in ON, WHERE or a subquery of IN."""
    for node in query.tree.find_all(exp.EQ, exp.In):
        if isinstance(node, exp.EQ):
            left, right = node.this, node.expression
        else:
            inner = node.args.get("query")
            select = inner.find(exp.Select) if inner is not None else None
            left, right = node.this, select.expressions[0] if select is not None and select.expressions else None
            right = right.this if isinstance(right, exp.Alias) else right
        if not (isinstance(left, exp.Column) and isinstance(right, exp.Column)):
            continue
        if left.table != right.table or isinstance(node, exp.In):
            first, second = sorted((query.name(left), query.name(right)))
            yield first, second


def _joins(query: Bound) -> set[str]:
    found = {" = ".join(pair) for pair in _equated(query)}
    for join in query.tree.find_all(exp.Join):
        side = join.side.upper()
        first = join.parent.args.get("from_") if join.parent is not None else None
        if side in ("LEFT", "FULL"):
            found.add(f"LEFT JOIN {_source(query, join.this)}")
        if side in ("RIGHT", "FULL") and first is not None:
            found.add(f"LEFT JOIN {_source(query, first.this)}")
    return found


def _source(query: Bound, node: exp.Expr) -> str:
    return query.table(node.name, node.db) if isinstance(node, exp.Table) else "a subquery"


def _groups(query: Bound, same: dict[str, str]) -> set[str]:
    return {text(query, part, same) for group in query.tree.find_all(exp.Group) for part in group.expressions}


def _aggregates(query: Bound, same: dict[str, str]) -> set[str]:
    found = {text(query, part, same) for part in query.tree.find_all(exp.AggFunc)}
    if any(select.args.get("distinct") for select in query.tree.find_all(exp.Select)):
        found.add("DISTINCT")
    return found


def join_columns(tree: exp.Expr | None) -> list[str]:
    """The columns that a query equates with one another, by bare name; none of a text that did not parse."""
    if tree is None:
        return []
    sides = ((equal.this, equal.expression) for equal in tree.find_all(exp.EQ))
    return [side.name for pair in sides if all(isinstance(side, exp.Column) for side in pair) for side in pair]
