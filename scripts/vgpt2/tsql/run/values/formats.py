"""FORMAT of numbers and dates in the culture en-US (the reference: "FORMAT", .NET standard and custom formats)."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from vgpt2.tsql.run.values.errors import NotRun

_STANDARD = re.compile(r"([cdefgnpx])(\d{0,2})\Z", re.IGNORECASE)
_CUSTOM = re.compile(r"(?P<pre>[^0#,.%;'\"\\eE]*)(?P<core>[0#,]*(?:\.[0#]*)?)(?P<post>%?[^0#,.%;'\"\\eE]*)\Z")
_INTS = {"bit", "tinyint", "smallint", "int", "bigint"}


def format_number(text: str, form: str, kind: str) -> str:
    """A number, written plainly, by a format; `kind` is its SQL Server type.

    Raises:
        NotRun: a form that is not one of those below.
    """
    value = Decimal(text)
    standard = _STANDARD.match(form)
    if standard is not None:
        return _by_letter(value, standard[1], standard[2], kind)
    return _by_picture(value, form)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _by_letter(value: Decimal, letter: str, digits: str, kind: str) -> str:
    name, places = letter.upper(), int(digits) if digits else None
    if name == "D":
        if kind not in _INTS:
            raise NotRun("FORMAT with D of a number that is no integer")
        return ("-" if value < 0 else "") + f"{abs(int(value)):0{places or 1}d}"
    if name == "X":
        if kind not in _INTS or value < 0:
            raise NotRun("FORMAT with X of this number")
        return f"{int(value):0{places or 1}{'X' if letter == 'X' else 'x'}}"
    places = 2 if places is None else places
    if name == "N":
        return _signed(f"{_rounded(value, places):,f}")
    if name == "F":
        return _signed(f"{_rounded(value, places):f}")
    if name == "P":
        return _signed(f"{_rounded(value * 100, places):,f}") + "%"
    if name == "C":
        rounded = _rounded(value, places)
        # Brackets or a minus: versions of .NET differ.
        if rounded < 0:
            raise NotRun("FORMAT with C of a negative number")
        return f"${rounded:,f}"
    if name == "G" and not digits and kind in _INTS:
        return f"{int(value)}"
    raise NotRun(f"FORMAT with {letter}{digits}")


def _signed(text: str) -> str:
    """Without the minus of a number that was rounded to nothing."""
    return text[1:] if text.startswith("-") and not re.search("[1-9]", text) else text


def _by_picture(value: Decimal, form: str) -> str:
    match = _CUSTOM.match(form)
    if match is None or not match["core"] or "," in match["core"].rstrip(",")[:0]:
        raise NotRun(f"FORMAT with {form}")
    whole, _, fraction = match["core"].partition(".")
    if whole.endswith(",") or "," in fraction or re.search("0[#,]*#", whole) or re.search("#0", fraction):
        raise NotRun(f"FORMAT with {form}")
    if "%" in match["post"]:
        value *= 100
    rounded = _rounded(abs(value), len(fraction))
    digits, _, behind = f"{rounded:f}".partition(".")
    while len(behind) > fraction.count("0") and behind.endswith("0"):
        behind = behind[:-1]
    digits = digits.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole and digits:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+\Z)", ",", digits)
    minus = "-" if value < 0 and rounded else ""
    return minus + match["pre"] + digits + (f".{behind}" if behind else "") + match["post"]


_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_TOKEN = re.compile(r"%-?[a-zA-Z]|%.|\\.|tt|ddd|f{1,6}|.", re.DOTALL)
# What the parser makes of the one-letter format D.
_LONG = {"%A,%B,%Y": "%A, %B %-d, %Y"}


def format_moment(value: datetime.datetime, form: str) -> str:
    """A date by a pattern of strftime, in English, as the parser gives the formats of .NET.

    Raises:
        NotRun: a part of it that has no sure meaning.
    """
    hour = value.hour % 12 or 12
    parts = {
        "%Y": f"{value.year:04}",
        "%y": f"{value.year % 100:02}",
        "%m": f"{value.month:02}",
        "%-m": f"{value.month}",
        "%B": _MONTHS[value.month - 1],
        "%b": _MONTHS[value.month - 1][:3],
        "%d": f"{value.day:02}",
        "%-d": f"{value.day}",
        "%A": _WEEKDAYS[value.weekday()],
        "%a": _WEEKDAYS[value.weekday()][:3],
        "%H": f"{value.hour:02}",
        "%-H": f"{value.hour}",
        "%I": f"{hour:02}",
        "%-I": f"{hour}",
        "%M": f"{value.minute:02}",
        "%-M": f"{value.minute}",
        "%S": f"{value.second:02}",
        "%-S": f"{value.second}",
        "tt": "PM" if value.hour >= 12 else "AM",
        "ddd": _WEEKDAYS[value.weekday()][:3],
    }
    made = []
    for token in _TOKEN.findall(_LONG.get(form, form.replace("%d%-d", "ddd"))):
        if token in parts:
            made.append(parts[token])
        elif token[0] == "\\" and len(token) == 2:
            made.append(token[1])
        elif set(token) == {"f"}:
            made.append(f"{value.microsecond:06}"[: len(token)])
        elif token.startswith("%") or token.isalpha() or token in "'\"\\":
            raise NotRun(f"FORMAT with {token}")
        else:
            made.append(token)
    return "".join(made)
