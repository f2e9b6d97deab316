"""Bytes of a script or document as text, whatever wrote them."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-16 if every other byte is zero, UTF-8, or Windows-1252.

    Line ends become `\\n`.

    Raises:
        ValueError: the bytes are no text (they hold zeros and are no UTF-16).
    """
    text = _decode(data)
    if "\0" in text:
        raise ValueError("holds zero bytes: a binary file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if b"\0" in data[:1000]:
        head = data[:1000]
        half = len(head) // 2 or 1
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if head[first::2].count(0) > 0.6 * half and head[1 - first :: 2].count(0) == 0:
                return data.decode(name, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
