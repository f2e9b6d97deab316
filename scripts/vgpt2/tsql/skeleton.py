"""The shape of a SQL: names and literals removed."""

from __future__ import annotations

from sqlglot import exp

_LEAVES = {exp.Literal: "1", exp.Identifier: "x", exp.Parameter: "@", exp.Var: "v", exp.Star: "*"}
_SKIPPED = {"alias", "hints", "quoted", "comments", "db", "catalog", "table"}


def skeleton(tree: exp.Expr) -> str:
    """A text that is the same for two statements which differ by names, literals, aliases and hints only.

    Lists of more than two like items (columns, IN lists) count as `many`, so that the width of a select list does
    not make a new shape.
    """
    return _shape(tree)


def _shape(node: exp.Expr) -> str:
    kind = type(node)
    if kind in _LEAVES:
        return _LEAVES[kind]
    if kind is exp.Column:
        return "*" if type(node.this) is exp.Star else "c"
    if kind is exp.Table:
        joins = node.args.get("joins")
        return "t" if not joins else f"t({_list(joins)})"
    if kind is exp.Alias or kind is exp.Paren:
        return _shape(node.this)
    if kind is exp.DataType:
        return str(node.this.value if hasattr(node.this, "value") else node.this).lower()
    parts = []
    for key, value in node.args.items():
        if key in _SKIPPED or value is None or value is False:
            continue
        if type(value) is list:
            if value:
                parts.append(f"{key}[{_list(value)}]" if key != "expressions" else f"[{_list(value)}]")
        elif isinstance(value, exp.Expression):
            text = _shape(value)
            parts.append(text if key in ("this", "expression") else f"{key}:{text}")
        elif value is True:
            parts.append(key)
        else:
            parts.append(str(value).lower())
    return f"{kind.__name__}({','.join(parts)})"


def _list(values: list[object]) -> str:
    shapes: list[str] = []
    for value in values:
        shape = _shape(value) if isinstance(value, exp.Expression) else str(value)
        if len(shapes) >= 2 and shapes[-1] == shapes[-2] == shape:
            continue
        shapes.append(shape)
    return ",".join(shapes)
