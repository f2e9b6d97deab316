"""All mutants of a query: the table of kinds, and the walk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.suite.mutants import conditions, rows, values
from vgpt2.exam.suite.mutants.model import Mutant, Operator
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.write import CannotWrite, write

KINDS: dict[str, Operator] = {
    "comparison": conditions.comparison,
    "boundary": conditions.boundary,
    "condition": conditions.dropped,
    "join_column": conditions.join_column,
    "turned": conditions.turned,
    "top": rows.top,
    "distinct": rows.distinct,
    "rank": rows.rank,
    "join_kind": rows.join_kind,
    "order": rows.order,
    "aggregate": values.aggregate,
    "null": values.null,
}


def mutants_of(bound: Bound, ordered: bool = True) -> Iterator[Mutant]:
    """The query with one part missing or wrong, each in turn; the same text never twice. The tree stays as it is.

    Args:
        ordered: the order of the rows counts; else only that within a window or beside TOP is turned.
    """
    tree = bound.tree
    outermost = tree.args.get("order") if not (ordered or tree.args.get("limit") or tree.args.get("offset")) else None
    seen = {write(tree)}
    for place, node in enumerate(tree.walk()):
        if outermost is not None and node.find_ancestor(exp.Order) is outermost:
            continue
        for kind, operator in KINDS.items():
            for how, change in operator(node):
                copy = tree.copy()
                change(list(copy.walk())[place])
                try:
                    sql = write(copy)
                except CannotWrite:
                    continue
                if sql not in seen:
                    seen.add(sql)
                    yield Mutant(_company(kind, how, bound), how, sql, place)
    yield from _counted(bound, seen)


def _company(kind: str, how: str, bound: Bound) -> str:
    """The kind of a mutant, where a condition on a company counts apart."""
    names = "|".join(sorted(map(re.escape, bound.catalog.company_names)))
    dropped = kind == "condition" and names and re.match(rf"without `(?:\w+\.)?(?:{names}) = \d+`", how)
    return "company" if dropped else kind


def _counted(bound: Bound, seen: set[str]) -> Iterator[Mutant]:
    """COUNT(*) as the count of a column that may be NULL."""
    for place, node in enumerate(bound.tree.walk()):
        select = node.find_ancestor(exp.Select) if isinstance(node, exp.Count) else None
        if select is None or not isinstance(node.this, exp.Star):
            continue
        tables = [
            bound.info(table) for table in select.find_all(exp.Table) if table.find_ancestor(exp.Select) is select
        ]
        for table in tables:
            column = next((one for one in table.columns if one.nullable), None) if table else None
            if table and column:
                copy = bound.tree.copy()
                name = exp.column(column.name, table=table.name if len(tables) > 1 else None)
                list(copy.walk())[place].replace(exp.Count(this=name))
                sql = write(copy)
                if sql not in seen:
                    seen.add(sql)
                    yield Mutant("null", f"with COUNT({column.name}) for COUNT(*)", sql, place)
                break


def constant(result: Result) -> Iterator[Mutant]:
    """The one row that a query returns, as a query that reads nothing."""
    if result.status == "rows" and len(result.rows) == 1 and all(value is not None for value in result.rows[0]):
        values = (
            str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
            for value in result.rows[0]
        )
        shown = ", ".join(f"{value} AS c{place}" for place, value in enumerate(values))
        yield Mutant("constant", "that reads no table", f"SELECT {shown}")
