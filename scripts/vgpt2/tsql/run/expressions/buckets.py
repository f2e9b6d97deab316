"""DATE_BUCKET: where the bucket begins in which a date lies (the reference: "DATE_BUCKET")."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.convert_text import as_timestamp
from vgpt2.tsql.run.expressions.moments import part_of
from vgpt2.tsql.run.rewrite.build import call, cast, literal
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Rewriter
from vgpt2.tsql.run.types.sqltype import INTS, SqlType

_SECOND = 1_000_000
_MICROSECONDS = {
    "millisecond": 1_000,
    "second": _SECOND,
    "minute": 60 * _SECOND,
    "hour": 3600 * _SECOND,
    "day": 86_400 * _SECOND,
    "week": 7 * 86_400 * _SECOND,
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# By type, the parts that it has none of, or too coarsely.
_LACKS = {
    "date": ("millisecond", "second", "minute", "hour"),
    "time": ("day", "week", *_MONTHS),
    "smalldatetime": ("millisecond", "second"),
}
_ORIGIN = "1900-01-01 00:00:00"


def bucket(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """`DATE_BUCKET(part, number, date [, origin])`.

    Raises:
        NotExecutable: a part, type or origin for which the reference leaves the value open.
    """
    part, number, value, *more = node.expressions
    unit = part_of(part)
    found, kind = rewriter.type(value), rewriter.type(number)
    if found is None or not found.is_moment or found.name == "datetimeoffset":
        raise NotExecutable("DATE_BUCKET of what is no date")
    if kind is None or kind.name not in INTS or unit not in {*_MICROSECONDS, *_MONTHS}:
        raise NotExecutable("DATE_BUCKET of this form")
    if unit in _LACKS.get(found.name, ()):
        raise NotExecutable(f"DATE_BUCKET by {unit} of {found.name}")
    origin: exp.Expression = cast(literal(_ORIGIN), "TIMESTAMP")
    if more:
        other = rewriter.type(more[0])
        if other is None or other.name != found.name:
            raise NotExecutable("DATE_BUCKET with an origin of another type")
        origin = as_timestamp(more[0], other)
    stamp, size = as_timestamp(value, found), cast(number, "BIGINT")
    if unit in _MONTHS:
        made = call("tsql_bucket_months", stamp, origin, size, _MONTHS[unit])
    else:
        made = call("tsql_bucket", stamp, origin, size, _MICROSECONDS[unit])
    if found.name == "time":
        return rewriter.replace(node, cast(call("tsql_first_day", made), "TIME"), found)
    if found.name == "datetime2":
        return rewriter.replace(node, made, found)
    return rewriter.replace(node, convert(made, SqlType("datetime2", None, 6), found), found)
