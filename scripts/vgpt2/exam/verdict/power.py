"""What difference a suite can see at all: the smallest gain that exact McNemar finds with 80 % power."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vgpt2.exam.verdict.artefacts import DetectableFigures

POWER = 0.8
# With fewer questions than this on which two exams differ, their share says nothing about another pair of models.
FEW = 10
ASSUMED_SHARE = 0.1


@dataclass(slots=True, frozen=True)
class Detectable:
    """The smallest gain (or loss, by symmetry) that a test of `of` questions finds with a power of 80 %.

    `gain`: in questions, net; None: not even all questions gained would be found. `share`: the share of questions on
    which the two are taken to differ; `assumed`: it was not observed.
    """

    gain: int | None
    of: int
    share: float
    assumed: bool

    @property
    def points(self) -> float | None:
        """The gain in percentage points."""
        return None if self.gain is None else 100 * self.gain / self.of

    def to_json(self) -> DetectableFigures:
        """As a gate's file holds it."""
        points = None if self.points is None else round(self.points, 1)
        return {
            "questions": self.gain,
            "points": points,
            "of": self.of,
            "power": POWER,
            "share": round(self.share, 4),
            "assumed": self.assumed,
        }

    def __str__(self) -> str:
        if self.gain is None:
            return f"{self.of} questions can show no difference at all, whatever it is"
        how = "assumed: hardly any differ here" if self.assumed else "as here"
        return (
            f"{self.of} questions show a net gain of {self.gain} ({self.points:.0f} points) four times in five "
            f"({POWER:.0%} power) where {self.share:.0%} of the answers differ ({how}); smaller ones are often missed"
        )


@cache
def detectable(of: int, differ: int, significance: float, power: float = POWER) -> Detectable:
    """The smallest gain that exact McNemar finds, for the share of questions on which the two exams differ.

    Where fewer than FEW questions differ, one in ten is assumed to. A gain larger than that share needs a larger one:
    then every question that differs is gained, the case in which it is seen best.

    Args:
        of: questions asked. differ: on how many of them the two exams differ (gained and lost).
    """
    assumed = differ < FEW
    share = max(differ / of, ASSUMED_SHARE) if assumed else differ / of
    low, high = 1, of + 1  # the power grows with the gain
    while low < high:
        middle = (low + high) // 2
        if middle <= of and power_of(of, max(share, middle / of), middle / of, significance) < power:
            low = middle + 1
        else:
            high = middle
    if low > of:
        return Detectable(None, of, share, assumed)
    return Detectable(low, of, max(share, low / of), assumed or low / of > share)


def power_of(of: int, share: float, gain: float, significance: float) -> float:
    """The exact unconditional power of the two-sided exact McNemar test to find a gain.

    The number of questions that differ is binomial (`of`, `share`), and of those the number gained is binomial with
    `(1 + gain / share) / 2`; summed over all numbers, of which the test rejects where its p is under `significance` and
    more are gained than lost (Miettinen 1968; Duffy 1984).

    Args:
        of: questions. share: of them that differ, 0 to 1. gain: gained less lost, over `of`; at most `share`.
    """
    import numpy as np
    from scipy.stats import binom

    if not share:
        return 0.0
    differ = np.arange(of + 1)
    least = binom.isf(significance / 2, differ, 0.5) + 1
    # isf stops at or below the level; the gate asks for below it
    least = np.where(2 * binom.sf(least - 1, differ, 0.5) < significance, least, least + 1)
    found = binom.sf(least - 1, differ, (1 + gain / share) / 2)
    return float((binom.pmf(differ, of, share) * found).sum())
