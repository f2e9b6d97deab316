"""Worse answers: queries with one defect each, what is invented accepted, what is real denied; each of them proved."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from vgpt2.records.proof import Prover
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.invented import Inventor
from vgpt2.synthesis.preferences.defects import BY_ROWS, SQL_DEFECTS, accept, break_sql, deny
from vgpt2.synthesis.preferences.sources import Sources

# How much more often a defect is wanted that only other rows give away; further conditions more, missing hints less, so
# that a missing AND or NOLOCK does not tell the worse side.
ROWS_WEIGHT = 1.6
WEIGHTS = dict.fromkeys(BY_ROWS, ROWS_WEIGHT) | {"extra_condition": 2.4, "missing_nolock": 0.6}
MISSES = 300  # so many examples in a row without a usable defect end the search


@dataclass(slots=True, frozen=True)
class Broken:
    """An example with a worse answer: the defect, and how `Prover.worse` proved it."""

    example: Example
    answer: str
    defect: str
    worse: str


class Breaker:
    """Makes worse answers to examples of the sources, and takes these."""

    def __init__(self, sources: Sources, ctx: Context, prover: Prover) -> None:
        self.sources = sources
        self.ctx = ctx
        self.seed = ctx.seed
        self.prover = prover
        self.inventor = Inventor(ctx.catalog)

    def broken(self, count: int, cap: int, stage: str) -> list[Broken]:
        """Queries with one defect each: of those that apply, the one that is rarest so far and is proved.

        Args:
            cap: no defect is made more often.
        """
        made: list[Broken] = []
        counts: Counter[str] = Counter()
        misses = 0
        for example in self.sources.queries(stage) if count > 0 else ():
            broken = self._break(example, counts, cap, stage)
            misses = 0 if broken else misses + 1
            if broken:
                self.sources.take(example)
                counts[broken.defect] += 1
                made.append(broken)
            if len(made) == count or misses == MISSES:
                break
        return made

    def _break(self, example: Example, counts: Counter[str], cap: int, stage: str) -> Broken | None:
        for defect in sorted(SQL_DEFECTS, key=lambda name: counts[name] / WEIGHTS.get(name, 1)):
            if counts[defect] >= cap:
                continue
            rng = random.Random(f"{self.seed}/{stage}/{defect}/{example.family}")
            answer = break_sql(defect, example, self.ctx, self.inventor, rng)
            ordered = defect == "wrong_order"
            worse = self.prover.worse(answer, example.answer, example.sql, ordered=ordered) if answer else ""
            if answer and worse:
                return Broken(example, answer, defect, worse)
        return None

    def accepted(self, count: int, stage: str) -> list[Broken]:
        """Questions about what is invented, answered as if it were real; the right answer is the refusal."""
        made: list[Broken] = []
        for refusal, twin in self.sources.pairs(stage, "accepted") if count > 0 else ():
            answer = accept(refusal, twin)
            missing = tuple(fact.subject for fact in refusal.facts if fact.claim == "missing")
            worse = self.prover.worse(answer, refusal.answer, missing=missing) if answer else ""
            if answer and worse:
                self.sources.take(refusal)
                made.append(Broken(refusal, answer, "accepts_invented", worse))
            if len(made) == count:
                break
        return made

    def denied(self, count: int, stage: str) -> list[Broken]:
        """Questions that can be answered, two of three worded like those about invented things, and refused."""
        made: list[Broken] = []
        twins = (twin for _, twin in self.sources.pairs(stage, "denied"))
        sources = [twins, twins, self.sources.queries(f"{stage}/denied")]
        while len(made) < count and sources:
            source = sources[len(made) % len(sources)]
            example = next(source, None)
            if example is None:
                sources.remove(source)
                continue
            answer = deny(example, self.ctx, random.Random(f"{self.seed}/{stage}/deny/{example.family}"))
            free = answer and self.sources.free(example)
            worse = self.prover.worse(answer, example.answer) if answer and free else ""
            if answer and worse:
                self.sources.take(example)
                made.append(Broken(example, answer, "false_refusal", worse))
        return made
