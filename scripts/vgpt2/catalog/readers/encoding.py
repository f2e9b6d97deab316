"""Bytes of a script or document as text, whatever wrote them; what cannot be told is said and not guessed."""

from __future__ import annotations

import codecs
import re
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SQL = re.compile(
    r"\b(?:CREATE|ALTER|SELECT|INSERT|UPDATE|DELETE|EXEC|PRINT|DECLARE|GRANT|USE|SET|GO)\b", re.IGNORECASE
)
_HIGH = re.compile(rb"[\x80-\xff]+")
# Between two letters no Western language has a sign such as these, but other code pages have letters there.
_SIGNS = re.compile("(?<=[A-Za-z])[\xa1-\xb3\xb5-\xb9\xbb-\xbf\xd7\xf7](?=[A-Za-z])")
# Letters of Icelandic alone, and what is always among them there: without these the letters are Turkish or Baltic.
_ICELANDIC = re.compile("[\xd0\xdd\xde\xf0\xfd\xfe]")
_BESIDE_THEM = re.compile("[\xe1\xed\xfa\xe6\xc1\xcd\xda\xc6]")
# More of its runs than this have three such letters and more, or signs within words: no Western text.
MOST_ODD = 0.1


def decode(data: bytes, encoding: str = "") -> str:
    """The text of a file: by its byte order mark, else UTF-8, else UTF-16, else `encoding`, else Windows-1252.

    Line ends become `\\n`.

    Args:
        encoding: the code page that the database's settings name for what is neither UTF-8 nor UTF-16.

    Raises:
        ValueError: the bytes are no text, not of this encoding, or of a code page that nothing names.
    """
    text = _decode(data, encoding)
    if "\0" in text:
        raise ValueError("holds zero bytes: a binary file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, encoding: str) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if b"\0" not in data[:1000]:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    wide = _utf16(data)
    if wide is not None:
        return wide
    if encoding:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            raise ValueError(f"is no {encoding} text (byte {error.start:,}: {error.reason})") from None
    if b"\0" not in data and _is_odd(data):
        raise ValueError(
            "is text in a code page that cannot be told; name it in the database's YAML, such as encoding: cp1251"
        )
    return data.decode("cp1252", errors="replace")


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: where every other byte of Latin text is zero, or where it reads as SQL in any script."""
    if len(data) % 2:
        return None
    head = data[:1000]
    half = len(head) // 2 or 1
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[first::2].count(0) > 0.6 * half and head[1 - first :: 2].count(0) == 0:
            return data.decode(name, errors="replace")
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        sample = text[:2000]
        assigned = sum(unicodedata.category(sign) not in ("Cn", "Co", "Cs") for sign in sample)
        if sample and "\0" not in sample and assigned == len(sample) and _SQL.search(sample):
            return text
    return None


def _is_odd(data: bytes) -> bool:
    """Whether text that is no UTF-8 is hardly Windows-1252: words of letters beyond ASCII, signs
    within words, or letters that only Icelandic has there in what is none."""
    runs = _HIGH.findall(data)
    text = data.decode("cp1252", errors="replace")
    odd = sum(len(run) > 2 for run in runs) + len(_SIGNS.findall(text)) + text.count("\ufffd")
    if not _BESIDE_THEM.search(text):
        odd += len(_ICELANDIC.findall(text))
    return odd > MOST_ODD * len(runs)
