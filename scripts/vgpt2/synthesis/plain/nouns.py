"""What people call the one thing that a row refers to: a vendor, a job, the salesperson of an order."""

from __future__ import annotations

import re

from vgpt2.catalog.plain_words import BEHIND, plural
from vgpt2.catalog.words import text_words

# What tells a reference from the thing itself: vendor number, job code, salesperson person ID.
_NUMBER = re.compile(r"(?i)(?: (?:number|no|id|code|key))+$")
# Words for how something is kept, which say little without the word before them, and for the first part of a document.
_FORMS = frozenset(("codes", "types", "orders", "records", "details", "groups"))
_HEADS = frozenset(("headers", "masters"))
# What was done with what is counted: days added, hours worked.
_PARTICIPLE = re.compile(r"(?i) \w{3,}ed$")
_PERSON = re.compile(r"(?i)(contact|person|er|or) person$")


def thing(words: str) -> str:
    """What a column refers to: vendor for `vendor number`, salesperson for `salesperson person ID`; of words that say
    nothing else the words themselves."""
    bare = _NUMBER.sub("", words)
    if bare.lower().endswith((" by", " for", " to", " from")):
        return words
    return _PERSON.sub(r"\1", bare) or words


def singular(words: str) -> str:
    """`vendor invoices` as vendor invoice, `categories` as category, `units of measure` as unit of measure; of two
    kinds, `invoices and payments`, one of either: invoice or payment."""
    first, _, second = words.partition(" and ")
    if second and singular(first) != first:
        return f"{singular(first)} or {singular(second)}"
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
        letters = last[:-1].isupper() and len(last) > 2 and last.endswith("s")  # RFIs
        one = last[:-1] if letters or (low.endswith("s") and not low.endswith(("ss", "us", "is"))) else last
    return f"{before} {one}".strip()


# What a question says of rows behind their name: tickets that are not void.
_SO = re.compile(r" (?:that|who|whose) ")
_ARE = {"are": "is", "have": "has"}


def one_row(rows: str) -> str:
    """One of the rows as a question names it: `vendor invoice` of vendor invoices, `ticket that is not void`; `row of
    equipment` of what has no plural."""
    found = _SO.search(f" {rows}")
    noun, rest = (rows[: found.start() - 1], rows[found.start() :]) if found else (rows, "")
    one = singular(noun)
    verb, _, state = rest.removeprefix("that ").partition(" ")
    rest = f"that {_ARE[verb]} {state}" if verb in _ARE else rest
    return f"{f'row of {noun}' if one == noun else one} {rest}".strip()


def in_short(rows: str) -> str:
    """Rows that were named already: `invoices` of vendor invoices that are not void, `records` of what has no
    plural."""
    noun = BEHIND.split(_SO.split(rows)[0])[0]
    *before, last = noun.split() or [""]
    if last in _HEADS and before:
        return plural(before[-1])
    short = noun if " and " in noun else " ".join([*before[-1:], last]) if last in _FORMS else last
    return short if singular(short) != short else "records"


# Letters whose names begin with a vowel: an HR resource, an RFI.
_SPELLED = re.compile(r"[AEFHILMNORSX](?:[A-Z]|\b)")
_VOWEL = re.compile(r"(?i)(?!uni|use|one|eu)[aeiou]")


def with_article(noun: str) -> str:
    """`a vendor`, `an HR resource`; `equipment` as it is, which is not counted."""
    if plural(noun).endswith(" records"):
        return noun
    letters = noun[:2].isupper()
    return f"{'an' if (_SPELLED if letters else _VOWEL).match(noun) else 'a'} {noun}"


def is_many(measure: str) -> bool:
    """Whether a measure is of things that are counted, `hours worked`, `days added`, and no amount: `cost`, `gross`."""
    noun = _PARTICIPLE.sub("", BEHIND.split(measure)[0])
    return singular(noun) != noun


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
