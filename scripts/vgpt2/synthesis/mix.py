"""Which intent has its turn next, so that the queries of a set have the mix that is wanted.

An intent whose queries have what a set still lacks has more turns; where nothing is lacking all have as many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from vgpt2.catalog.sql_traits import TRAITS, counted
from vgpt2.synthesis.model import Example

# Turns are dealt out anew after so many examples.
ROUND = 64
# How much more turns an intent has for what it adds.
PULL = 120.0
# What is lacking round after round pulls harder: so much of it is added to the pull each time, up to the most.
GROWTH, MOST_DEBT = 0.5, 1.0
# What is aimed at is this much beyond what is wanted: some records are dropped later.
MARGIN = 0.03


class Mix:
    """What was made so far, and who is next."""

    def __init__(self, wanted: Mapping[str, float]) -> None:
        self.wanted = dict(wanted)
        self.kept = 0
        self.counts: Counter[str] = Counter()
        self._seen: dict[str, tuple[int, Counter[str]]] = {}
        self._kept: Counter[str] = Counter()
        self._debts = dict.fromkeys(self.wanted, 0.0)

    def saw(self, example: Example) -> None:
        """Count an example that was kept."""
        self.kept += 1
        self._kept[example.intent] += 1
        self.counts.update(traits_of(example))

    def in_turn(self, sources: Mapping[str, Iterator[Example]]) -> Iterator[Example]:
        """The examples of all sources, by the names of their intents, until each has ended."""
        # Of its next turn, how much each still has to wait.
        left = dict.fromkeys(sources, 0.0)
        alive = dict(sources)
        while alive:
            pulls = self._pulls(alive)
            weights = {name: self._weight(name, pulls) for name in alive}
            # What one has waited is kept when others come to be needed more, or less.
            due = {name: left[name] / weights[name] for name in alive}
            now = 0.0
            for _ in range(max(ROUND, len(alive))):
                name = min(alive, key=lambda item: due[item])
                now = due[name]
                example = next(alive[name], None)
                if example is None:
                    del alive[name]
                    break
                due[name] += 1 / weights[name]
                made, counts = self._seen.setdefault(name, (0, Counter()))
                counts.update(traits_of(example))
                self._seen[name] = made + 1, counts
                yield example
            left = {name: (due[name] - now) * weights[name] for name in alive}

    def _lacking(self, trait: str) -> float:
        """How far the share of a trait is under what is aimed at (of `one_table`, over it); below 0 where it is not."""
        if not self.kept:
            return 0.0
        here = self.counts[trait] / self.kept
        return (here - self.wanted[trait] if trait == "one_table" else self.wanted[trait] - here) + MARGIN

    def _pulls(self, alive: Iterable[str]) -> dict[str, float]:
        """How much each trait is wanted in this round.

        What a few intents alone can give stays lacking though they have more turns: with every round in which it does
        it is wanted more. What none of those that are left can raise is not waited for.
        """
        found = {}
        for trait, debt in self._debts.items():
            lacking = self._lacking(trait)
            self._debts[trait] = min(MOST_DEBT, max(0.0, debt + GROWTH * lacking))
            able = any(self._raises(name, trait) > 0 for name in alive)
            found[trait] = max(0.0, lacking + self._debts[trait]) if able else 0.0
        return found

    def _raises(self, name: str, trait: str) -> float:
        """By how much the queries of an intent are over the wanted share of a trait (of `one_table`, under it)."""
        made, counts = self._seen.get(name, (0, Counter()))
        if not made:
            return 0.0
        over = counts[trait] / made - self.wanted[trait]
        return -over if trait == "one_table" else over

    def _weight(self, name: str, pulls: Mapping[str, float]) -> float:
        made, _ = self._seen.get(name, (0, Counter()))
        if not made or not self.kept:
            return 1.0
        gain = sum(pull * self._raises(name, trait) for trait, pull in pulls.items() if pull)
        # What is not kept (too long for a small prompt, held out) brings nothing.
        return max(0.05, 1.0 + PULL * gain) * ((self._kept[name] + 1) / (made + 1)) ** 2


def traits_of(example: Example) -> frozenset[str]:
    """The traits of TRAITS that the query of an example has."""
    return counted(example.slots.get("traits", ()), len(example.tables)) & frozenset(TRAITS)
