"""Statistics of exams, all from scipy: how sure a rate is, whether two exams differ, and by how much."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from vgpt2.exam.artefacts import RateFigures
from vgpt2.exam.verdict.artefacts import DifferenceFigures

# A percentile interval from fewer clusters than these is far too narrow (Cameron, Gelbach and Miller 2008).
MIN_CLUSTERS = 10
RESAMPLES = 9999


@dataclass(slots=True, frozen=True)
class Rate:
    """`count` of `of`, with its 95 % Wilson interval; of zero questions the rate is 0 and the interval is [0, 1]."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.count / self.of if self.of else 0.0

    def to_json(self) -> RateFigures:
        """As exam results hold it."""
        interval = [round(self.low, 4), round(self.high, 4)]
        return {"count": self.count, "of": self.of, "rate": round(self.value, 4), "interval": interval}

    def __str__(self) -> str:
        return f"{self.count}/{self.of} ({self.value:.0%}, {self.low:.0%} to {self.high:.0%})"


def wilson(count: int, of: int, confidence: float = 0.95) -> Rate:
    """The share `count / of` with its Wilson score interval (Wilson 1927)."""
    if not of:
        return Rate(0, 0, 0.0, 1.0)
    from scipy.stats import binomtest

    interval = binomtest(count, of).proportion_ci(confidence, method="wilson")
    return Rate(count, of, float(interval.low), float(interval.high))


@dataclass(slots=True, frozen=True)
class McNemar:
    """Two exams of the same questions: how many only the second got right, only the first, and the exact p."""

    gained: int
    lost: int
    p: float


def mcnemar_exact(pairs: list[tuple[bool, bool]]) -> McNemar:
    """The exact two-sided McNemar test (Mosteller 1952): a binomial test of the questions on which the two differ.

    Args:
        pairs: for each question, whether the first and the second exam got it right.
    """
    from scipy.stats import binomtest

    gained = sum(not first and second for first, second in pairs)
    lost = sum(first and not second for first, second in pairs)
    p = float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0
    return McNemar(gained, lost, p)


@dataclass(slots=True, frozen=True)
class Difference:
    """How much higher the second exam's share of right answers is, -1 to 1, with its 95 % interval.

    `clusters`: how many independent groups the questions are of. There is no interval with fewer than MIN_CLUSTERS, nor
    where no question differs: one of width zero would be a false certainty.
    """

    value: float
    interval: tuple[float, float] | None
    clusters: int

    def to_json(self) -> DifferenceFigures:
        """As a gate's file holds it."""
        interval = [round(end, 4) for end in self.interval] if self.interval else None
        return {"value": round(self.value, 4), "interval": interval, "clusters": self.clusters}

    def __str__(self) -> str:
        points = f"{100 * self.value:+.1f} points"
        if not self.interval and self.clusters < MIN_CLUSTERS:
            return f"{points} (too few clusters by table for an interval: {self.clusters}, at least {MIN_CLUSTERS})"
        if not self.interval:
            return f"{points} (no question differs)"
        low, high = (100 * end for end in self.interval)
        return f"{points} (95% interval {low:+.1f} to {high:+.1f}, bootstrap of {self.clusters} clusters by table)"


def bootstrap_difference(
    pairs: Sequence[tuple[bool, bool]], clusters: Sequence[Hashable], seed: int = 0, confidence: float = 0.95
) -> Difference:
    """The difference of two exams' shares of right answers, with a bootstrap interval clustered by table.

    Questions about one table share its names and its place in the training data, so they are not independent: whole
    clusters are drawn with replacement, and with a cluster both exams' answers to all of its questions. The interval
    is that of the percentiles of the drawn differences (cluster or pairs bootstrap: Davison and Hinkley 1997, section
    3.8; Cameron, Gelbach and Miller 2008); `scipy.stats.bootstrap` over the sums of each cluster. The same seed gives
    the same interval.

    Args:
        pairs: for each question, whether the first and the second exam got it right; at least one.
        clusters: for each question, its cluster; an empty one (no table) is a cluster of its own.
    """
    import numpy as np
    from scipy.stats import bootstrap

    gains: dict[Hashable, int] = {}
    sizes: dict[Hashable, int] = {}
    for number, ((first, second), cluster) in enumerate(zip(pairs, clusters, strict=True)):
        key = cluster or ("alone", number)
        gains[key] = gains.get(key, 0) + second - first
        sizes[key] = sizes.get(key, 0) + 1
    gain, size = np.array(list(gains.values())), np.array(list(sizes.values()))
    value = float(gain.sum() / size.sum())
    if len(gain) < MIN_CLUSTERS or all(first == second for first, second in pairs):
        return Difference(value, None, len(gain))

    def statistic(gain: np.ndarray, size: np.ndarray, axis: int) -> np.ndarray:
        return gain.sum(axis=axis) / size.sum(axis=axis)

    drawn = bootstrap(
        (gain, size),
        statistic,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=1000,  # 8 MB a batch with 500 clusters
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Difference(value, (float(drawn.low), float(drawn.high)), len(gain))


def holm(ps: Sequence[float]) -> list[float]:
    """p-values of several tests, corrected so that the chance of any false finding stays under the level asked for
    (Holm 1979, step-down Bonferroni); in the order given."""
    order = sorted(range(len(ps)), key=ps.__getitem__)
    corrected = [1.0] * len(ps)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[index]))
        corrected[index] = highest
    return corrected


def rounded(p: float) -> float:
    """A p-value as files hold it: three digits."""
    return float(f"{p:.3g}")
