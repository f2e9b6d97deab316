"""Which of several answers leaves, how many agree with it, and whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog
from vgpt2.records.prompt import fenced
from vgpt2.serving.guard.guard import Judged
from vgpt2.serving.sure.readings import Reading, reads_of

if TYPE_CHECKING:
    from vgpt2.inference.several.vote import Judge


@dataclass(slots=True, frozen=True)
class Care:
    """How sure an answer has to be: `answers` are made to each question, of which the one counts on which most agree;
    where fewer than `sure_from` do, it says that it is not sure. 0: it never says so."""

    answers: int = 1
    sure_from: int = 0

    def enough(self, agreed: int, of: int) -> bool | None:
        """Whether it is sure if so many of `of` answers agree: the same share as of `answers`; None: it never says.

        >>> [Care(5, 4).enough(agreed, 8) for agreed in (6, 7)]
        [False, True]
        """
        return agreed * self.answers >= self.sure_from * of if self.sure_from else None


@dataclass(slots=True, frozen=True)
class Decision:
    """`index`: of the answer that counts; `agreed`: how many say the same, 0: none is proved; `readings`: what the
    largest group says, and the largest other one that has a query."""

    index: int
    agreed: int
    readings: tuple[Reading, ...]


class Council:
    """Decides between answers; may be asked from any thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._turn = Lock()  # rows are made in one process

    @cached_property
    def _votes(self) -> Judge:
        from vgpt2.inference.several.vote import Judge

        return Judge(self._catalog)

    def decide(self, answers: Sequence[str], judged: Sequence[Judged], likelihoods: Sequence[float] = ()) -> Decision:
        """The answer on which most agree, by the rows of what would leave; where as many do, the likeliest. Where
        none is proved it is the first that may leave, else the one of which the least is wrong.

        Raises:
            UserError: the process that makes the rows does not start.
        """
        with self._turn:
            ballot = self._votes.vote([_voice(*one) for one in zip(answers, judged, strict=True)], likelihoods)
            readings = [self.reading(len(group), judged[group[0]]) for group in ballot.groups]
        others = [one for one in readings[1:] if one.sql]
        index = ballot.index
        if not ballot.agreed:
            index = min(range(len(judged)), key=lambda one: _fault(answers[one], judged[one]))
        return Decision(index, ballot.agreed, (*readings[:1], *others[:1]))

    def reading(self, agreed: int, judged: Judged) -> Reading:
        """What an answer says, on which so many agree."""
        reads = reads_of(judged.sql, self._catalog) if judged.sql else judged.prose.strip()
        return Reading(agreed, judged.sql, reads)

    def close(self) -> None:
        """End the process of the rows."""
        if "_votes" in self.__dict__:
            self._votes.close()


def _fault(answer: str, judged: Judged) -> tuple[bool, bool, int]:
    """How far an answer that is not proved is from one that is."""
    return not answer.strip(), not judged.leaves, len(judged.findings)


def _voice(answer: str, judged: Judged) -> str:
    """What of an answer has a voice: what would leave."""
    return "" if not judged.leaves else fenced(judged.sql) if judged.sql else answer
