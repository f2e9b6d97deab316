"""How a question says that a column has a value, by what that means: payment status is open, there is no overtime."""

from __future__ import annotations

import re

from vgpt2.catalog.words import text_words
from vgpt2.synthesis.plain.nouns import with_article

# What is meant by a value that says whether there is something at all.
_NONE, _THERE = frozenset(("none", "no", "nothing")), frozenset(("yes",))
# None is a value of its own: "there is no finance charge type" would be an empty column.
_NOT_THERE = frozenset(("no",))
# What of the words of a column speaks of how the thing is kept, and not of the thing: no overtime, of overtime option.
_KEPT = re.compile(r" (?:option|flag|status|level|basis|indicator)$")


def value_said(words: str, meant: str) -> str:
    """`payment status is open`, `finance charge type is none`; `there is a cost impact` for yes, `there is no cost
    impact` for no.

    Args:
        words: what the column is called.
        meant: what the value is called.
    """
    thing = _KEPT.sub("", words)
    if meant.lower() in _NOT_THERE:
        return f"there is no {thing}"
    if meant.lower() in _THERE:
        return f"there is {with_article(thing)}"
    return f"{words} is {meant}"


def is_denied(words: str, meant: str) -> bool:
    """Whether "is not" can stand before what a value means: of a kind of change nobody says that it is not changed, and
    not none of something that there is nothing of."""
    return meant.lower() not in _NONE | _THERE and not says_itself(words, meant)


def says_itself(words: str, meant: str) -> bool:
    """Whether a value is called like its column in another form: a change that is changed."""
    said, own = text_words(words), text_words(meant)
    return any(a != b and len(a) > 3 and a[:4] == b[:4] for a in said for b in own) and not set(own) <= set(said)
