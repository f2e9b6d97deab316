"""Functions of dates and times (the reference: "Date and time data types and functions")."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from vgpt2.tsql.rows.looks import TODAY
from vgpt2.tsql.run.expressions.convert import YEARS, convert, moment_literal, moment_of
from vgpt2.tsql.run.expressions.convert_text import as_timestamp
from vgpt2.tsql.run.rewrite.build import bare, call, cast, is_null, literal, paren, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import DATE, DATETIME, INT, INTS, NULL, SqlType
from vgpt2.tsql.run.values.errors import NoConversion, NotRun

# The abbreviations of the reference, and the names that the parser has for some parts.
PARTS = {
    **dict.fromkeys(("year", "yy", "yyyy"), "year"),
    **dict.fromkeys(("quarter", "qq", "q"), "quarter"),
    **dict.fromkeys(("month", "mm", "m"), "month"),
    **dict.fromkeys(("dayofyear", "dy", "y"), "dayofyear"),
    **dict.fromkeys(("day", "dd", "d"), "day"),
    **dict.fromkeys(("week", "wk", "ww"), "week"),
    **dict.fromkeys(("weekday", "dw", "w", "dayofweek"), "weekday"),
    **dict.fromkeys(("hour", "hh"), "hour"),
    **dict.fromkeys(("minute", "mi", "n"), "minute"),
    **dict.fromkeys(("second", "ss", "s"), "second"),
    **dict.fromkeys(("millisecond", "ms"), "millisecond"),
    **dict.fromkeys(("microsecond", "mcs"), "microsecond"),
    **dict.fromkeys(("nanosecond", "ns"), "nanosecond"),
    **dict.fromkeys(("tzoffset", "tz", "timezone_minute"), "tzoffset"),
    **dict.fromkeys(("iso_week", "isowk", "isoww", "weekiso"), "iso_week"),
}
_CLOCK = ("hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
_SPANS = {"day": "TO_DAYS", "hour": "TO_HOURS", "minute": "TO_MINUTES", "second": "TO_SECONDS", "week": "TO_WEEKS"}
_SPANS |= {"year": "TO_YEARS", "month": "TO_MONTHS", "dayofyear": "TO_DAYS", "weekday": "TO_DAYS"}
_SPANS |= {"millisecond": "TO_MILLISECONDS", "microsecond": "TO_MICROSECONDS", "quarter": "TO_MONTHS"}


def part_of(node: exp.Expression | None) -> str:
    """The date part that a node names.

    Raises:
        NotExecutable: it names none.
    """
    name = node.name.lower() if node is not None else "day"
    if name not in PARTS:
        raise NotExecutable(f"the date part {name}")
    return PARTS[name]


def argument(
    rewriter: Rewriter, node: exp.Expression | None, wanted: SqlType = DATETIME
) -> tuple[exp.Expression, SqlType]:
    """An argument that a function takes as a date: text and numbers become one; and its type.

    Raises:
        NotExecutable: it is none.
    """
    node = bare(node)
    if node is None:
        raise NotExecutable("a date that is missing")
    found = rewriter.type(node)
    if found == NULL or is_null(node):
        return cast(exp.Null(), wanted.duckdb), wanted
    if found is None:
        return cast(node, "TIMESTAMP"), wanted
    if found.is_moment:
        return node, found
    known = text_of(node)
    if known is not None:
        try:
            return moment_literal(known, SqlType("datetime2", None, 7)), wanted
        except (NoConversion, NotRun) as error:
            raise NotExecutable(str(error).removeprefix("not run: ")) from None
    target = SqlType("datetime2", None, 7) if found.is_text else DATETIME
    return convert(node, found, target), wanted if found.is_text else DATETIME


def _extract(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, found = argument(rewriter, node.expression, DATETIME)
    part = part_of(node.this)
    if text_of(node.expression) is not None and part == "tzoffset":
        raise NotExecutable("the offset of a text")
    return rewriter.replace(node, datepart(part, value, found), INT)


def datepart(part: str, value: exp.Expression, found: SqlType) -> exp.Expression:
    """DATEPART of a date or time.

    Raises:
        NotExecutable: SQL Server does not give this part of this type.
    """
    if found.name == "date" and part in (*_CLOCK, "tzoffset"):
        raise NotExecutable(f"{part} of a date")
    if found.name == "time" and part not in _CLOCK:
        raise NotExecutable(f"{part} of a time")
    if part == "tzoffset":
        if found.name == "datetimeoffset" and not found.stored:
            return call("STRUCT_EXTRACT", value, "off")
        if found.name == "datetime2":
            return exp.Literal.number(0)
        raise NotExecutable(f"{part} of {found.name}")
    stamp = as_timestamp(value, found)
    if part == "week":
        return call("tsql_week", stamp)
    if part == "weekday":
        return exp.Paren(this=exp.Add(this=call("DAYOFWEEK", stamp), expression=exp.Literal.number(1)))
    if part in ("millisecond", "microsecond", "nanosecond"):
        return call("tsql_second_part", stamp, {"millisecond": 1000, "microsecond": 1, "nanosecond": -1}[part])
    return call("DATE_PART", {"iso_week": "week"}.get(part, part), stamp)


def _part(part: str) -> Callable[[Rewriter, exp.Expression], SqlType | None]:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        value, found = argument(rewriter, node.this)
        return rewriter.replace(node, datepart(part, value, found), INT)

    return handler


def _add(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, found = argument(rewriter, node.this)
    unit = part_of(node.args.get("unit"))
    if (found.name == "date" and unit in _CLOCK) or (found.name == "time" and unit not in _CLOCK):
        raise NotExecutable(f"DATEADD of {unit} to {found.name}")
    amount, kind = node.expression, rewriter.type(node.expression)
    if kind == NULL:
        return rewriter.replace(node, cast(exp.Null(), found.duckdb), found.spread())
    amount = convert(amount, kind, INT) if kind is not None and kind.name not in INTS else amount
    if kind is None:
        amount = cast(amount, "INTEGER")
    if unit == "nanosecond":
        raise NotExecutable("nanoseconds")
    made = added(value, found, unit, amount)
    if found.name in YEARS and unit not in ("millisecond", "microsecond"):
        made = call("tsql_ranged", made, *YEARS[found.name])
    return rewriter.replace(node, made, found.spread())


def added(value: exp.Expression, found: SqlType, unit: str, amount: exp.Expression) -> exp.Expression:
    """A date with `amount` of a part more, of the same type."""
    maker = _SPANS.get(unit)
    if maker is None:
        raise NotExecutable(f"DATEADD by {unit}")
    if unit == "quarter":
        amount = exp.Mul(this=paren(amount), expression=exp.Literal.number(3))
    span = call(maker, cast(amount, "INTEGER"))
    if found.name == "time":
        return exp.Paren(this=exp.Add(this=value, expression=span))
    sum_ = exp.Paren(this=exp.Add(this=as_timestamp(value, found), expression=span))
    if found.name == "date":
        return cast(sum_, "DATE")
    if found.name == "datetimeoffset":
        if found.stored:
            return call("tsql_offset", sum_, 0)
        offset = call("STRUCT_EXTRACT", value.copy(), "off")
        return call("tsql_offset", sum_, offset)
    if unit in ("millisecond", "microsecond") and found.name in ("datetime", "smalldatetime"):
        return call(f"tsql_{found.name}", sum_)
    if unit == "second" and found.name == "smalldatetime":
        return call("tsql_smalldatetime", sum_)
    return sum_


def _diff(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    unit = part_of(node.args.get("unit"))
    (late, one), (early, two) = argument(rewriter, node.this), argument(rewriter, node.expression)
    big = SqlType("bigint") if node.args.get("big_int") else INT
    if unit in ("tzoffset", "iso_week", "nanosecond"):
        raise NotExecutable(f"DATEDIFF by {unit}")
    late, early = moment_of(late, one), moment_of(early, two)
    if unit == "week":
        made: exp.Expression = call("tsql_weeks", early, late)
    else:
        made = call("DATE_DIFF", {"dayofyear": "day", "weekday": "day"}.get(unit, unit), early, late)
    if not node.args.get("big_int") and unit in ("second", "millisecond", "microsecond"):
        # Beyond an int it is an error there.
        made = cast(made, "INTEGER")
    return rewriter.replace(node, made, big)


def _last_day(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, found = argument(rewriter, node.this)
    return rewriter.replace(node, call("LAST_DAY", as_timestamp(value, found)), DATE)


def _truncate(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    given = rewriter.type(node.this)
    if given is not None and given.is_number:
        raise NotExecutable("DATETRUNC of a number")
    value, found = argument(rewriter, node.this, SqlType("datetime2", None, 7))
    unit = part_of(node.args.get("unit"))
    if found.name in ("datetimeoffset", "time") or unit in ("weekday", "tzoffset", "nanosecond"):
        raise NotExecutable(f"DATETRUNC by {unit} of {found.name}")
    if found.name == "date" and unit in _CLOCK:
        raise NotExecutable(f"DATETRUNC by {unit} of {found.name}")
    part = {"dayofyear": "day", "iso_week": "week"}.get(unit, unit)
    if unit == "week":
        # It begins on Sunday, as DATEFIRST has it by default.
        return rewriter.replace(node, cast(call("tsql_sunday", as_timestamp(value, found)), found.duckdb), found)
    return rewriter.replace(node, cast(call("DATE_TRUNC", part, as_timestamp(value, found)), found.duckdb), found)


def _now(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return rewriter.replace(node, cast(literal(f"{TODAY} 00:00:00"), "TIMESTAMP"), DATETIME)


def _date_call(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """{d '2020-01-01'} and its like."""
    value, _ = argument(rewriter, node.this)
    return rewriter.replace(node, value, DATETIME)


MOMENTS: Handlers = {
    exp.Extract: _extract,
    exp.Year: _part("year"),
    exp.Month: _part("month"),
    exp.Day: _part("day"),
    exp.DateAdd: _add,
    exp.DateDiff: _diff,
    exp.LastDay: _last_day,
    exp.TimestampTrunc: _truncate,
    exp.Date: _date_call,
    **dict.fromkeys(
        (exp.CurrentTimestamp, exp.CurrentDatetime, exp.CurrentTimestampLTZ, exp.UtcTimestamp, exp.CurrentDate), _now
    ),
}
