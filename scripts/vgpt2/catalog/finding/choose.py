"""The tables that a question needs together: each word covered once, by tables that are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vgpt2.catalog.finding.asked import Asked
from vgpt2.catalog.finding.follow import followers, ways
from vgpt2.catalog.finding.index import COPIES, Floats, Index
from vgpt2.catalog.finding.matching import Matches, matches
from vgpt2.catalog.finding.wanted import Wanted

# How many sets are begun, kept and grown, and by how many tables at most.
SEEDS, BEAM, STEPS, LARGEST = 10, 8, 16, 5
# Shares of what the words say of the best single table: what one more table costs in a set, one more by way of another,
# and by way of a partner or a document of the deal that the question wants.
COST, BRIDGE, WAY = 0.09, 0.3, 0.1
# What a covered word counts no more; what a join to a chosen table adds to a gain, and being a part of the same thing.
COVERED, JOINED, PART = 0.6, 0.75, 0.25
# What a view of tables that are chosen already keeps.
REPEATED = 0.4


@dataclass(slots=True)
class _Set:
    """Tables that are joined, and what they cover of each word."""

    places: list[int]
    covered: Floats
    worth: float


def choose(index: Index, asked: Sequence[Asked], wanted: Wanted, first: Sequence[int], limit: int) -> list[int]:
    """Places in the index, best first, at most `limit` of them: `first`, which are sure already; the best set of joined
    tables; what comes along with these and what else the words lead to; what is joined to these."""
    found = matches(index, asked, wanted)
    row = {place: number for number, place in enumerate(found.places)}
    best = _best_set(index, found, row, first, ways(index, wanted))
    chosen = _filled(index, found, row, best, followers(index, wanted, best.places), limit)
    if len(chosen) < limit:
        near = {place for one in chosen for place in index.joined[one]} - set(chosen)
        chosen = [*chosen, *sorted(near, key=lambda place: (-index.prior[place], place))]
    return chosen[: max(limit, len(first))]


def _filled(
    index: Index, found: Matches, row: dict[int, int], best: _Set, more: dict[int, float], limit: int
) -> list[int]:
    """The best set and what adds most to it, one after the other. `more`: what comes along, in shares."""
    chosen, covered = list(best.places), best.covered
    while len(chosen) < limit:
        beside = [(share * found.top, -place) for place, share in more.items() if place not in chosen]
        gains = _gains(index, found, row, chosen, covered) if found.places else np.full(1, -1.0, np.float32)
        for worth, place in beside:
            if -place in row:
                gains[row[-place]] += worth
        number = int(np.argmax(gains))
        worth, place = max(((worth, place) for worth, place in beside if -place not in row), default=(-2.0, 0))
        if worth > gains[number]:
            chosen.append(-place)
        elif gains[number] < 0:
            break
        else:
            chosen.append(found.places[number])
            covered = np.maximum(covered, found.words[number])
    return chosen


def _gains(index: Index, found: Matches, row: dict[int, int], chosen: list[int], covered: Floats) -> Floats:
    """What each table would add to the chosen ones; below 0, where it is one of them."""
    gains: Floats = np.maximum(found.words - COVERED * covered, 0).sum(axis=1)
    own = set(chosen)
    near = {place for one in chosen for place in index.joined[one]}
    for place, number in row.items():
        if place in near:
            part = PART if index.kin[place] & own and gains[number] > 0 else 0.0
            gains[number] = gains[number] * (1 + JOINED) + part * found.top
        if index.reads[place] and index.reads[place] <= own:
            gains[number] *= REPEATED
        if place in own:
            gains[number] = -1.0
    return gains


def _best_set(index: Index, found: Matches, row: dict[int, int], first: Sequence[int], cheap: set[int]) -> _Set:
    if not found.places:
        return _Set(list(first), np.zeros(0, np.float32), 0.0)
    top = found.top
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
            for bigger in _grown(index, found, row, one, top, cheap):
                known = grown.get(key := frozenset(bigger.places))
                if known is None or known.worth < bigger.worth:
                    grown[key] = bigger
        beam = sorted(grown.values(), key=lambda one: -one.worth)[:BEAM]
        if not beam:
            break
        best = max(best, beam[0], key=lambda one: one.worth)
    return best


def _grown(index: Index, found: Matches, row: dict[int, int], one: _Set, top: float, cheap: set[int]) -> list[_Set]:
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
            between = _long_bridge(index, near & cheap, index.joined[place] & cheap)
        if not between and place not in near:
            continue
        rows = [found.words[row[added]] for added in (*between, place) if added in row]
        covered = np.maximum.reduce([one.covered, *rows])
        cost = (COST + sum(WAY if added in cheap else BRIDGE for added in between)) * top
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


def _long_bridge(index: Index, near: set[int], far: set[int]) -> list[int]:
    """Two joined tables of a deal between two others: the order and the customer between its lines and the store."""
    pairs = [(-index.prior[a] - index.prior[b], a, b) for a in near for b in far & index.joined[a]]
    return list(min(pairs)[1:]) if pairs else []
