"""Text functions that follow SQL Server's patterns, quotes and names (the reference: "String functions", "LIKE")."""

from __future__ import annotations

import re
from functools import lru_cache

from vgpt2.tsql.run.values.errors import NoConversion, NotRun

_QUOTES = {
    "[": "[]",
    "]": "[]",
    "(": "()",
    ")": "()",
    "<": "<>",
    ">": "<>",
    "{": "{}",
    "}": "{}",
    "'": "''",
    '"': '""',
    "`": "``",
}
_SYSNAME = 128


@lru_cache(maxsize=1024)
def pattern_regex(pattern: str, escape: str = "") -> str:
    """A LIKE pattern as a regular expression, without anchors.

    Raises:
        NotRun: a set that the reference does not define.
    """
    parts = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if escape and character == escape:
            position += 1
            if position >= len(pattern):
                raise NotRun("an escape character at the end")
            parts.append(re.escape(pattern[position]))
        elif character == "%":
            parts.append(".*")
        elif character == "_":
            parts.append(".")
        elif character == "[":
            part, position = _set(pattern, position, escape)
            parts.append(part)
        else:
            parts.append(re.escape(character))
        position += 1
    return "".join(parts)


def _set(pattern: str, position: int, escape: str) -> tuple[str, int]:
    """The regular expression of the set that begins at `position`, and the position of its `]`."""
    end = pattern.find("]", position + 1)
    if end == position + 1 or pattern[position + 1 : end] in ("^",):
        raise NotRun("an empty set in LIKE")
    if end < 0:
        raise NotRun("a set without end in LIKE")
    inside = pattern[position + 1 : end]
    if escape and escape in inside:
        raise NotRun("an escape character within a set")
    negated = inside.startswith("^")
    inside = inside[1:] if negated else inside
    parts = []
    place = 0
    while place < len(inside):
        if place + 2 < len(inside) and inside[place + 1] == "-":
            low, high = inside[place], inside[place + 2]
            if low > high or low.isalnum() != high.isalnum() or low.isdigit() != high.isdigit():
                raise NotRun(f"the range {low}-{high} in LIKE")
            parts.append(f"{re.escape(low)}-{re.escape(high)}")
            place += 3
        else:
            parts.append(re.escape(inside[place]))
            place += 1
    return f"[{'^' if negated else ''}{''.join(parts)}]", end


def like(text: str, pattern: str, escape: str, fold: bool, wide: bool) -> bool:
    """LIKE; blanks at the end of a text that is not nvarchar do not count."""
    tail = "" if wide else " *"
    return _compiled(pattern_regex(pattern, escape) + tail, fold).fullmatch(text) is not None


def patindex(pattern: str, text: str, fold: bool) -> int:
    """PATINDEX: where a pattern begins, counted from 1; 0 where it does not occur."""
    begin = not pattern.startswith("%")
    end = not pattern.endswith("%")
    inner = pattern[0 if begin else 1 : len(pattern) if end else -1]
    if not inner:
        return 1 if text or begin else 0
    regex = pattern_regex(inner) + (" *\\Z" if end else "")
    compiled = _compiled(regex, fold)
    found = compiled.match(text) if begin else compiled.search(text)
    return found.start() + 1 if found is not None else 0


@lru_cache(maxsize=1024)
def _compiled(regex: str, fold: bool) -> re.Pattern[str]:
    return re.compile(regex, re.DOTALL | (re.IGNORECASE if fold else 0))


def quotename(text: str, quote: str) -> str | None:
    """QUOTENAME: NULL for more than 128 characters or another quote than the reference's."""
    if quote[:1] in (">", ")", "}"):
        raise NotRun("QUOTENAME with a closing quote")
    pair = _QUOTES.get(quote[:1] or "[")
    if pair is None or len(text) > _SYSNAME:
        return None
    return pair[0] + text.replace(pair[1], pair[1] * 2) + pair[1]


def parsename(name: str, piece: int) -> str | None:
    """PARSENAME: the piece counted from the right; NULL where it is missing or the name is none."""
    parts: list[str] = []
    rest = name
    while True:
        match = re.match(r'\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.\[\]"]*)', rest)
        if match is None:
            return None
        quoted = match[1].replace("]]", "]") if match[1] is not None else None
        parts.append(quoted if quoted is not None else (match[2] or match[3] or ""))
        rest = rest[match.end() :]
        if not rest:
            break
        if not rest.startswith("."):
            return None
        rest = rest[1:]
    if len(parts) > 4 or not 1 <= piece <= len(parts) or not parts[-1]:
        return None
    if any(len(part) > _SYSNAME for part in parts):
        return None
    return parts[-piece] or None


def translate(text: str, old: str, new: str, fold: bool) -> str:
    """TRANSLATE.

    Raises:
        NoConversion: the second and third text differ in length.
    """
    if len(old) != len(new):
        raise NoConversion(old, "text as long as the third of TRANSLATE")
    table: dict[str, str] = {}
    for character, other in zip(old, new, strict=True):
        for form in {character, character.lower(), character.upper()} if fold else {character}:
            table.setdefault(form, other)
    return "".join(table.get(character, character) for character in text)


def replace(text: str, old: str, new: str, fold: bool) -> str:
    """REPLACE; 8,000 characters at most, as SQL Server has it for text that is not (max)."""
    if not old:
        return text[:8000]
    if not fold:
        return text.replace(old, new)[:8000]
    return _compiled(re.escape(old), True).sub(lambda _: new, text)[:8000]


_SOUNDS = {
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    "D": "3",
    "T": "3",
    "L": "4",
    "M": "5",
    "N": "5",
    "R": "6",
}


def soundex(text: str) -> str:
    """SOUNDEX of a text of letters.

    Raises:
        NotRun: other characters, or an H or W for which versions of the server differ.
    """
    word = text.strip().upper()
    if not word.isascii() or not word.isalpha():
        raise NotRun("SOUNDEX of this text")
    # Between two letters of one sound H and W part them by the older rules only (compatibility level 100).
    found = {_sounds(word, parting) for parting in (True, False)}
    if len(found) > 1:
        raise NotRun("SOUNDEX of this text")
    return found.pop()


def _sounds(word: str, parting: bool) -> str:
    codes, before = [], _SOUNDS.get(word[0], "")
    for letter in word[1:]:
        if letter in "HW" and not parting:
            continue
        sound = _SOUNDS.get(letter, "")
        if sound and sound != before:
            codes.append(sound)
        before = sound
    return word[0] + "".join(codes)[:3].ljust(3, "0")


def guid(text: str) -> str:
    """A text as uniqueidentifier; what follows its 36 characters is cut off.

    Raises:
        NoConversion: it is none.
    """
    found = re.match(r"(\{)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?(1)\})", text, re.IGNORECASE)
    if found is None:
        raise NoConversion(text, "uniqueidentifier")
    return found[2].upper()
