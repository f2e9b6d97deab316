"""Date texts as SQL Server reads them, in ISO form."""

from __future__ import annotations

import datetime
import re

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T](.+))?\Z")
_AMERICAN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T](.+))?\Z")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](.+))?\Z")


def date_text(text: str) -> str | None:
    """`20240131`, `1/31/2024` (month first) and `2024-1-31` as `2024-01-31`, with the time if one is there.

    An empty text is the first day of 1900. None for what is none of these.
    """
    text = text.strip()
    if not text:
        return "1900-01-01"
    for pattern, places in ((_ISO, (1, 2, 3)), (_COMPACT, (1, 2, 3)), (_AMERICAN, (3, 1, 2))):
        match = pattern.match(text)
        if match is not None:
            year, month, day = (int(match.group(place)) for place in places)
            time = match.group(4)
            return f"{year:04d}-{month:02d}-{day:02d}" + (f" {time}" if time else "")
    return None


def day_text(number: str) -> str | None:
    """A whole number where SQL Server wants a date: days since 1900-01-01."""
    if not number.isdigit() or int(number) > 2_000_000:
        return None
    return (datetime.date(1900, 1, 1) + datetime.timedelta(days=int(number))).isoformat()
