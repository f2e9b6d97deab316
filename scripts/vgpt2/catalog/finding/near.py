"""The nearest of many words to one that is misspelt."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable

# Of so many that share the most pairs of letters the likeness is measured.
MEASURED = 40


class Near:
    """Words by their pairs of letters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self._words):
            for pair in _pairs(word):
                self._by_pair[pair].append(place)

    def nearest(self, word: str, count: int, likeness: float) -> list[str]:
        """At most `count` words, the nearest first, none of less than this likeness (of difflib, 0 to 1)."""
        shared: Counter[int] = Counter()
        for pair in sorted(_pairs(word)):
            shared.update(self._by_pair.get(pair, ()))
        best = sorted(shared, key=lambda place: (-shared[place], abs(len(self._words[place]) - len(word)), place))
        likely = [self._words[place] for place in best[:MEASURED]]
        return difflib.get_close_matches(word, likely, n=count, cutoff=likeness)


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}
