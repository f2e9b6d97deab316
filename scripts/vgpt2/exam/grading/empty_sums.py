"""`SUM(CASE ... ELSE 0 END)`: whether a sum of nothing is 0 or NULL, where the question does not say."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.exam.grading.query import Query
from vgpt2.tsql.write import CannotWrite, write

# A question with one of these says what stands where there is nothing.
SAYS = re.compile(r"\b(?:0|zeroe?s?|none|null|nil|blanks?|empty|nothing)\b", re.IGNORECASE)


def with_null(gold: Query, question: str) -> str:
    """The gold with NULL for the sum of nothing, as a PIVOT or a subquery of its own gives it; an empty string where it
    has no such sum, or the question says what it wants."""
    tree = gold.bound.tree
    if SAYS.search(question) or not any(map(_slot, tree.find_all(exp.Sum))):
        return ""
    copy = tree.copy()
    for total in copy.find_all(exp.Sum):
        if slot := _slot(total):
            total.this.set(slot, None)
    try:
        return write(copy)
    except CannotWrite:
        return ""


def _slot(total: exp.Sum) -> str:
    """Where the 0 of a CASE or an IIF stands that sums a column; a count of ones has none."""
    case = total.this
    slot = {exp.Case: "default", exp.If: "false"}.get(type(case), "")
    zero = case.args.get(slot) if slot else None
    if not isinstance(zero, exp.Literal) or zero.this != "0" or case.find(exp.Column) is None:
        return ""
    added = [branch.args["true"] for branch in case.args.get("ifs") or [case]]
    return slot if all(value.find(exp.Column) for value in added) else ""
