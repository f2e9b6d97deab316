"""Two queries side by side, where rows cannot decide or to explain a miss: tables, joins, filters, grouping."""

from __future__ import annotations

from typing import Any


def same_structure(gold: Any, answer: Any) -> bool:
    """Whether two parsed queries are the same but for hints, aliases of columns, qualifiers, and the order of
    conditions and of the sides of an equality. Stricter than their rows would be: used only where they cannot run."""
    return canonical(gold) == canonical(answer)


def canonical(tree: Any) -> str:
    """A query as text in one normal form."""
    from sqlglot import exp

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
        if left.sql() > right.sql():
            equal.set("this", right.copy())
            equal.set("expression", left.copy())
    for parent in list(tree.find_all(exp.Where, exp.Having, exp.Join)):
        slot = "on" if isinstance(parent, exp.Join) else "this"
        condition = parent.args.get(slot)
        if isinstance(condition, exp.And):
            parts = sorted((part.copy() for part in condition.flatten()), key=lambda part: part.sql())
            parent.set(slot, exp.and_(*parts))
    return tree.sql(dialect="tsql")


def differences(gold: Any, answer: Any) -> list[str]:
    """What sets an answer's query apart from the gold, a clause each: tables, joins, filters, grouping, aggregates."""
    found = []
    for label, part in (
        ("tables", _tables),
        ("join conditions", _joins),
        ("filters", _filters),
        ("grouping", _groups),
        ("aggregates", _aggregates),
    ):
        wanted, given = part(gold), part(answer)
        lacks, extra = sorted(wanted - given), sorted(given - wanted)
        if lacks:
            found.append(f"{label} lacking: {', '.join(lacks[:3])}")
        if extra:
            found.append(f"{label} too many: {', '.join(extra[:3])}")
    return found


def _bare(node: Any) -> str:
    from sqlglot import exp

    copy = node.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
        column.set("db", None)
    sides = (copy.this, copy.expression) if isinstance(copy, exp.EQ) else ()
    if sides and (isinstance(sides[0], exp.Literal), sides[0].sql()) > (
        isinstance(sides[1], exp.Literal),
        sides[1].sql(),
    ):
        copy = exp.EQ(this=copy.expression, expression=copy.this)
    return copy.sql(dialect="tsql")


def _tables(tree: Any) -> set[str]:
    from sqlglot import exp

    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table) if table.name not in ctes}


def _conjuncts(condition: Any) -> list[Any]:
    from sqlglot import exp

    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def _joins(tree: Any) -> set[str]:
    from sqlglot import exp

    conditions = [join.args["on"] for join in tree.find_all(exp.Join) if join.args.get("on")]
    return {_bare(part) for condition in conditions for part in _conjuncts(condition)}


def _filters(tree: Any) -> set[str]:
    from sqlglot import exp

    return {_bare(part) for where in tree.find_all(exp.Where, exp.Having) for part in _conjuncts(where.this)}


def _groups(tree: Any) -> set[str]:
    from sqlglot import exp

    return {_bare(part) for group in tree.find_all(exp.Group) for part in group.expressions}


def _aggregates(tree: Any) -> set[str]:
    from sqlglot import exp

    return {_bare(part) for part in tree.find_all(exp.AggFunc)}


def join_columns(sql: str) -> list[str]:
    """The columns that a query equates with one another, by bare name; empty where it does not parse."""
    from sqlglot import exp

    from vgpt2.tsql.dialect import TsqlError, parse

    try:
        tree = parse(sql)
    except TsqlError:
        return []
    sides = ((equal.this, equal.expression) for equal in tree.find_all(exp.EQ))
    return [side.name for pair in sides if all(isinstance(side, exp.Column) for side in pair) for side in pair]
