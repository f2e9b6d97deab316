"""Whether a gain is one: exact one-sided tests, and the level that a gate of a chain may spend."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from vgpt2.exam.verdict.artefacts import EvidenceFigures, LevelFigures
from vgpt2.exam.verdict.statistics import MIN_CLUSTERS, rounded
from vgpt2.settings import GateSettings


def by_chance(up: int, down: int) -> float:
    """How often at least `up` of `up + down` questions would go up if up and down were as likely as each other: the
    one-sided exact sign test, which for two exams of the same questions is McNemar's. 1.0 where nothing moved."""
    from scipy.stats import binom

    return float(binom.sf(up - 1, up + down, 0.5)) if up + down else 1.0


def by_chance_in_groups(pairs: Sequence[tuple[bool, bool]], groups: Sequence[Hashable]) -> float | None:
    """The same where the questions of one group stand and fall together: the net gain of each group keeps its size, and
    its sign is that of a fair coin (the exact sign-flip test of Fisher 1935, over all signs). With every question a
    group of its own it is the sign test. None with fewer groups than MIN_CLUSTERS.

    Args:
        pairs: for each question, whether the first and the second exam got it right.
        groups: for each question, its group; an empty one is a group of its own.
    """
    import numpy as np

    nets: dict[Hashable, int] = {}
    for number, ((first, second), group) in enumerate(zip(pairs, groups, strict=True)):
        key = group or ("alone", number)
        nets[key] = nets.get(key, 0) + second - first
    if len(nets) < MIN_CLUSTERS:
        return None
    chances = np.ones(1)  # of each sum of the sizes that came up heads
    for size in map(abs, nets.values()):
        if size:
            coin = np.zeros(size + 1)
            coin[0] = coin[size] = 0.5
            chances = np.convolve(chances, coin)
    heads = sum(net for net in nets.values() if net > 0)
    return min(1.0, float(chances[heads:].sum()))


@dataclass(slots=True, frozen=True)
class Evidence:
    """How sure a gain is.

    `by_question` and `by_table`: how often chance alone would bring so large a gain (`by_chance`, and
    `by_chance_in_groups` over the tables; None: too few tables). `level`: what the larger of the two must stay under.
    """

    gained: int
    lost: int
    by_question: float
    by_table: float | None
    level: float

    @property
    def p(self) -> float:
        """The larger of the two."""
        return max(self.by_question, self.by_table or 0.0)

    @property
    def enough(self) -> bool:
        """Whether the gain counts as shown."""
        return self.p < self.level

    def to_json(self) -> EvidenceFigures:
        """As a gate's file holds it."""
        return {
            "p": rounded(self.p),
            "by_question": rounded(self.by_question),
            "by_table": None if self.by_table is None else rounded(self.by_table),
            "level": rounded(self.level),
            "enough": self.enough,
        }


def evidence(pairs: Iterable[tuple[bool, bool]], tables: Sequence[Hashable], level: float) -> Evidence:
    """The evidence that the second exam is better. Args as in `by_chance_in_groups`."""
    pairs = list(pairs)
    gained = sum(not first and second for first, second in pairs)
    lost = sum(first and not second for first, second in pairs)
    return Evidence(gained, lost, by_chance(gained, lost), by_chance_in_groups(pairs, tables), level)


@dataclass(slots=True, frozen=True)
class Level:
    """What a gate may spend of the chain's level.

    Each of the chain's `gates` has the same share of `whole`, and one that promotes on evidence hands what it had to
    the next (the fallback procedure: Wiens 2003; Wiens and Dmitrienko 2005). So the chance that a chain promotes any
    stage that is no better stays under `whole`, whichever of its stages are better, and the gate behind a clear success
    loses nothing of it.
    """

    whole: float
    gates: int
    carried: float

    @property
    def own(self) -> float:
        """The gate's share."""
        return self.whole / self.gates

    @property
    def at(self) -> float:
        """The level of this gate."""
        return min(self.whole, self.own + self.carried)

    def to_json(self, passes_on: bool) -> LevelFigures:
        """As a gate's file holds it."""
        return {
            "whole": self.whole,
            "gates": self.gates,
            "own": round(self.own, 9),
            "carried": round(self.carried, 9),
            "at": round(self.at, 9),
            "passes_on": round(self.at, 9) if passes_on else 0.0,
        }


def level_of(settings: GateSettings, carried: float) -> Level:
    """The level of a gate to which the one before it handed `carried`."""
    return Level(settings.significance, settings.gates, carried)


def carried_of(gate: dict) -> float:
    """What a gate's file hands to the next; 0 where it does not say so in sound figures."""
    level = gate.get("level")
    value = level.get("passes_on") if isinstance(level, dict) else None
    sound = isinstance(value, int | float) and math.isfinite(value) and 0 <= value < 1
    return float(value) if sound and value is not None and gate.get("by_rules") == "promoted" else 0.0
