"""Values in the shape of a query: what the type of an expression depends on."""

from __future__ import annotations

import re
from typing import Any

UNKNOWN = ["t", ""]


def value_of(node: Any) -> list:
    """What the type of an expression depends on, as far as simple rules tell."""
    from sqlglot import exp

    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Column):
        return ["c", node.table, node.name]
    if isinstance(node, exp.Cast):
        return ["t", node.to.sql(dialect="tsql").lower()]
    if isinstance(node, exp.Convert):
        return ["t", node.this.sql(dialect="tsql").lower()]
    if isinstance(node, exp.National):
        return ["t", "nvarchar"]
    if isinstance(node, exp.Coalesce) and node.args.get("is_null"):
        return value_of(node.this)  # ISNULL is of its first argument's type, unlike COALESCE
    if isinstance(node, exp.Literal):
        return ["l", "varchar" if node.is_string else "int" if node.is_int else "decimal"]
    if isinstance(node, exp.Count | exp.Year | exp.Month | exp.Day | exp.DateDiff | exp.Length | exp.RowNumber):
        return ["t", "int"]
    if isinstance(node, exp.Concat | exp.Upper | exp.Lower | exp.Trim | exp.Substring | exp.Left | exp.Right):
        return ["t", "nvarchar"]
    if isinstance(node, exp.CurrentTimestamp | exp.DateAdd):
        return ["t", "datetime"]
    if isinstance(node, exp.Case):
        return _first([branch.args["true"] for branch in node.args.get("ifs", [])] + [node.args.get("default")])
    if isinstance(node, exp.Dot):
        return ["t", _method_type(node.sql(dialect="tsql"))]
    if isinstance(node, exp.Add | exp.DPipe):
        return _first([node.left, node.right], "j")
    if isinstance(node, exp.Window):
        return value_of(node.this)
    if isinstance(node, exp.Binary | exp.Coalesce | exp.Func | exp.Neg):
        return _first([node.args.get("this"), node.args.get("expression"), *(node.args.get("expressions") or [])])
    return UNKNOWN


def _first(parts: list, rule: str = "f") -> list:
    from sqlglot import exp

    return [rule, [value_of(part) for part in parts if isinstance(part, exp.Expr)]]


def _method_type(call: str) -> str:
    """The type of a method call: `x.value('path', 'int')` of xml, the methods of hierarchyid and geography."""
    declared = re.search(r"'([\w() ,]+)'\)$", call)
    if declared:
        return declared.group(1)
    if call.endswith("GetLevel()"):
        return "smallint"
    return "nvarchar" if call.endswith("ToString()") else ""
