"""Which token comes next, for the rows of a batch: of those that may come the likeliest, or one of the likeliest.

Masks of the whole vocabulary are not made: the token that would come is asked, and nearly always it may. Where it
may not, the likeliest are asked one by one; only where none of them may, the grammar is asked for all that it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from vgpt2.inference.bounded.row import Row

if TYPE_CHECKING:
    import torch

Choose = Callable[["torch.Tensor", list[int]], "torch.Tensor"]
FIRST = 32  # so many of the likeliest are asked before the grammar is
MOST = 1000  # then so many


def bounded_chooser(rows: Sequence[Row | None], inner: Choose | None, wanted: int = 1) -> Choose:
    """What `decode` takes, bounding the tokens of each row that is to be.

    Args:
        rows: the answers of the batch; None: free.
        inner: chooses among those that may come; None: the likeliest.
        wanted: how many of the likeliest it chooses among.
    """

    def choose(logits: torch.Tensor, places: list[int]) -> torch.Tensor:
        newest = pick(logits, places)
        refused = [
            (at, row)
            for at, (place, token) in enumerate(zip(places, newest.tolist(), strict=True))
            if (row := rows[place]) is not None and row.bounded and not row.fits(token)
        ]
        if refused:
            ats = [at for at, _ in refused]
            left = limit(logits[ats], [row for _, row in refused], [wanted] * len(ats))
            newest[ats] = pick(left, [places[at] for at in ats])
        take(newest, [rows[place] for place in places])
        return newest

    def pick(logits: torch.Tensor, places: list[int]) -> torch.Tensor:
        return inner(logits, places) if inner else logits.argmax(-1)

    return choose


def take(newest: torch.Tensor, rows: Sequence[Row | None]) -> None:
    """Tell each row its token; `newest` becomes what ends a query that has no room to go on."""
    for at, (row, token) in enumerate(zip(rows, newest.tolist(), strict=True)):
        if row is None:
            continue
        if (last := row.closing()) is not None:
            newest[at] = token = last
        row.take(token)


def limit(logits: torch.Tensor, rows: Sequence[Row], wanted: Sequence[int]) -> torch.Tensor:
    """The logits with only those of `wanted` tokens left that may come; all of a row that nothing may follow."""
    import torch

    first = logits.topk(min(FIRST, logits.shape[-1])).indices.tolist()
    left = logits.clone()
    for at, (row, likely) in enumerate(zip(rows, first, strict=True)):
        found = _found(row, likely, logits[at], wanted[at])
        if not found:
            row.give_up()
            continue
        kept = torch.tensor(found, device=logits.device)
        left[at] = float("-inf")
        left[at, kept] = logits[at, kept]
    return left


def _found(row: Row, likely: Sequence[int], logits: torch.Tensor, wanted: int) -> list[int]:
    """`wanted` tokens that may come, the likeliest first; where the query has no room for any, one for which it has the
    least too little, for it could not go on else."""
    found: list[int] = []
    long: list[tuple[int, int, int]] = []
    for token in _in_order(row, likely, logits):
        if not row.takes(token):
            continue
        if lacking := row.lacks_room(token):
            long.append((lacking, len(long), token))
            continue
        found.append(token)
        if len(found) == wanted:
            break
    return found or [token for *_, token in sorted(long)[:1]]


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
