"""The conditions of a query in one form, so that two ways to write one compare as equal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from vgpt2.exam.grading.bound import Bound
from vgpt2.tsql.write import write

_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_TURNED = {"GT": "LT", "GTE": "LTE", "LT": "GT", "LTE": "GTE", "EQ": "EQ", "NEQ": "NEQ"}
_OPPOSITE = {"GT": "LTE", "GTE": "LT", "LT": "GTE", "LTE": "GT", "EQ": "NEQ", "NEQ": "EQ"}


def filters(query: Bound, same: dict[str, str]) -> set[str]:
    """The conditions on rows and groups of all of a query; `same`: one name for columns that are equated."""
    found = set()
    for holder in query.tree.find_all(exp.Where, exp.Having, exp.Join):
        condition = holder.args.get("on" if isinstance(holder, exp.Join) else "this")
        outer = "on the join: " if isinstance(holder, exp.Join) and holder.side else ""
        for part in _conjuncts(condition):
            for text in _conditions(query, part, same):
                found.add(outer + text)
    return found


def _conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if condition is None:
        return
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        for part in condition.flatten():
            yield from _conjuncts(part)
    else:
        yield condition


def _conditions(query: Bound, node: exp.Expr, same: dict[str, str]) -> list[str]:
    """A condition in one form: the literal on the right, BETWEEN as two, NOT and IN of one value resolved; none for
    one that joins."""
    kinds = {"GT": exp.GT, "GTE": exp.GTE, "LT": exp.LT, "LTE": exp.LTE, "EQ": exp.EQ, "NEQ": exp.NEQ}
    if isinstance(node, exp.Not) and type(node.this.unnest()).__name__ in _OPPOSITE:
        inner = node.this.unnest()
        node = kinds[_OPPOSITE[type(inner).__name__]](this=inner.this, expression=inner.expression)
        # The new node has taken the old one's parts: what is bound stays bound, for the parts are the same objects.
    if isinstance(node, exp.EQ) and isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column):
        return []
    if isinstance(node, (exp.Exists, exp.In)) and node.find(exp.Select):
        return ["IN or EXISTS a subquery"]
    if isinstance(node, exp.Not) and node.find(exp.Select):
        return ["NOT IN or EXISTS a subquery"]
    if isinstance(node, exp.In) and len(node.expressions) == 1:
        node = exp.EQ(this=node.this, expression=node.expressions[0])
    if isinstance(node, exp.Between):
        column, low, high = (text(query, node.args[key], same) for key in ("this", "low", "high"))
        return [f"{column} >= {low}", f"{column} <= {high}"]
    name = type(node).__name__
    if name in _TURNED:
        left, right = text(query, node.this, same), text(query, node.expression, same)
        if isinstance(node.this, exp.Literal) or (not isinstance(node.expression, exp.Literal) and left > right):
            left, right, name = right, left, _TURNED[name]
        sign = {"GT": ">", "GTE": ">=", "LT": "<", "LTE": "<=", "EQ": "=", "NEQ": "<>"}[name]
        return [f"{left} {sign} {right}"]
    return [text(query, node, same)]


def text(query: Bound, node: exp.Expr, same: dict[str, str]) -> str:
    """An expression with its columns by their table's name, text of digits as a number, dates with dashes."""
    names = [query.name(column) for column in node.find_all(exp.Column)]
    copy = exp.Paren(this=node.copy())
    for column, name in zip(list(copy.find_all(exp.Column)), names, strict=True):
        column.replace(exp.Identifier(this=same.get(name, name), quoted=False))
    for literal in list(copy.find_all(exp.Literal)):
        if literal.is_string and (date := _DATE.match(literal.this)):
            literal.replace(exp.Literal.string("-".join(date.groups())))
        elif literal.is_string and literal.this.isdecimal() and len(literal.this) < 6:
            literal.replace(exp.Literal.number(literal.this))
    return write(copy.this.unnest())
