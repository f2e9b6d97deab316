"""Bytes from and to other types (the reference: "CAST and CONVERT", binary styles; "binary and varbinary")."""

from __future__ import annotations

import re

from vgpt2.tsql.run.values.errors import NoConversion, NotRun

_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z", re.IGNORECASE)


def bytes_of_int(value: int, size: int) -> bytes:
    """The `size` bytes of an integer, the most significant first."""
    return value.to_bytes(size, "big", signed=value < 0 or size > 1)


def int_of_bytes(value: bytes, size: int) -> int:
    """The integer of `size` bytes that the last bytes are (tinyint, of one byte, has no sign)."""
    return int.from_bytes(value[-size:], "big", signed=size > 1 and len(value) >= size)


def bytes_of_text(text: str, wide: bool, style: int) -> bytes:
    """The bytes of a text: in UTF-16 where it is nvarchar, else in code page 1252; styles 1 and 2 read it as hex.

    Raises:
        NoConversion: no hex.
        NotRun: a character that the code page lacks, or a style that is none of binary.
    """
    if style == 0:
        return text.encode("utf-16-le") if wide else _narrow(text)
    if style not in (1, 2):
        raise NotRun(f"binary with style {style}")
    stripped = text
    if style == 1:
        if stripped[:2].lower() != "0x":
            raise NoConversion(text, "binary of style 1")
        stripped = stripped[2:]
    if not _HEX.match(stripped):
        raise NoConversion(text, f"binary of style {style}")
    return bytes.fromhex(stripped)


def text_of_bytes(value: bytes, wide: bool, style: int) -> str:
    """The text of bytes, or their hex with styles 1 (`0x` before it) and 2.

    Raises:
        NotRun: bytes that are no text.
    """
    if style in (1, 2):
        return ("0x" if style == 1 else "") + value.hex().upper()
    if style != 0:
        raise NotRun(f"binary with style {style}")
    if 0 in value and not (wide and len(value) > 1):
        raise NotRun("bytes with a zero as text")
    try:
        if wide:
            return (value + b"\0" * (len(value) % 2)).decode("utf-16-le")
        # The five bytes without a character there are the control characters of the same number.
        return "".join(
            bytes((byte,)).decode("cp1252", "replace") if byte not in _HOLES else chr(byte) for byte in value
        )
    except UnicodeDecodeError:
        raise NotRun("bytes that are no text") from None


_HOLES = {0x81, 0x8D, 0x8F, 0x90, 0x9D}


def _narrow(text: str) -> bytes:
    return bytes(code(character) for character in text)


def code(character: str) -> int:
    """The number of a character in code page 1252.

    Raises:
        NotRun: it has none, and the server takes the most similar one.
    """
    if ord(character) in _HOLES:
        return ord(character)
    try:
        return character.encode("cp1252")[0]
    except UnicodeEncodeError:
        raise NotRun(f"{character!r} in code page 1252") from None


def char_of(number: int) -> str | None:
    """CHAR: the character of a number from 0 to 255 in code page 1252, else NULL."""
    return text_of_bytes(bytes((number,)), False, 0) if 0 <= number <= 255 else None
