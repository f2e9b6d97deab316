"""A model that is asked several times and gives the answer on which most agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from vgpt2.catalog.model import Catalog
from vgpt2.files import digest
from vgpt2.inference.backends import Answer, Backend
from vgpt2.inference.draws import Drawn
from vgpt2.inference.prompts import Prompt
from vgpt2.inference.several.vote import Judge

TEMPERATURE = 0.7
# So many questions at a time: their answers are kept before the next are asked.
AT_ONCE = 8


class Drawing(Backend, Protocol):
    """Answers prompts, by chance too."""

    def answer(self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None) -> Iterator[Answer]:
        """Answer all prompts, each once."""


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
        return {**self._inner.settings, "answers": self.count, "temperature": TEMPERATURE}

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """The answers on which most agree; `tokens` are those of all."""
        with Judge(self._catalog) as judge:
            for start in range(0, len(prompts), self._at_once):
                part = prompts[start : start + self._at_once]
                for index, said in enumerate(self._ask(part)):
                    ballot = judge.vote([answer.text for answer in said])
                    yield replace(
                        said[ballot.index],
                        index=start + index,
                        tokens=sum(answer.tokens for answer in said),
                        agreed=ballot.agreed,
                        of=len(said),
                    )

    def _ask(self, prompts: Sequence[Prompt]) -> list[list[Answer]]:
        """All answers to each of these prompts, the likeliest first."""
        said = [[answer] for answer in sorted(self._inner.answer(prompts), key=lambda answer: answer.index)]
        if self.count > 1:
            again = [prompt for prompt in prompts for _ in range(1, self.count)]
            seeds = [_seed(prompt, number) for prompt in prompts for number in range(1, self.count)]
            drawn = self._inner.answer(again, drawn=Drawn(TEMPERATURE, seeds))
            for answer in sorted(drawn, key=lambda answer: answer.index):
                said[answer.index // (self.count - 1)].append(answer)
        return said


def _seed(prompt: Prompt, number: int) -> int:
    return int(digest([prompt.system, prompt.user, number]), 16)
