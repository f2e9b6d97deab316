"""Literals: values that occur in the synthetic rows, as T-SQL writes them and as a question says them."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

MONTHS = "January February March April May June July August September October November December".split()


def row_values(row: dict[str, Any]) -> dict[str, Any]:
    """A synthetic row with its values in the form that `literal` and `spoken` take."""
    return {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    """Dates as `date` without their time, numbers as int or Decimal, text as it is; None for NULL, bytes and ''."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, (int, Decimal, datetime.date)) or (isinstance(value, str) and value):
        return value
    return None


def literal(value: Any) -> str:
    """`5`, `12.5`, `'2024-03-01'`, `'O''Brien'`; braces are doubled, since literals stand in templates."""
    if isinstance(value, datetime.date):
        return f"'{value.isoformat()}'"
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''").replace("{", "{{").replace("}", "}}") + "'"


def number(value: Decimal) -> str:
    """A number as people write it, without the zeros that its type keeps behind the point: 750 for 750.00000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def spoken(value: Any, quoted: bool = True) -> str:
    """A value as a question says it; text in single quotes unless it is one plain word and `quoted` is off."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}'" if quoted or not text.isalnum() else text


def next_month(day: datetime.date) -> datetime.date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def month_name(day: datetime.date) -> str:
    """`March 2024`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def day_name(day: datetime.date, rng: random.Random) -> str:
    """`March 5, 2024`, `2024-03-05`, or `3/25/2024` where that has one reading."""
    form = rng.choice(("words", "words", "slashes", "iso"))
    if form == "words" or (form == "slashes" and day.day <= 12):
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    return f"{day.month}/{day.day}/{day.year}" if form == "slashes" else day.isoformat()


def bound_below(value: Any) -> int:
    """The highest of 1, 2, 5, 10, 20, 50, 100 and so on that a value reaches, 0 below 1: how people part sizes."""
    whole = int(value)
    if whole < 1:
        return 0
    scale: int = 10 ** (len(str(whole)) - 1)
    return max(scale * step for step in (1, 2, 5) if scale * step <= whole)


def round_below(value: Any, rng: random.Random) -> int:
    """A round whole number at or below a positive value, of one digit or two (1,734 gives 1000 or 1500)."""
    whole = int(value)
    if whole < 10:
        return max(whole, 0)
    keep = min(rng.choice((1, 2)), len(str(whole)) - 1) or 1
    scale = 10 ** (len(str(whole)) - keep)
    step = 5 * scale if keep > 1 else scale
    return whole // step * step
