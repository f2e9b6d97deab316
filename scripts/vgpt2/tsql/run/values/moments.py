"""Date and time texts as SQL Server reads them (language us_english, DATEFORMAT mdy, two-digit years until 2049).

The reference: "Date and time data types and functions", "CAST and CONVERT", date and time styles.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

from vgpt2.tsql.run.values.errors import NoConversion, NotRun

MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS
_CUTOFF = 2049
_MONTHS = "january february march april may june july august september october november december".split()
_ORDERS = {
    **dict.fromkeys((1, 101, 10, 110), "mdy"),
    **dict.fromkeys((2, 102, 11, 111, 20, 120, 21, 121, 25), "ymd"),
    **dict.fromkeys((3, 103, 4, 104, 5, 105), "dmy"),
    **dict.fromkeys((0, 100, 9, 109, 6, 106, 7, 107, 13, 113, 8, 108, 14, 114, 12, 112, 22), "mdy"),
    **dict.fromkeys((126, 127), "iso"),
}
_TIME = re.compile(
    r"(?<![\d:./-])(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:(?P<mark>[.:])(?P<fraction>\d+))?)?)?"
    r"\s*(?P<half>am|pm)?(?:\s*(?P<zone>z|[+-]\s*\d{1,2}(?::?\d{2})?))?\s*\Z",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(.+))?\Z")
_NUMBERS = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})\Z")
_SOLID = re.compile(r"(\d{8}|\d{6}|\d{4})\Z")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """A text that was read. `day` is None for a time alone; `fraction` are the digits behind the second as written;
    `offset` in minutes, None where the text has none."""

    day: datetime.date | None
    seconds: int
    fraction: str
    offset: int | None


@lru_cache(maxsize=4096)
def read_moment(text: str, style: int = 0) -> Moment:
    """The date and time of a text.

    Raises:
        NoConversion: it is none.
        NotRun: whether SQL Server takes it hangs on more than the text.
    """
    order = _ORDERS.get(style)
    if order is None:
        raise NotRun(f"a text read with style {style}")
    stripped = text.strip()
    if not stripped:
        return Moment(datetime.date(1900, 1, 1), 0, "", None)
    iso = _ISO.match(stripped)
    if iso is not None and (order != "dmy"):
        written = _day(text, *(int(iso.group(place)) for place in (1, 2, 3)))
        seconds, fraction, offset = _time(text, iso.group(4)) if iso.group(4) else (0, "", None)
        return Moment(written, seconds, fraction, offset)
    if order == "iso":
        raise NoConversion(text, "date of style 126")
    date_part, time_part = _split(stripped)
    seconds, fraction, offset = _time(text, time_part) if time_part else (0, "", None)
    day = _date(text, date_part, order, style) if date_part else None
    return Moment(day, seconds, fraction, offset)


def _split(text: str) -> tuple[str, str]:
    """Date and time of a text; either may be empty."""
    for match in re.finditer(r"(?:(?<=\s)|(?<=T)|\A)\d{1,2}(?=\s*(?::|am\b|pm\b|$))", text, re.IGNORECASE):
        rest = text[match.start() :]
        if (":" in rest or re.search("am|pm", rest, re.IGNORECASE)) and _TIME.match(rest):
            return text[: match.start()].strip().removesuffix("T").strip(), rest
    return text, ""


def _time(text: str, part: str) -> tuple[int, str, int | None]:
    match = _TIME.match(part.strip())
    if match is None:
        raise NoConversion(text, "time")
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    if match["minute"] is None and not half:
        raise NoConversion(text, "time")
    if half:
        if hour > 12 and half == "am":
            raise NoConversion(text, "time")
        if hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise NoConversion(text, "time")
    fraction = match["fraction"] or ""
    if match["mark"] == ":" and fraction:
        # Behind a colon stand thousandths: 1:20 is .020.
        if len(fraction) > 3:
            raise NoConversion(text, "time")
        fraction = fraction.rjust(3, "0")
    return hour * 3600 + minute * 60 + second, fraction, offset_minutes(match["zone"]) if match["zone"] else None


def offset_minutes(zone: str) -> int:
    """`+05:30` as 330.

    Raises:
        NoConversion: it is none, or beyond 14 hours.
    """
    zone = zone.strip().replace(" ", "")
    if zone.lower() == "z":
        return 0
    match = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d{2}))?", zone)
    minutes = int(match[2]) * 60 + int(match[3] or 0) if match else 0
    if match is None or minutes > 840 or int(match[3] or 0) > 59:
        raise NoConversion(zone, "offset")
    return -minutes if match[1] == "-" else minutes


def _date(text: str, part: str, order: str, style: int) -> datetime.date:
    part = part.strip().rstrip(",").strip().lower()
    if match := _SOLID.match(part):
        digits = match.group()
        if len(digits) == 4:
            return _day(text, int(digits), 1, 1)
        year, rest = (digits[:4], digits[4:]) if len(digits) == 8 else (digits[:2], digits[2:])
        return _day(text, _year(year), int(rest[:2]), int(rest[2:]))
    if match := _NUMBERS.match(part):
        return _numbers(text, match[1], match[3], match[4], order)
    return _words(text, part)


def _numbers(text: str, first: str, second: str, third: str, order: str) -> datetime.date:
    if len(first) in (3, 4):
        if len(first) == 3 or len(third) > 2:
            raise NoConversion(text, "date")
        if order == "dmy":
            raise NotRun("a year that stands first, with a style of the day first")
        return _day(text, int(first), int(second), int(third))
    if len(third) == 3:
        raise NoConversion(text, "date")
    if order == "ymd":
        if len(third) == 4:
            raise NotRun("a year that stands last, with a style of the year first")
        return _day(text, _year(first), int(second), int(third))
    month, day = (first, second) if order == "mdy" else (second, first)
    return _day(text, _year(third), int(month), int(day))


def _words(text: str, part: str) -> datetime.date:
    """`Jan 5, 2024`, `5 January 24`, `2024 9 Apr`, `Jan 2024`."""
    words = _WORD.findall(part)
    numbers = re.findall(r"\d+", part)
    if len(words) != 1 or re.sub(r"[a-z\d\s,.-]", "", part):
        raise NoConversion(text, "date")
    month = next((n for n, name in enumerate(_MONTHS, 1) if words[0] in (name, name[:3])), 0)
    if not month or not 1 <= len(numbers) <= 2:
        raise NoConversion(text, "date")
    if len(numbers) == 1:
        if len(numbers[0]) != 4:
            raise NotRun("a month with one number of two digits")
        return _day(text, int(numbers[0]), month, 1)
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else numbers
    return _day(text, _year(year), month, int(day))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= _CUTOFF - 2000 else 1900)


def _day(text: str, year: int, month: int, day: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise NoConversion(text, "date") from None
