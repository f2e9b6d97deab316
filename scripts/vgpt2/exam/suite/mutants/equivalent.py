"""Mutants that say the same as their query in every database with this schema, and why.

Only what follows from keys, columns that cannot be NULL and lists of allowed values counts. A mutant that no rule names
and no data set tells from the gold is one that survives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.suite.mutants.keys import one_row_each
from vgpt2.exam.suite.mutants.model import Mutant
from vgpt2.synthesis.defects.edits import parts_of
from vgpt2.tsql.types import split_type


def why_equivalent(mutant: Mutant, bound: Bound) -> str:
    """Why a mutant says the same as its query, as a clause; empty where it does not, or nobody knows."""
    rule = RULES.get(mutant.kind)
    if rule is None or mutant.place < 0:
        return ""
    return rule(mutant, list(bound.tree.walk())[mutant.place], bound)


def _distinct(mutant: Mutant, node: Any, bound: Bound) -> str:
    if isinstance(node, exp.Select) and one_row_each(bound, node, (item.unalias() for item in node.expressions)):
        return "the rows are different as they are, for a key is among the columns"
    if isinstance(node, exp.Count | exp.Sum):
        column = next(node.find_all(exp.Column), None)
        select = node.find_ancestor(exp.Select)
        group = select.args.get("group") if select is not None else None
        known = [*(group.expressions if group else ()), *([column] if column is not None else ())]
        if isinstance(node, exp.Count) and select is not None and one_row_each(bound, select, known):
            return "each value occurs once, for it is a key"
    return ""


def _rank(mutant: Mutant, node: Any, bound: Bound) -> str:
    order = node.args.get("order")
    known = [*(node.args.get("partition_by") or ()), *(item.this for item in (order.expressions if order else ()))]
    select = node.find_ancestor(exp.Select)
    if select is not None and one_row_each(bound, select, known):
        return "no two rows tie, for a key is among the columns of the order"
    group = select.args.get("group") if select is not None else None
    if group and {item.sql() for item in group.expressions} <= {item.sql() for item in known}:
        return "no two groups tie"
    if isinstance(node.this, exp.RowNumber):
        return "where rows tie, the query itself leaves open which comes first"
    return ""


def _join_kind(mutant: Mutant, node: Any, bound: Bound) -> str:
    """The rows that an outer join adds go again where a condition on its table does not take NULL."""
    select, table = node.parent, node.this
    if node.side or not isinstance(select, exp.Select):
        return ""
    name = table.alias or table.name
    after = select.args["joins"][select.args["joins"].index(node) + 1 :]
    where = select.args.get("where")
    conditions = [*parts_of(where.this if where else None)]
    for join in after:
        if not join.side:
            conditions += parts_of(join.args.get("on"))
    for condition in conditions:
        if isinstance(condition, exp.Is | exp.Or | exp.Exists) or condition.find(exp.Coalesce, exp.Case, exp.Select):
            continue
        if any(column.table == name for column in condition.find_all(exp.Column)):
            return f"{condition.sql(dialect='tsql')} does not take the rows that an outer join adds"
    return ""


def _top(mutant: Mutant, node: Any, bound: Bound) -> str:
    added = re.match(r"with TOP (\d+)", mutant.how)
    if not added or not isinstance(node, exp.Select) or not (group := node.args.get("group")):
        return ""
    count = 1
    for item in group.expressions:
        found = bound.column(item) if isinstance(item, exp.Column) else None
        column = found[0].column(found[1]) if found else None
        if column is None:
            return ""
        count *= _values(column) + column.nullable
    return f"there are no more than {count} groups" if count <= int(added[1]) else ""


def _values(column: Any) -> int:
    """So many values does the schema allow a column; a million where it does not say."""
    if column.values:
        return len(column.values)
    base, length, _ = split_type(column.base_type)
    if base == "bit" or (length == 1 and (column.name + column.type).lower().endswith("yn")):
        return 2
    return 1_000_000


def _null(mutant: Mutant, node: Any, bound: Bound) -> str:
    column = next(node.find_all(exp.Column), None)
    found = bound.column(column) if column is not None else None
    info = found[0].column(found[1]) if found else None
    select = node.find_ancestor(exp.Select)
    outer = select is not None and any(join.side for join in select.args.get("joins") or ())
    if found and info and not outer and (not info.nullable or info.name in found[0].key):
        return f"{info.name} cannot be NULL"
    return ""


RULES: dict[str, Callable[[Mutant, Any, Bound], str]] = {
    "distinct": _distinct,
    "rank": _rank,
    "join_kind": _join_kind,
    "top": _top,
    "null": _null,
}
