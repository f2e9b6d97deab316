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


def chooser(drawn: Drawn, prompts: Sequence[int]) -> Callable[[torch.Tensor, list[int]], torch.Tensor]:
    """What `decode` takes to draw the tokens of a batch; `prompts`: which prompt each row of the batch is of."""
    import torch

    chances = [torch.Generator().manual_seed(drawn.seeds[prompt] % 2**63) for prompt in prompts]

    def choose(logits: torch.Tensor, rows: list[int]) -> torch.Tensor:
        likely, tokens = logits.float().topk(min(LIKELIEST, logits.shape[-1]))
        weights = (likely / drawn.temperature).softmax(-1).cpu()
        taken = [
            torch.multinomial(weight, 1, generator=chances[row]) for weight, row in zip(weights, rows, strict=True)
        ]
        return tokens.gather(1, torch.stack(taken).to(tokens.device)).squeeze(1)

    return choose
