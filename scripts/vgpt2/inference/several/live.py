"""Several answers to one question as a server makes them: asked for at once, so that they are decoded together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from vgpt2.inference.live.generation import Generated, Generator, Listener, Sampling
from vgpt2.inference.prompts import Prompt
from vgpt2.inference.several.backend import TEMPERATURE, seed_of


class _Shared:
    """The listener of one of several answers. Nobody hears a piece, for which of them leaves is not known yet; where
    one fails the others are given up."""

    hears = False

    def __init__(self, listener: Listener) -> None:
        self._listener, self.begun, self.over = listener, listener.begun, False

    @property
    def gone(self) -> bool:
        return self.over or self._listener.gone

    def heard(self, piece: str) -> None:
        """Nothing."""


def answers_to(
    generator: Generator, prompt: Prompt, sampling: Sampling, count: int, listener: Listener
) -> list[Generated]:
    """`count` answers: as `sampling` says, and others drawn by chance with seeds of the prompt's own, as an exam of
    several answers draws them.

    Raises:
        Gone: the listener went.
        GenerationError: one of them cannot be made.
    """
    drawn = sampling.temperature or TEMPERATURE
    wanted = [replace(sampling, weighed=True)]
    for number in range(1, count):
        seed = (sampling.seed + seed_of(prompt, number)) % 2**63
        wanted.append(replace(wanted[0], temperature=drawn, seed=seed))
    shared = _Shared(listener)
    with ThreadPoolExecutor(count, "several") as pool:
        made = [pool.submit(generator.generate, prompt, one, shared) for one in wanted]
        try:
            return [one.result() for one in made]
        except BaseException:
            shared.over = True
            raise
