"""What a condition on one column keeps: a test of values, for rows that pass it and near ones that do not."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from vgpt2.tsql.rows.looks import Value

Test = Callable[[Value], bool]


def number_of(text: str) -> Decimal | None:
    """The number of a literal; None for none, and for one beyond a million."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if abs(number) <= 1_000_000 else None


def moment_of(value: Value) -> Value:
    """A day as its midnight, so that days and moments are compared alike."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time())
    return value


_OPERATORS: dict[str, Callable[[int], bool]] = {
    "EQ": lambda sign: sign == 0,
    "NEQ": lambda sign: sign != 0,
    "GT": lambda sign: sign > 0,
    "GTE": lambda sign: sign >= 0,
    "LT": lambda sign: sign < 0,
    "LTE": lambda sign: sign <= 0,
}


def condition_test(node: exp.Expr, kind: str) -> Test | None:
    """Whether a value passes a condition of one column and literals; None for any other condition."""
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Is):
        return lambda value: value is not None
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return lambda value: value is None
    if isinstance(node, exp.Is):  # IS NOT NULL as sqlglot may hold it
        return lambda value: value is not None
    if isinstance(node, exp.Between):
        low, high = _literal(node.args["low"], kind), _literal(node.args["high"], kind)
        return _both(_against(low, "GTE"), _against(high, "LTE"))
    if isinstance(node, exp.In) and node.expressions:
        tests = [_against(_literal(item, kind), "EQ") for item in node.expressions]
        if any(test is None for test in tests):
            return None
        return lambda value: any(test(value) for test in tests if test)
    if isinstance(node, exp.Like) and isinstance(node.expression, exp.Literal):
        pattern = re.escape(node.expression.this).replace("%", ".*").replace("_", ".")
        return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None
    name = type(node).__name__
    return _against(_literal(node.expression, kind), name) if name in _OPERATORS else None


def _both(first: Test | None, second: Test | None) -> Test | None:
    return (lambda value: first(value) and second(value)) if first and second else None


def _against(literal: Value, name: str) -> Test | None:
    if literal is None:
        return None

    def test(value: Value) -> bool:
        if value is None:
            return False
        mine = value
        if isinstance(literal, Decimal):
            found = number_of(str(value))
            if found is None:
                return False
            mine = found
        if type(mine) is not type(literal):
            return False
        sign = (mine > literal) - (mine < literal)  # type: ignore[operator]
        return _OPERATORS[name](sign)

    return test


def _literal(node: exp.Expr, kind: str) -> Value:
    """The value of a literal, as the column's values are compared: numbers as Decimal, days as moments."""
    sign = -1 if isinstance(node, exp.Neg) else 1
    node = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(node, exp.Literal):
        return None
    if kind in ("int", "decimal", "float"):
        number = number_of(node.this)
        return number * sign if number is not None else None
    if kind == "date":
        text = node.this if "-" in node.this else f"{node.this[:4]}-{node.this[4:6]}-{node.this[6:8]}"
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            return None
    return str(node.this)
