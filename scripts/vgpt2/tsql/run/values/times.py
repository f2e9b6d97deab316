"""Moments rounded as each of SQL Server's types of date and time keeps them."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from vgpt2.tsql.run.values.errors import NoConversion, NotRun
from vgpt2.tsql.run.values.moments import DAY, MICROSECONDS, Moment, read_moment

_EPOCH = datetime.date(1900, 1, 1)
_FIRST = {"datetime": datetime.date(1753, 1, 1), "smalldatetime": _EPOCH}
_LAST = {"smalldatetime": datetime.datetime(2079, 6, 6, 23, 59)}


def to_type(text: str, target: str, scale: int, style: int) -> datetime.datetime | datetime.time | datetime.date:
    """A text as `date`, `time`, `datetime`, `smalldatetime` or `datetime2`; a time of day as `datetime.time`.

    Raises:
        NoConversion: SQL Server does not convert it.
        NotRun: DuckDB keeps microseconds, and the text has a seventh digit.
    """
    moment = read_moment(text, style)
    if target == "date":
        return moment.day or _EPOCH
    if moment.offset is not None and target in ("datetime", "smalldatetime"):
        raise NoConversion(text, target)
    if len(moment.fraction) > 3 and target in ("datetime", "smalldatetime"):
        raise NoConversion(text, target)
    if len(moment.fraction) > 7:
        raise NoConversion(text, target)
    found = _rounded(moment, target, scale, text)
    return found.time() if target == "time" else found


def to_offset(text: str, scale: int, style: int) -> tuple[datetime.datetime, int]:
    """A text as datetimeoffset: its moment in UTC and its offset in minutes.

    Raises:
        as `to_type`
    """
    moment = read_moment(text, style)
    if len(moment.fraction) > 7:
        raise NoConversion(text, "datetimeoffset")
    local = _rounded(moment, "datetimeoffset", scale, text)
    offset = moment.offset or 0
    try:
        return local - datetime.timedelta(minutes=offset), offset
    except OverflowError:
        raise NoConversion(text, "datetimeoffset") from None


def _rounded(moment: Moment, target: str, scale: int, text: str) -> datetime.datetime:
    day = moment.day or _EPOCH
    if day < _FIRST.get(target, datetime.date.min):
        raise NoConversion(text, target)
    fraction = Decimal(f"0.{moment.fraction or '0'}")
    if target == "datetime":
        micro = datetime_microseconds(moment.seconds * MICROSECONDS + int(fraction * MICROSECONDS))
    elif target == "smalldatetime":
        micro = (moment.seconds * MICROSECONDS + int(fraction * MICROSECONDS) + 30_001_000) // 60_000_000 * 60_000_000
    else:
        kept = fraction.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        if kept * MICROSECONDS % 1:
            raise NotRun("a seventh digit of the second")
        micro = moment.seconds * MICROSECONDS + int(kept * MICROSECONDS)
        if target == "time" and micro >= DAY:
            raise NotRun("a time that rounds to the next day")
    try:
        found = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(microseconds=micro)
    except OverflowError:
        raise NoConversion(text, target) from None
    if target in _LAST and found > _LAST[target]:
        raise NoConversion(text, target)
    return found


def datetime_microseconds(micro: int) -> int:
    """Microseconds of a day as datetime keeps them: in steps of 1/300 second, shown to .000, .003 and .007."""
    ticks = (micro * 3 + 5_000) // 10_000
    return (ticks * 10 + 1) // 3 * 1_000


def plain_date(text: str) -> str:
    """What PARSE takes for a date in every culture: as ISO has it.

    Raises:
        NoConversion: it has no digit, and names no month or day. NotRun: anything else.
    """
    if re.fullmatch(r" *\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)? *", text):
        return text.strip()
    if not re.search(r"\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|day", text, re.IGNORECASE):
        raise NoConversion(text, "date")
    raise NotRun(f"PARSE of {text[:40]!r}")
