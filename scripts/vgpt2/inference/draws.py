"""Tokens that are drawn by chance: each answer from a seed of its own, so that others in its batch do not change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

# Only of so many of the likeliest tokens one is drawn, as Qwen's own settings have it.
LIKELIEST = 20


@dataclass(slots=True, frozen=True)
class Drawn:
    """`temperature` over 0; `seeds`: one a prompt, in the order of the prompts."""

    temperature: float
    seeds: Sequence[int]


class Draw:
    """The tokens of one answer: of the likeliest, those that together have `top_p` of their chances."""

    def __init__(self, temperature: float, seed: int, top_p: float = 1.0) -> None:
        import torch

        self._temperature, self._top_p = temperature, max(top_p, 1e-9)  # 0 leaves the likeliest
        self._chance = torch.Generator().manual_seed(seed % 2**63)

    def place(self, likely: torch.Tensor) -> torch.Tensor:
        """Which of the likeliest tokens comes, from their logits in falling order; [1], on the CPU."""
        import torch

        weights = (likely / self._temperature).softmax(-1).cpu()
        if self._top_p < 1:
            # the one with which the sum passes top_p is among them
            weights = weights.masked_fill(weights.cumsum(-1) - weights >= self._top_p, 0.0)
        return torch.multinomial(weights, 1, generator=self._chance)


def chooser(drawn: Drawn, prompts: Sequence[int]) -> Callable[[torch.Tensor, list[int]], torch.Tensor]:
    """What `decode` takes to draw the tokens of a batch; `prompts`: which prompt each row of the batch is of."""
    draws = [Draw(drawn.temperature, drawn.seeds[prompt]) for prompt in prompts]
    return lambda logits, rows: draw(logits, [draws[row] for row in rows])


def draw(logits: torch.Tensor, draws: Sequence[Draw]) -> torch.Tensor:
    """The next token of each row of logits, [rows]."""
    import torch

    likely, tokens = logits.float().topk(min(LIKELIEST, logits.shape[-1]))
    taken = torch.stack([one.place(row) for one, row in zip(draws, likely, strict=True)])
    return tokens.gather(1, taken.to(tokens.device)).squeeze(1)
