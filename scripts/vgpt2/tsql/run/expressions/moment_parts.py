"""Dates and times made of their parts, and the offset of one (DATEFROMPARTS, SWITCHOFFSET and their like)."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.convert_text import as_timestamp
from vgpt2.tsql.run.rewrite.build import Argument, call, cast, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import INT, NULL, SqlType


def from_parts(rewriter: Rewriter, arguments: list[exp.Expression | None], name: str) -> tuple[exp.Expression, SqlType]:
    """DATEFROMPARTS and its like: NULL where a part is NULL.

    Raises:
        NotExecutable: a part whose type is not known, or a precision that is no literal.
    """
    numbers: list[Argument] = []
    for node in arguments:
        kind = rewriter.type(node)
        if node is None or kind is None:
            raise NotExecutable(f"{name.upper()} of a value of unknown type")
        numbers.append(cast(node, "INTEGER") if kind == NULL else convert(node, kind, INT))
    if name in ("datetime2fromparts", "timefromparts"):
        scale = whole(arguments[-1])
        if scale is None or not 0 <= scale <= 7:
            raise NotExecutable(f"{name.upper()} with a precision that is no number to 7")
        numbers[-1] = scale
        found = SqlType("time" if name == "timefromparts" else "datetime2", None, scale)
    else:
        found = SqlType(name.removesuffix("fromparts"))
    return call(f"tsql_{name}", *numbers), found


def _date_parts(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    arguments = [node.args.get(key) for key in ("year", "month", "day")]
    return rewriter.replace(node, *from_parts(rewriter, arguments, "datefromparts"))


def _datetime_parts(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    keys = ("year", "month", "day", "hour", "min", "sec", "milli")
    return rewriter.replace(node, *from_parts(rewriter, [node.args.get(key) for key in keys], "datetimefromparts"))


def _time_parts(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    keys = ("hour", "min", "sec", "fractions", "precision")
    return rewriter.replace(node, *from_parts(rewriter, [node.args.get(key) for key in keys], "timefromparts"))


def offset_call(rewriter: Rewriter, node: exp.Expression, name: str) -> SqlType | None:
    """SWITCHOFFSET and TODATETIMEOFFSET."""
    value, zone = node.expressions
    found, kind = rewriter.type(value), rewriter.type(zone)
    target = SqlType("datetimeoffset", None, 7)
    if NULL in (found, kind):
        return rewriter.replace(node, cast(exp.Null(), target.duckdb), target)
    if found is None or kind is None:
        raise NotExecutable(f"{name} of a value of unknown type")
    minutes = call("ms_minutes", zone) if kind.is_text else call("tsql_minutes", convert(zone, kind, INT))
    if name == "SWITCHOFFSET":
        made = call("tsql_switch", convert(value, found, target), minutes)
    else:
        if found.name == "datetimeoffset":
            raise NotExecutable("TODATETIMEOFFSET of a datetimeoffset")
        stamp = (
            convert(value, found, SqlType("datetime2", None, 7)) if not found.is_moment else as_timestamp(value, found)
        )
        made = call("tsql_offset", stamp, minutes)
    return rewriter.replace(node, made, target)


PARTS: Handlers = {
    exp.DateFromParts: _date_parts,
    exp.TimestampFromParts: _datetime_parts,
    exp.TimeFromParts: _time_parts,
}
