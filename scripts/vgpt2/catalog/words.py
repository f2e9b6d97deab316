"""Names and questions as words."""

from __future__ import annotations

import re
from functools import lru_cache

_PIECE = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_WORD = re.compile(r"[^\W_]+(?:['’]s)?")
_SHORT = 100
_COMMON = frozenset(
    """
    a about all an and any are as at be by can do does each every find for from get give had has have how i if in into
    is it its least list many me more most much no not of on one only or our out over per please select show than that
    the their them there these they this those to under up was we were what when where which who whose why will with
    without write you your query sql table tables column columns view row rows record records number count total sum
    """.split()
)


def name_words(name: str) -> list[str]:
    """The words of a name, stemmed: `SalesOrderHeader` gives sale, order, header; `PREndDate` gives pr, end, date."""
    return [stem(piece.lower()) for piece in _PIECE.findall(name)]


def text_words(text: str) -> list[str]:
    """The words of a text that carry meaning, stemmed, in order."""
    return list(_of_short(text) if len(text) <= _SHORT else _of_text(text))


def _of_text(text: str) -> tuple[str, ...]:
    words = (word.lower().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text))
    return tuple(stem(word) for word in words if word not in _COMMON)


# What tables and columns are called is read again for many of them.
_of_short = lru_cache(maxsize=50_000)(_of_text)


def stem(word: str) -> str:
    """An English word without its plural: invoices, invoice; companies, company; addresses, address."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
