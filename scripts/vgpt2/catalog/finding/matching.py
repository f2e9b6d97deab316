"""How much the words of a question, and what it wants of deals, speak for each table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vgpt2.catalog.finding.asked import Asked
from vgpt2.catalog.finding.companions import Floats
from vgpt2.catalog.finding.index import Index
from vgpt2.catalog.finding.wanted import NOTHING, Wanted

# How many tables the words may lead to.
CANDIDATES = 60
# What a title counts the more that the question says in full, and a module that it names.
PRECISE, MODULE = 0.7, 0.45
# What the documents of a wanted deal are worth, their days, partners and goods, beside words that are worth 1 to 5.
DEAL, DAY, PARTNER, GOODS = 3.0, 1.0, 1.5, 1.2
# What the words for a deal say by synonyms of tables that have none of its documents: "sold" of `SellStartDate`.
ASIDE = 0.35


class Matches(NamedTuple):
    """`places`: the tables that the words lead to, best first; `words`: what each word says of each of them, and each
    thing that is wanted of deals; `scores`: their sums; `top`: the most that words alone say of one."""

    places: list[int]
    words: Floats
    scores: Floats
    top: float


def matches(index: Index, asked: Sequence[Asked], wanted: Wanted = NOTHING) -> Matches:
    """The tables that the words lead to, and what the question wants of deals, best first."""
    deals = _deals(index, wanted)
    said = np.zeros((len(asked) + len(deals), len(index.tables)), np.float32)
    aside = np.maximum(ASIDE, deals[0] / DEAL) if wanted.deals else np.ones(len(index.tables), np.float32)
    for row, word in enumerate(asked):
        for term, sure in word.terms.items():
            posting = index.postings[term]
            says = word.counts * sure * posting.rarity * posting.says
            if word.word in wanted.words and (sure < 1 or word.word in wanted.measures):
                says = says * aside[posting.tables]
            np.maximum.at(said[row], posting.tables, says)
    said[len(asked) :] = deals
    sums = said.sum(axis=0) * index.prior
    best = np.argsort(-sums, kind="stable")[: min(CANDIDATES, int((sums > 0).sum()))]
    meant: dict[str, float] = {}
    for word in asked:
        for term, sure in word.terms.items():
            meant[term] = max(meant.get(term, 0.0), sure)
    modules = {index.modules[word.word] for word in asked if word.word in index.modules}
    words = said[:, best] * index.prior[best] * _precise(index, best.tolist(), meant, modules)
    scores = words.sum(axis=0)
    top = float(words[: len(asked)].sum(axis=0).max(initial=0.0))
    order = np.argsort(-scores, kind="stable")
    return Matches([int(best[place]) for place in order], words[:, order].T, scores[order], top)


def _deals(index: Index, wanted: Wanted) -> Floats:
    """A row for each deal, what the tables of its documents say of it; then one for partners, goods and days."""
    rows = np.zeros((len(wanted.deals) + 3 if wanted.deals else 0, len(index.tables)), np.float32)
    for row, deal in enumerate(wanted.deals):
        for name, sure in deal.items():
            of = index.deals.of[name]
            rows[row] = np.maximum(rows[row], DEAL * sure * of.row)
            for place, worth, says in (
                (-3, PARTNER * sure * wanted.partner, of.of_partners),
                (-2, GOODS * wanted.goods, of.of_goods),
                (-1, DAY * sure * wanted.dated, of.of_days),
            ):
                rows[place] = np.maximum(rows[place], worth * says)
    return rows


def _precise(index: Index, places: list[int], meant: dict[str, float], modules: set[str]) -> Floats:
    """What the words count the more for a table whose title the question says in full, and whose module it names."""
    more = [
        1 + PRECISE * _precision(index.titles[place], meant) + MODULE * (index.tables[place].module in modules)
        for place in places
    ]
    return np.array(more, np.float32)


def _precision(titles: list[tuple[str, ...]], meant: dict[str, float]) -> float:
    return max((sum(meant.get(term, 0.0) for term in title) / len(title) for title in titles), default=0.0)
