"""Dates and times as text, by the styles of CONVERT (the reference: "CAST and CONVERT", date and time styles)."""

from __future__ import annotations

import datetime

from vgpt2.tsql.run.values.errors import NotRun

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# Those with the year of two digits have the number of the four-digit form less 100.
_DATES = {
    101: "{m:02}/{d:02}/{y}",
    102: "{y}.{m:02}.{d:02}",
    103: "{d:02}/{m:02}/{y}",
    104: "{d:02}.{m:02}.{y}",
    105: "{d:02}-{m:02}-{y}",
    106: "{d:02} {mon} {y}",
    107: "{mon} {d:02}, {y}",
    110: "{m:02}-{d:02}-{y}",
    111: "{y}/{m:02}/{d:02}",
    112: "{y}{m:02}{d:02}",
    23: "{yyyy}-{m:02}-{d:02}",
}
_TIMED = {0: 100, 9: 109, 13: 113, 8: 108, 24: 108, 14: 114, 20: 120, 21: 121, 25: 121}
_ALONE = "date", "time"
_KEPT = {"datetime": 3, "smalldatetime": 0, "date": 0}


def moment_text(value: datetime.datetime, kind: str, scale: int, style: int, offset: int | None = None) -> str:
    """A value of type `kind` (with `scale` digits behind the second) as text of a style; not yet cut to a length.

    Raises:
        NotRun: SQL Server has another form than the reference says, or refuses.
    """
    style = _TIMED.get(style, style)
    digits = _KEPT.get(kind, scale)
    if style in _DATES or style + 100 in _DATES:
        if kind == "time":
            raise NotRun(f"a time with style {style}")
        return _date(value, style)
    if kind == "date":
        if style in (108, 114):
            raise NotRun(f"a date with style {style}")
        if style in (120, 121, 126, 127):
            return f"{value.year:04}-{value.month:02}-{value.day:02}"
        if style in (100, 109):
            return f"{_MONTHS[value.month - 1]} {value.day:2} {value.year:04}"
        raise NotRun(f"a date with style {style}")
    text = _clock(value, kind, style, digits)
    if offset is None:
        return text
    if style in (120, 121):
        sign = "-" if offset < 0 else "+"
        return f"{text} {sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    raise NotRun(f"a datetimeoffset with style {style}")


def _date(value: datetime.datetime, style: int) -> str:
    short = style not in _DATES
    year = f"{value.year % 100:02}" if short else f"{value.year:04}"
    form = _DATES[style + 100] if short else _DATES[style]
    return form.format(m=value.month, d=value.day, y=year, yyyy=f"{value.year:04}", mon=_MONTHS[value.month - 1])


def _clock(value: datetime.datetime, kind: str, style: int, digits: int) -> str:
    day = "" if kind == "time" else f"{value.year:04}-{value.month:02}-{value.day:02} "
    words = "" if kind == "time" else f"{_MONTHS[value.month - 1]} {value.day:2} {value.year:04} "
    hour, half = value.hour % 12 or 12, "PM" if value.hour >= 12 else "AM"
    clock = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    fraction = f"{value.microsecond:06}0"[:digits]
    if style == 100:
        return f"{words}{hour:2}:{value.minute:02}{half}"
    if style == 108:
        return clock
    if style == 120:
        return f"{day}{clock}"
    if style == 121:
        if kind == "smalldatetime":
            fraction = "000"
        return f"{day}{clock}" + (f".{fraction}" if fraction else "")
    if style == 126 and kind != "datetimeoffset":
        # No fraction where datetime's thousandths are 0; datetime2 shows all its digits.
        shown = "" if kind == "datetime" and not value.microsecond else fraction
        return f"{day.strip()}{'T' if day else ''}{clock}" + (f".{shown}" if shown else "")
    if style == 22 and kind != "time":
        return f"{value.month:02}/{value.day:02}/{value.year % 100:02} {hour:2}:{clock[3:]} {half}"
    if kind in ("datetime", "smalldatetime"):
        fraction = f"{value.microsecond // 1000:03}"
        if style == 109:
            return f"{words}{hour:2}:{clock[3:]}:{fraction}{half}"
        if style == 113:
            return f"{value.day:02} {_MONTHS[value.month - 1]} {value.year:04} {clock}:{fraction}"
        if style == 114:
            return f"{clock}:{fraction}"
    raise NotRun(f"{kind} with style {style}")
