"""Statistics of exams, all from scipy: how sure a rate is, and whether two exams differ."""

from __future__ import annotations

from dataclasses import dataclass


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

    def to_json(self) -> dict:
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
