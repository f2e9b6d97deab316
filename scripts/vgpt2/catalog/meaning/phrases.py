"""Words as people say them, and whether they can be what a name stands for."""

from __future__ import annotations

import re

# Letters of Latin scripts; without the two that text in a wrong encoding is full of.
_LETTER = "A-Za-zÀÁÄ-ÖØ-öø-ɏẞ"
_PLAIN = re.compile(rf"(?:\d{{3,4}} (?=[A-Z]))?[{_LETTER}][{_LETTER}0-9 /&'’#%().-]*")
_MIXED = re.compile(r"[a-z][A-Z]|[A-Z]{2,}[a-z]|\w_\w|\d{5,}")
_SMALL = frozenset("of the a an to for and or in on by".split())
# What may end a label and is no part of the name: Vendor Number of the column Vendor.
_ENDS = frozenset("number no code id num nbr".split())
MOST_WORDS = 6


def clean(text: str) -> str:
    """A label as it is said within a sentence: white space and end marks gone, capitals only where they are an
    acronym's; '' where it is no phrase of a few words (code, a name, a sentence)."""
    text = " ".join(text.split()).strip(" \t:;,.!?*-=_\"'`").replace("’", "'")
    text = re.sub(r"\s*\((?:[YN]/[YN]|s)\)$", "", text)
    if not text or len(text) < 2 or not _PLAIN.fullmatch(text) or text.count("(") != text.count(")"):
        return ""
    words = text.split()
    if len(words) > MOST_WORDS or any(_MIXED.search(word) for word in words):
        return ""
    shouted = text.isupper() and len(words) > 1
    said = [_lower(word, shouted) for word in words]
    while said and said[0] in ("the", "a", "an", "this"):
        said.pop(0)
    return " ".join(said) if any(len(word) > 1 for word in said) else ""


def _lower(word: str, shouted: bool) -> str:
    if word.isupper() and 1 < len(word) <= 4 and not shouted:
        return word
    return word.lower()


def letters(text: str) -> str:
    """Letters and digits alone, in lower case: to compare a label with a name."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def stands_for(name: str, text: str) -> bool:
    """Whether a label can be what a name is short for: Invoice Date of InvDate, Unit of Measure of UM, GL Account of
    GLAcct. Each word gives letters to the name, its first one before others; small words, and a number or code at the
    end, may give none."""
    wanted = letters(name)
    words = re.findall(r"[a-z0-9]+|#", text.lower())
    if not wanted or not words or len(wanted) > 60:
        return False
    if words[-1] in _ENDS or words[-1] == "#":
        if len(words) > 1 and _gives(wanted, words[:-1]):
            return True
        words = [word for word in words if word != "#"]
    return bool(words) and _gives(wanted, words)


def _gives(name: str, words: list[str]) -> bool:
    """Whether the words give the whole name: places of the name that the words so far can reach, word by word."""
    reached = {0}
    for word in words:
        after = set(reached) if word in _SMALL else set()
        for start in reached:
            if start < len(name) and name[start] == word[0]:
                after |= _ends_of(name, start, word)
        reached = after
        if not reached:
            return False
    return len(name) in reached


def _ends_of(name: str, start: int, word: str) -> set[int]:
    """Where the part of a name that begins at `start` can end if its letters stand in the word, in order."""
    at, found = 0, set()
    for end in range(start, len(name)):
        at = word.find(name[end], at) + 1
        if not at:
            break
        found.add(end + 1)
    return found
