"""Which token comes next, for the rows of a batch: of those that may come the likeliest, or one of the likeliest.

Masks of the whole vocabulary are not made: the likeliest tokens are asked one by one, and nearly always the first may
come. Only where none of them may, the grammar is asked for all that it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from vgpt2.inference.bounded.row import Row

if TYPE_CHECKING:
    import torch

Choose = Callable[["torch.Tensor", list[int]], "torch.Tensor"]
FIRST = 32  # so many of the likeliest are asked before the grammar is
MOST = 4000  # then so many


def bounded_chooser(rows: Sequence[Row | None], inner: Choose | None, wanted: int = 1) -> Choose:
    """What `decode` takes, bounding the tokens of each row that is to be.

    Args:
        rows: the answers of the batch; None: free.
        inner: chooses among those that may come; None: the likeliest.
        wanted: how many of the likeliest it chooses among.
    """

    def choose(logits: torch.Tensor, places: list[int]) -> torch.Tensor:
        logits = limit(logits, [rows[place] for place in places], [wanted] * len(places))
        newest = inner(logits, places) if inner else logits.argmax(-1)
        for place, token in zip(places, newest.tolist(), strict=True):
            if (row := rows[place]) is not None:
                row.take(token)
        return newest

    return choose


def limit(logits: torch.Tensor, rows: Sequence[Row | None], wanted: Sequence[int]) -> torch.Tensor:
    """The logits ([rows, vocabulary]) with only those of `wanted` tokens left that may come, in rows that are bounded
    now."""
    import torch

    limited = [(at, row) for at, row in enumerate(rows) if row is not None and row.bounded]
    if not limited:
        return logits
    ats = torch.tensor([at for at, _ in limited], device=logits.device)
    first = logits[ats].topk(min(FIRST, logits.shape[-1])).indices.tolist()
    left = logits.clone()
    for (at, row), likely in zip(limited, first, strict=True):
        found = _found(row, likely, logits[at], wanted[at])
        if not found:
            row.give_up()
            continue
        kept = torch.tensor(found, device=logits.device)
        left[at] = float("-inf")
        left[at, kept] = logits[at, kept]
    return left


def _found(row: Row, likely: Sequence[int], logits: torch.Tensor, wanted: int) -> list[int]:
    found = []
    for token in _in_order(row, likely, logits):
        if row.takes(token):
            found.append(token)
            if len(found) == wanted:
                break
    return found


def _in_order(row: Row, likely: Sequence[int], logits: torch.Tensor) -> Iterator[int]:
    """The tokens by likelihood: a few, then many of those that the grammar takes, with those by which a name goes on,
    however unlikely."""
    yield from likely
    mask = row.grammar_takes()
    further = logits.cpu() if mask is None else logits.cpu().masked_fill(~mask, float("-inf"))
    tokens = {*further.topk(min(MOST, further.shape[-1])).indices.tolist(), *row.names_go_on()} - set(likely)
    values = further.tolist()
    for token in sorted(tokens, key=lambda token: (-values[token], token)):
        if values[token] == float("-inf"):
            return
        yield token
