"""What a question wants of sales and purchases: the documents of which deal, and whether by their day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from vgpt2.catalog.finding.deal_words import deal_words
from vgpt2.catalog.finding.synonyms import by_the_way
from vgpt2.catalog.words import text_words

# How surely a word stands for a deal: "sold", "sales", and words as "ordered". What may be the other deal after all.
SAID, ALONE, HINT, OTHER = 1.0, 0.8, 0.5, 0.4
# So many words before what is bought "we" is who buys it.
NEAR = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
# Who did it; from, to or by a name; what somebody bought.
PEOPLE = re.compile(r"\b(?:who|whose|whom|everyone|everybody|anyone|anybody|somebody)\b", re.I)
_NAMED = re.compile(
    r"\b(?:from|by|with|to|did|does|has) (?!(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|I)\b)[A-Z][a-z]"
)
_WHAT = re.compile(r"\bwhat (?:did|do|does|have|has)\b.*\b(?:bought|buy|order|ordered|purchased?|sell|sold)\b", re.I)
_WE = frozenset(("we", "i"))
_WITH_US = frozenset((("with", "us"), ("from", "us")))


@dataclass(slots=True, frozen=True)
class Wanted:
    """`deals`: for each that the question wants, how surely it may be which, the surest first. `words`: those that say
    so, and how much and when (`measures`). `dated`: whether the day of the documents is wanted too; `partner`: with
    whom they were made; `goods`: what they are about; `classes`: how it is sorted.
    """

    deals: list[dict[str, float]] = field(default_factory=list)
    words: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    dated: bool = False
    partner: bool = False
    goods: bool = False
    classes: bool = False


NOTHING = Wanted()


def wanted(question: str, words: Sequence[str], compounds: set[tuple[str, ...]], unknown: bool) -> Wanted:
    """The deals of a question.

    Args:
        question: as it was asked.
        words: its words, stemmed, and those of deals mended where they are misspelt.
        compounds: pairs of words that follow one another in names, where they mean no deal (sales territory).
        unknown: whether one of its words is the name of nothing in the database, and so that of a row.
    """
    known = deal_words()
    said = {word: name for name, deal in known.deals.items() for word in deal.said}
    sides = {name for name, deal in known.deals.items() if set(words) & set(deal.sides)}
    found: dict[tuple[str, ...], float] = {}
    by: set[str] = set()
    for place, word in enumerate(words):
        if {(word, *words[place + 1 : place + 2]), (*words[max(0, place - 1) : place], word)} & compounds:
            continue
        of, sure = _deal(words, place, said, sides)
        if word in known.alone and any(map(_is_noun, words[place + 1 : place + 2])):
            continue
        if of:
            found[of] = max(found.get(of, 0.0), sure)
            by.add(word)
    if not found:
        return NOTHING
    deals = [{name: sure * (OTHER if place else 1.0) for place, name in enumerate(of)} for of, sure in found.items()]
    days = frozenset(words) & frozenset(known.days)
    measures = days | frozenset(words) & frozenset(known.counted)
    deals.sort(key=lambda deal: -max(deal.values()))
    return Wanted(
        deals=deals,
        words=frozenset(by) | measures,
        measures=measures,
        dated=bool(days) or any(map(_YEAR.fullmatch, words)),
        partner=bool(sides or PEOPLE.search(question) or _NAMED.search(question)),
        goods=unknown or bool(_WHAT.search(question)),
        classes=unknown,
    )


def _is_noun(word: str) -> bool:
    """Whether a word behind "sales" may be a noun that these only describe: a territory, a rep."""
    known = deal_words()
    aside = word in by_the_way() or word in known.days or word in known.figures or word.isdigit()
    return bool(text_words(word)) and not aside


def _deal(words: Sequence[str], place: int, said: dict[str, str], sides: set[str]) -> tuple[tuple[str, ...], float]:
    """Which deal one word means, the likeliest first, and how surely it means one."""
    known, word = deal_words(), words[place]
    theirs, ours = known.deals
    if word in said:
        return (said[word],), SAID
    if word in known.alone:
        return (theirs,), ALONE
    if word not in (*known.either, *known.costs, *known.hints):
        return (), 0.0
    sure = HINT if word in known.hints else SAID
    with_us = any(pair in _WITH_US for pair in pairwise(words))
    if word not in known.hints and _WE & set(words[max(0, place - NEAR) : place]) and not with_us:
        return (ours,), sure
    if word in known.costs:
        partners = [name for name, deal in known.deals.items() if not set(deal.partners).isdisjoint(words)]
        return ((theirs,), sure) if with_us else ((partners[0],), sure) if len(partners) == 1 else ((), 0.0)
    if with_us or len(sides) == 1:
        return (theirs if with_us else next(iter(sides)),), sure
    return (theirs, ours), sure
