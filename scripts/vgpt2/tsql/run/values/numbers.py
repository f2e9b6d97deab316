"""Numbers from text and as text, as CAST and CONVERT have them (the reference: "CAST and CONVERT", "money")."""

from __future__ import annotations

import re
import struct
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from vgpt2.tsql.run.values.errors import NoConversion, NotRun

_INT = re.compile(r"[+-]?\s*\d+\Z")
_DECIMAL = re.compile(r"[+-]?\s*(?:\d+\.?\d*|\.\d+)\Z")
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[ed][+-]?\d*)?\Z", re.IGNORECASE)
# The symbols that the reference lists for money.
_CURRENCY = "$¢£¤¥৲৳฿៛₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱﷼﹩＄￠￡￥￦"


def int_of(text: str) -> int:
    """A text as an integer; blanks around it do not count, an empty one is 0.

    Raises:
        NoConversion: it is none (`12.5` is not).
    """
    stripped = text.strip(" ")
    if not stripped:
        return 0
    if not _INT.match(stripped) or len(stripped) > 40:
        raise NoConversion(text, "integer")
    return int(stripped.replace(" ", ""))


def bit_of(text: str) -> int:
    """A text as bit: `true`, `false` or an integer.

    Raises:
        NoConversion: it is none of these.
    """
    word = text.strip(" ").lower()
    if word in ("true", "false"):
        return int(word == "true")
    return int(int_of(text) != 0)


def decimal_of(text: str) -> str:
    """A text as a decimal number, written plainly.

    Raises:
        NoConversion: it is none; an empty text is none either.
    """
    stripped = text.strip(" ")
    if not _DECIMAL.match(stripped):
        raise NoConversion(text, "numeric")
    return stripped.replace(" ", "")


def float_of(text: str) -> float:
    """A text as float; an empty one is 0.

    Raises:
        NoConversion: it is none.
    """
    stripped = text.strip(" ")
    if not stripped:
        return 0.0
    if not _FLOAT.match(stripped):
        raise NoConversion(text, "float")
    found = float(re.sub(r"[ed]([+-]?)\Z", "", stripped.lower()).replace("d", "e"))
    if found in (float("inf"), float("-inf")):
        raise NoConversion(text, "float")
    return found


def money_of(text: str) -> str:
    """A text as money: a currency symbol and commas may stand in it; an empty one is 0.

    Raises:
        NoConversion: it is none.
    """
    stripped = text.strip(" ")
    sign = -1 if stripped.startswith(("-", "(")) else 1
    if stripped.startswith("("):
        raise NotRun("money in brackets")
    stripped = stripped.lstrip("+-").strip(" ") if stripped[:1] in "+-" else stripped
    if stripped[:1] and stripped[0] in _CURRENCY:
        stripped = stripped[1:].strip(" ")
        if stripped[:1] in ("+", "-"):
            sign = -1 if stripped[0] == "-" else 1
            stripped = stripped[1:]
    if not stripped:
        return "0"
    if not re.fullmatch(r"[\d,]*\.?\d*", stripped) or not re.search(r"\d", stripped):
        raise NoConversion(text, "money")
    try:
        value = Decimal(stripped.replace(",", "")) * sign
    except InvalidOperation:
        raise NoConversion(text, "money") from None
    return f"{value.quantize(Decimal('0.0001'), ROUND_HALF_UP):f}"


def float_text(value: float, style: int, real: bool = False) -> str:
    """A float as text: style 0 has at most six digits, 1 eight, 2 sixteen, 3 all seventeen, these in scientific form.

    Raises:
        NotRun: a style that the reference does not name.
    """
    if style in (1, 2, 3):
        if style == 3:
            digits = 8 if real else 16
        else:
            digits = 7 if style == 1 else 15
        return _exponent(f"{value:.{digits}e}")
    if style != 0:
        raise NotRun(f"float with style {style}")
    text = f"{value:.6g}"
    if "e" in text:
        return _exponent(text)
    return "0" if text == "-0" else text


def _exponent(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{exponent[0]}{int(exponent[1:]):03}"


def money_text(value: Decimal, style: int) -> str:
    """Money as text: two places (style 0), with commas (1), four places (2).

    Raises:
        NotRun: another style.
    """
    if style not in (0, 1, 2, 126):
        raise NotRun(f"money with style {style}")
    places = Decimal("0.0001") if style in (2, 126) else Decimal("0.01")
    rounded = value.quantize(places, ROUND_HALF_UP)
    return f"{rounded:,f}" if style == 1 else f"{rounded:f}"


def is_numeric(text: str) -> int:
    """1 where ISNUMERIC says so: an integer, decimal, float or money in the text."""
    for reader in (float_of, money_of):
        try:
            if text.strip(" "):
                reader(text)
                return 1
        except ValueError:
            continue
    # A sign, point, comma or symbol of currency alone counts.
    stripped = text.strip(" \t\r\n")
    return int(len(stripped) == 1 and (stripped in "+-.," or stripped in _CURRENCY))


def str_text(value: float, length: int, places: int) -> str:
    """STR: a float right-aligned in `length` characters, asterisks where it does not fit."""
    if length < 0 or places < 0:
        raise NotRun("STR with a negative length")
    shown = min(places, 16)
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-shown), ROUND_HALF_UP)
    text = f"{rounded:f}"
    if len(text) > length:
        whole = len(text.partition(".")[0])
        if whole > length:
            return "*" * length
        shown = max(0, length - whole - 1)
        text = f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-shown), ROUND_HALF_UP):f}"
        if len(text) > length:
            return "*" * length
    return text.rjust(length)


def float_bytes(value: float, real: bool) -> bytes:
    """The bytes of a float or real, the most significant first."""
    return struct.pack(">f" if real else ">d", value)


def plain_number(text: str) -> str:
    """What PARSE takes for a number in every culture: digits, a sign, a point.

    Raises:
        NoConversion: it has no digit. NotRun: anything else.
    """
    if re.fullmatch(r" *[+-]?\d+(?:\.\d+)? *", text):
        return text
    if not re.search(r"\d", text):
        raise NoConversion(text, "number")
    raise NotRun(f"PARSE of {text[:40]!r}")
