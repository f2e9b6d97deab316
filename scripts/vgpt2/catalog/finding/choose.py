"""The tables that a question needs together: each word covered once, by tables that are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vgpt2.catalog.finding.asked import Asked
from vgpt2.catalog.finding.index import COPIES, Floats, Index

# How many tables the words may lead to; how many sets are begun, kept and grown, and by how many tables at most.
CANDIDATES, SEEDS, BEAM, STEPS, LARGEST = 60, 10, 8, 16, 5
# Shares of the score of the best single table: what one more table costs in a set, and one more by way of another.
COST, BRIDGE = 0.09, 0.3
# What a covered word counts no more; what a join to a chosen table adds to a gain, and being a part of the same thing.
COVERED, JOINED, PART = 0.6, 0.75, 0.25
# A title that the question says in full; a module that it names; a view of tables that are chosen already.
PRECISE, MODULE, REPEATED = 0.7, 0.45, 0.4


class Matches(NamedTuple):
    """`places`: the tables that the words lead to, best first; `words`: what each word says of each of them."""

    places: list[int]
    words: Floats
    scores: Floats


def matches(index: Index, asked: Sequence[Asked]) -> Matches:
    """The tables that the words lead to, best first."""
    said = np.zeros((len(asked), len(index.tables)), np.float32)
    for row, word in enumerate(asked):
        for term, sure in word.terms.items():
            posting = index.postings[term]
            np.maximum.at(said[row], posting.tables, word.counts * sure * posting.rarity * posting.says)
    sums = said.sum(axis=0) * index.prior
    best = np.argsort(-sums, kind="stable")[: min(CANDIDATES, int((sums > 0).sum()))]
    meant: dict[str, float] = {}
    for word in asked:
        for term, sure in word.terms.items():
            meant[term] = max(meant.get(term, 0.0), sure)
    modules = {index.modules[word.word] for word in asked if word.word in index.modules}
    words = said[:, best] * index.prior[best] * _precise(index, best.tolist(), meant, modules)
    scores = words.sum(axis=0)
    order = np.argsort(-scores, kind="stable")
    return Matches([int(best[place]) for place in order], words[:, order].T, scores[order])


def _precise(index: Index, places: list[int], meant: dict[str, float], modules: set[str]) -> Floats:
    """What the words count the more for a table whose title the question says in full, and whose module it names."""
    more = [
        1 + PRECISE * _precision(index.titles[place], meant) + MODULE * (index.tables[place].module in modules)
        for place in places
    ]
    return np.array(more, np.float32)


def _precision(titles: list[tuple[str, ...]], meant: dict[str, float]) -> float:
    return max((sum(meant.get(term, 0.0) for term in title) / len(title) for title in titles), default=0.0)


@dataclass(slots=True)
class _Set:
    """Tables that are joined, and what they cover of each word."""

    places: list[int]
    covered: Floats
    worth: float


def choose(index: Index, asked: Sequence[Asked], first: Sequence[int], limit: int) -> list[int]:
    """Places in the index, best first, at most `limit` of them: `first`, which are sure already; the best set of joined
    tables; what else the words lead to; what is joined to these."""
    found = matches(index, asked)
    row = {place: number for number, place in enumerate(found.places)}
    best = _best_set(index, found, row, first)
    chosen, covered = best.places, best.covered
    while len(chosen) < limit and any(place not in chosen for place in found.places):
        number = int(np.argmax(_gains(index, found, row, chosen, covered)))
        chosen.append(found.places[number])
        covered = np.maximum(covered, found.words[number])
    if len(chosen) < limit:
        near = {place for one in chosen for place in index.joined[one]} - set(chosen)
        chosen = [*chosen, *sorted(near, key=lambda place: (-index.prior[place], place))]
    return chosen[: max(limit, len(first))]


def _gains(index: Index, found: Matches, row: dict[int, int], chosen: list[int], covered: Floats) -> Floats:
    """What each table would add to the chosen ones; below 0, where it is one of them."""
    gains: Floats = np.maximum(found.words - COVERED * covered, 0).sum(axis=1)
    own = set(chosen)
    near = {place for one in chosen for place in index.joined[one]}
    for place, number in row.items():
        if place in near:
            part = PART if index.kin[place] & own else 0.0
            gains[number] = gains[number] * (1 + JOINED) + part * found.scores[0]
        if index.reads[place] and index.reads[place] <= own:
            gains[number] *= REPEATED
        if place in own:
            gains[number] = -1.0
    return gains


def _best_set(index: Index, found: Matches, row: dict[int, int], first: Sequence[int]) -> _Set:
    if not found.places:
        return _Set(list(first), np.zeros(0, np.float32), 0.0)
    top = float(found.scores[0])
    seeds = [list(first)] if first else [[place] for place in found.places[:SEEDS]]
    beam = []
    for seed in seeds:
        rows = [found.words[row[place]] for place in seed if place in row]
        covered = np.maximum.reduce(rows) if rows else np.zeros(found.words.shape[1], np.float32)
        beam.append(_Set(seed, covered, float(covered.sum())))
    best = max(beam, key=lambda one: one.worth)
    for _ in range(LARGEST - 1):
        grown: dict[frozenset[int], _Set] = {}
        for one in beam:
            for bigger in _grown(index, found, row, one, top):
                known = grown.get(key := frozenset(bigger.places))
                if known is None or known.worth < bigger.worth:
                    grown[key] = bigger
        beam = sorted(grown.values(), key=lambda one: -one.worth)[:BEAM]
        if not beam:
            break
        best = max(best, beam[0], key=lambda one: one.worth)
    return best


def _grown(index: Index, found: Matches, row: dict[int, int], one: _Set, top: float) -> list[_Set]:
    """The sets that one more table makes, by way of another where it is not joined, and that are worth it."""
    gains = np.maximum(found.words - one.covered, 0).sum(axis=1)
    near = {place for own in one.places for place in index.joined[own]}
    bigger = []
    for number in np.argsort(-gains, kind="stable")[:STEPS].tolist():
        place = found.places[number]
        if place in one.places or gains[number] <= COST * top:
            continue
        between = [] if place in near else _bridge(index, found, row, near & index.joined[place])
        if not between and place not in near:
            continue
        rows = [found.words[row[added]] for added in (*between, place) if added in row]
        covered = np.maximum.reduce([one.covered, *rows])
        cost = (COST + BRIDGE * len(between)) * top
        worth = one.worth + float(covered.sum() - one.covered.sum()) - cost
        if worth > one.worth:
            bigger.append(_Set([*one.places, *between, place], covered, worth))
    return bigger


def _bridge(index: Index, found: Matches, row: dict[int, int], between: set[int]) -> list[int]:
    """Of the tables between two, the one of the most words, then of the fewest joins; no copy."""
    known = [place for place in between if index.prior[place] > COPIES]

    def rank(place: int) -> tuple[float, int, int]:
        return (float(found.scores[row[place]]) if place in row else 0.0, -len(index.joined[place]), -place)

    return [max(known, key=rank)] if known else []
