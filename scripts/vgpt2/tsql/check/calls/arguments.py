"""What is given to functions and operators: nothing that SQL Server refuses whatever the value is.

Its implicit conversions are wide, so only what `types.yaml` names is refused, and only where the type is surely known.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.tokens import Token

from vgpt2.tsql.check.calls.comparable import check_select, check_set
from vgpt2.tsql.check.calls.typing import ARITHMETIC, CHOICES, Typing, outcomes
from vgpt2.tsql.check.functions.shapes import follow, shapes
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.check.functions.words import words
from vgpt2.tsql.check.walk import Walk
from vgpt2.tsql.dialect import written

COMPARISONS = frozenset({exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE})
_LISTS = frozenset({exp.In, exp.Between})
TYPED = frozenset({*ARITHMETIC, *COMPARISONS, *_LISTS, *CHOICES})
_DATES = frozenset({"date", "datetime", "smalldatetime", "datetime2", "datetimeoffset", "time"})
_PLAIN = (exp.Column, exp.Identifier, exp.Literal, exp.Paren, exp.Neg, exp.Binary, exp.In, exp.Between, exp.National)
_LONGEST = 60
Pairs = frozenset[tuple[str, str]]


def check_types(walk: Walk, tokens: list[Token]) -> None:
    """Add the findings for the nodes that the walk noted; every column has been bound before."""
    if not walk.typed:
        return
    typing = Typing(walk, tokens)
    type_of = typing.of
    equal = type_rules().operators["="]
    for node in reversed(walk.typed):  # inner ones first
        kind = type(node)
        if kind in COMPARISONS:
            args = node.args
            pair = type_of(args["this"]), type_of(args["expression"])
            if pair in equal:
                _refuse_comparison(node, pair, typing)
        elif kind in ARITHMETIC:
            _check_arithmetic(node, ARITHMETIC[kind], typing)
        elif kind in _LISTS:
            _check_list(node, equal, typing)
        elif kind in CHOICES:
            _check_choice(node, typing)
        elif kind is exp.Anonymous:
            _check_named(node, typing)
        elif kind is exp.Select:
            check_select(node, typing)
        elif isinstance(node, exp.SetOperation):
            check_set(node, typing)
        else:
            _check_call(node, kind, typing)


def _check_choice(node: exp.Expression, typing: Typing) -> None:
    """All that CASE and its like may give comes to one type."""
    refused = type_rules().operators["CASE"]
    values = [(typing.of(value), value) for value in outcomes(node)]
    for number, (first, _) in enumerate(values):
        for second, value in values[number + 1 :]:
            if (first, second) in refused:
                name = "CASE" if type(node) is exp.Case else typing.name(node) or "COALESCE"
                message = f"{name} cannot give {first} and {second}{_shown(value)}"
                typing.walk.resolve("operand_type", message, node, _column(node))
                return


def _check_list(node: exp.Expression, equal: Pairs, typing: Typing) -> None:
    first = typing.of(node.this)
    for other in _others(node) if first else ():
        if (pair := (first, typing.of(other))) in equal:
            _refuse_comparison(node, pair, typing)
            break


def _others(node: exp.Expression) -> Iterable[exp.Expression]:
    return node.expressions if type(node) is exp.In else (node.args["low"], node.args["high"])


def _check_arithmetic(node: exp.Expression, sign: str, typing: Typing) -> None:
    typing.of_arithmetic(node)
    left, right = typing.of(node.this), typing.of(node.expression)
    if (left, right) not in type_rules().operators[sign] or _was_allowed(left, right, typing):
        return
    message = f"SQL Server has no {left} {sign} {right}{_hint(left, sign, right)}{_shown(node)}"
    typing.walk.resolve("operand_type", message, node, _column(node))


def _was_allowed(left: str, right: str, typing: Typing) -> bool:
    """Before 2012 datetime took the newer types of dates and times beside it."""
    server, family_of = typing.walk.lookup.server, type_rules().family_of
    pair = {family_of[left], family_of[right]}
    return (
        (server.year < 2012 or server.level < 110) and "old_date" in pair and bool(pair & {"date", "time", "new_date"})
    )


def _refuse_comparison(node: exp.Expression, pair: tuple[str, str], typing: Typing) -> None:
    message = f"{pair[0]} cannot be compared with {pair[1]}{_shown(node)}"
    typing.walk.resolve("operand_type", message, node, _column(node))


def _check_call(node: exp.Expression, kind: type, typing: Typing) -> None:
    """A call that sqlglot knows."""
    refused = type_rules().arguments
    for shape in shapes()[kind]:
        for number, wanted, path in shape.arguments:
            argument = follow(node, path)
            found = typing.of(argument)
            if argument is None or not found or (found not in refused[wanted] and wanted != "dated"):
                continue
            name = typing.name(node) or shape.name
            if shape.placed == ("start" in node.meta) and _refuse(node, argument, number, wanted, found, name, typing):
                return


def _check_named(node: exp.Expression, typing: Typing) -> None:
    """A call that sqlglot does not know."""
    name = str(node.this).upper()
    arguments = node.expressions
    for number, (wanted, argument) in enumerate(
        zip(typing.walk.lookup.signatures[name].kinds, arguments, strict=False), 1
    ):
        found = typing.of(argument)
        if found and _refuse(node, argument, number if len(arguments) > 1 else 0, wanted, found, name, typing):
            return


def _refuse(
    node: exp.Expression, argument: exp.Expression, number: int, wanted: str, found: str, name: str, typing: Typing
) -> bool:
    """Whether an argument of this type is refused; then it is said."""
    if found in type_rules().arguments[wanted]:
        message = f"{name} takes no {found}{f' as argument {number}' if number else ''}{_shown(argument)}"
    elif wanted == "dated" and (part := _missing_part(node, found)):
        message = f"{name} cannot use {part} of a {found}{_shown(argument)}"
    else:
        return False
    typing.walk.resolve("argument_type", message, argument, _column(argument))
    return True


def _missing_part(node: exp.Expression, found: str) -> str:
    """The part of a date that a call asks for, where a value of this type has it not."""
    part = node.this if type(node) is exp.Extract else node.args.get("unit")
    if part is None and type(node) is exp.Anonymous:
        part = node.expressions[0]
    name = part.name.upper() if isinstance(part, exp.Expression) else ""
    parts = words().date_parts
    lacking = {"date": parts.of_times, "time": parts.of_dates}.get(found, ())
    return name.lower() if name in lacking else ""


def _hint(left: str, sign: str, right: str) -> str:
    """What to write instead."""
    dates = [name in _DATES for name in (left, right)]
    if not any(dates) or sign not in "+-":
        return ""
    if "char" in left + right:
        return " (use CONVERT)"
    return " (use DATEDIFF)" if all(dates) else " (use DATEADD)"


def _shown(node: exp.Expression) -> str:
    """An expression for the end of a message; where sqlglot would write it in other words, its first column."""
    if not all(isinstance(part, _PLAIN) for part in node.walk()):
        column = node.find(exp.Column)
        return f": {written(column)}" if column is not None else ""
    text = written(node)
    return f": {text}" if len(text) <= _LONGEST else f": {text[: _LONGEST - 3]}..."


def _column(node: exp.Expression) -> str:
    """The column that a message is about, where there is one."""
    column = node if type(node) is exp.Column else node.find(exp.Column)
    return column.name if column is not None else ""
