"""A model that is asked several times and gives the answer on which most agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from vgpt2.catalog.model import Catalog
from vgpt2.files import digest
from vgpt2.inference.backends import Answer, Backend
from vgpt2.inference.draws import Drawn
from vgpt2.inference.prompts import Prompt, asked_again
from vgpt2.inference.several.vote import Ballot, Judge

TEMPERATURE = 0.7
# So much of what is wrong is said when a question is asked again.
MOST_FINDINGS = 5
# So many questions at a time: their answers are kept before the next are asked.
AT_ONCE = 8


class Drawing(Backend, Protocol):
    """Answers prompts, by chance too."""

    def answer(
        self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None, weighed: bool = False
    ) -> Iterator[Answer]:
        """Answer all prompts, each once; `weighed`: with the likelihood of each answer, where it can be known."""


class Several:
    """`count` answers to each prompt: the likeliest, and others drawn by chance with seeds of the prompt's own.

    So a prompt has the same answers whatever is asked beside it."""

    def __init__(self, inner: Drawing, count: int, catalog: Catalog, at_once: int = AT_ONCE) -> None:
        self._inner, self.count, self._catalog, self._at_once = inner, count, catalog, at_once

    @property
    def model(self) -> str:
        """That which is asked."""
        return self._inner.model

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return self._inner.fingerprint

    @property
    def template_hash(self) -> str:
        """That of the model."""
        return self._inner.template_hash

    @property
    def settings(self) -> dict[str, Any]:
        """Those of the model, and how often it is asked."""
        return {**self._inner.settings, "answers": self.count, "temperature": TEMPERATURE, "asked_again": 1}

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """The answers on which most agree; `tokens` are those of all. Where none is proved the question is asked once
        more, with what is wrong with the answer that has least of it."""
        with Judge(self._catalog) as judge:
            for start in range(0, len(prompts), self._at_once):
                part = prompts[start : start + self._at_once]
                asked = self._ask(part)
                ballots = [_ballot(judge, said) for said in asked]
                open_ones = [index for index, ballot in enumerate(ballots) if not ballot.agreed]
                second = self._again(judge, {index: (part[index], asked[index]) for index in open_ones})
                for index, (said, ballot) in enumerate(zip(asked, ballots, strict=True)):
                    more = [second[index]] if index in second else []
                    again = bool(more and judge.vote([more[0].text]).agreed)
                    yield replace(
                        more[0] if again else said[ballot.index],
                        index=start + index,
                        tokens=sum(answer.tokens for answer in [*said, *more]),
                        agreed=ballot.agreed,
                        of=len(said),
                        again=again,
                    )

    def _again(self, judge: Judge, unproved: dict[int, tuple[Prompt, list[Answer]]]) -> dict[int, Answer]:
        """The likeliest answers to questions asked again; none to one whose answers hold no SQL that is wrong."""
        prompts = {}
        for index, (prompt, said) in unproved.items():
            if found := min(filter(None, (judge.findings(answer.text) for answer in said)), key=len, default=[]):
                prompts[index] = asked_again(prompt, "\n".join(found[:MOST_FINDINGS]))
        if not prompts:
            return {}
        indexes = list(prompts)
        return {indexes[answer.index]: answer for answer in self._inner.answer(list(prompts.values()))}

    def _ask(self, prompts: Sequence[Prompt]) -> list[list[Answer]]:
        """All answers to each of these prompts, the likeliest first."""
        said = [
            [answer] for answer in sorted(self._inner.answer(prompts, weighed=True), key=lambda answer: answer.index)
        ]
        if self.count > 1:
            again = [prompt for prompt in prompts for _ in range(1, self.count)]
            seeds = [seed_of(prompt, number) for prompt in prompts for number in range(1, self.count)]
            drawn = self._inner.answer(again, drawn=Drawn(TEMPERATURE, seeds), weighed=True)
            for answer in sorted(drawn, key=lambda answer: answer.index):
                said[answer.index // (self.count - 1)].append(answer)
        return said


def _ballot(judge: Judge, said: Sequence[Answer]) -> Ballot:
    return judge.vote([answer.text for answer in said], [answer.likelihood for answer in said])


def seed_of(prompt: Prompt, number: int) -> int:
    """That of the answer `number` to a prompt: its own, so that others asked beside it change nothing."""
    return int(digest([prompt.system, prompt.user, number]), 16)
