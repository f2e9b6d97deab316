"""Terms of an index and of a question: stemmed words, what the forms of one word share, and the words made of it."""

from __future__ import annotations

import re
from functools import lru_cache

_VOWEL = re.compile(r"[aeiouy]")
# (ending, what stands instead, letters that must be left), the longest first.
_FORMS = (("ings", "", 3), ("ing", "", 3), ("ied", "y", 3), ("ed", "", 3))
_MADE = (
    ("ations", "", 4), ("ation", "", 4), ("ments", "", 3), ("ment", "", 3), ("ances", "", 4), ("ance", "", 4),
    ("iers", "y", 3), ("ier", "y", 3), ("able", "", 4), ("ions", "", 4), ("ion", "", 4), ("ees", "", 4), ("ee", "", 4),
    ("ers", "", 4), ("er", "", 4), ("ors", "", 4), ("or", "", 4), ("al", "", 4), ("ly", "", 5), ("age", "", 4),
)  # fmt: skip


@lru_cache(maxsize=100_000)
def inflected(term: str) -> str:
    """What the forms of a word share: invoice, invoiced, invoicing; ship, shipped; supply, supplied."""
    return _plain(_without(term, _FORMS))


@lru_cache(maxsize=100_000)
def root(term: str) -> str:
    """What a word and those made of it share: ship, shipped, shipment, shipper; supply, supplier."""
    return _plain(_without(_without(term, _FORMS), _MADE))


def _without(term: str, endings: tuple[tuple[str, str, int], ...]) -> str:
    for ending, instead, least in endings:
        left = term[: -len(ending)]
        if term.endswith(ending) and len(left) >= least and _VOWEL.search(left):
            term = left + instead
            return term[:-1] if len(term) > 3 and term[-1] == term[-2] and term[-1] not in "lsaeiou" else term
    return term


def _plain(term: str) -> str:
    return term[:-1] if len(term) > 3 and term[-1] in "ey" else term
