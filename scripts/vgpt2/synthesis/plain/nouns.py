"""What people call the one thing that a row refers to: a vendor, a job, the salesperson of an order."""

from __future__ import annotations

import re

from vgpt2.catalog.plain_words import BEHIND
from vgpt2.catalog.words import text_words

# What tells a reference from the thing itself: vendor number, job code, salesperson person ID.
_NUMBER = re.compile(r"(?i)(?: (?:number|no|id|code|key))+$")
_PERSON = re.compile(r"(?i)(contact|person|er|or) person$")


def thing(words: str) -> str:
    """What a column refers to: vendor for `vendor number`, salesperson for `salesperson person ID`; of words that say
    nothing else the words themselves."""
    bare = _NUMBER.sub("", words)
    if bare.lower().endswith((" by", " for", " to", " from")):
        return words
    return _PERSON.sub(r"\1", bare) or words


def singular(words: str) -> str:
    """`vendor invoices` as vendor invoice, `categories` as category, `units of measure` as unit of measure."""
    if found := BEHIND.search(words):
        return f"{singular(words[: found.start()])}{words[found.start() :]}"
    before, _, last = words.rpartition(" ")
    low = last.lower()
    if low in ("people", "persons"):
        one = "person"
    elif low.endswith("ies") and len(low) > 4:
        one = f"{last[:-3]}y"
    elif low.endswith(("sses", "xes", "ches", "shes")):
        one = last[:-2]
    else:
        one = last[:-1] if low.endswith("s") and not low.endswith(("ss", "us", "is")) else last
    return f"{before} {one}".strip()


def of_thing(column: str, noun: str) -> str:
    """A column of a thing, the thing named once: `vendor name` of the vendor is vendor name, `city name` of the
    delivery city is delivery city name, `description` of the job is job description."""
    known = set(text_words(noun))
    words = every = column.split()
    # A word that carries no meaning goes with the one before it: "unit of measure name" of the unit measure.
    while len(words) > 1 and set(text_words(words[0])) <= known and (words != every or text_words(words[0])):
        words = words[1:]
    rest = " ".join(words)
    return rest if set(text_words(rest)) and set(text_words(rest)) <= known else f"{noun} {rest}"
