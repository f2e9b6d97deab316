"""The answers that are being decoded together: others join and leave between two tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vgpt2.inference.bounded.chooser import limit, take
from vgpt2.inference.cache import RoomyLayer, is_roomy, joined, leave, roomy_cache
from vgpt2.inference.decode import chances, forward, read
from vgpt2.inference.draws import LIKELIEST, draw
from vgpt2.inference.live.generation import Generated, Listener, Sampling
from vgpt2.inference.live.speech import Speech

if TYPE_CHECKING:
    import torch

    from vgpt2.inference.bounded.row import Row
    from vgpt2.inference.draws import Draw


@dataclass(slots=True, eq=False)
class Request:
    """One answer: the tokens of its prompt (`ids`), how it is made, who listens, and the tokens `written` so far.
    `bound`: what bounds it; `draw`: draws its tokens, None: the likeliest; `likelihood`: the logarithms of the
    chances of those that were written, added up where it is to be weighed."""

    ids: list[int]
    sampling: Sampling
    listener: Listener
    speech: Speech
    bound: Row | None = None
    draw: Draw | None = None
    written: list[int] = field(default_factory=list)
    likelihood: float = 0.0
    answer: Future[Generated] = field(default_factory=Future)


class Running:
    """Requests that a network answers together, a token each a step."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self.rows: list[Request] = []
        # rows of layers of another kind cannot be joined: new ones wait until these are answered
        self.takes_more = is_roomy(roomy_cache(network))
        self._cache: Any = None
        self._mask: torch.Tensor
        self._positions: torch.Tensor
        self._logits: torch.Tensor

    def join(self, requests: Sequence[Request]) -> None:
        """Read the prompts of these too."""
        import torch

        before, requests = len(self.rows), sorted(requests, key=lambda request: -len(request.ids))
        self.rows += requests
        width, device = len(requests[0].ids), self._network.device
        ids = torch.tensor([[0] * (width - len(one.ids)) + one.ids for one in requests], device=device)
        mask = torch.tensor([[0] * (width - len(one.ids)) + [1] * len(one.ids) for one in requests], device=device)
        cache, logits = read(self._network, ids, mask)
        positions = mask.sum(-1, keepdim=True)
        if before:
            width = max(mask.shape[1], self._mask.shape[1])
            mask = torch.cat([_padded(self._mask, width), _padded(mask, width)])
            positions, logits = torch.cat([self._positions, positions]), torch.cat([self._logits, logits])
            cache = joined(self._network, [self._cache, cache])
        self._cache, self._mask, self._positions, self._logits = cache, mask, positions, logits

    def step(self, finished: Callable[[Request], bool]) -> None:
        """One token more for each; those that are `finished` with it leave."""
        import torch

        newest = self._chosen()
        alive = []
        for place, (row, token) in enumerate(zip(self.rows, newest.tolist(), strict=True)):
            row.written.append(token)
            if not finished(row):
                alive.append(place)
        if not alive:
            self.rows, self._cache = [], None
            return
        if len(alive) < len(self.rows):
            alive = leave(self._cache, alive, len(self.rows))
            self.rows = [self.rows[place] for place in alive]
            keep = torch.tensor(alive, device=newest.device)
            self._mask, self._positions, newest = self._mask[keep], self._positions[keep], newest[keep]
            self._trim()
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(self.rows), 1)], dim=1)
        self._logits = forward(self._network, newest[:, None], self._mask, self._positions, self._cache)
        self._positions = self._positions + 1

    def _chosen(self) -> torch.Tensor:
        """The next token of each row, [rows]: the one that would come, or where it may not another that may."""
        newest = _picked(self._logits, self.rows)
        refused = [
            (place, row.bound)
            for place, (row, token) in enumerate(zip(self.rows, newest.tolist(), strict=True))
            if row.bound is not None and row.bound.bounded and not row.bound.fits(token)
        ]
        if refused:
            places = [place for place, _ in refused]
            rows = [self.rows[place] for place in places]
            wanted = [LIKELIEST if row.draw else 1 for row in rows]
            newest[places] = _picked(limit(self._logits[places], [bound for _, bound in refused], wanted), rows)
        take(newest, [row.bound for row in self.rows])
        if weighed := [place for place, row in enumerate(self.rows) if row.sampling.weighed]:
            for place, added in zip(weighed, chances(self._logits[weighed], newest[weighed]), strict=True):
                self.rows[place].likelihood += added
        return newest

    def _trim(self) -> None:
        """Take out the columns that are padding in every row: else those of prompts that left would stay for ever."""
        if not self.takes_more:
            return
        if spare := int(self._mask.any(0).int().argmax()):
            self._mask = self._mask[:, spare:]
            for layer in self._cache.layers:
                if isinstance(layer, RoomyLayer):
                    layer.trim(spare)


def _picked(logits: torch.Tensor, rows: Sequence[Request]) -> torch.Tensor:
    newest = logits.argmax(-1)
    if drawn := [(place, row.draw) for place, row in enumerate(rows) if row.draw]:
        places = [place for place, _ in drawn]
        newest[places] = draw(logits[places], [one for _, one in drawn])
    return newest


def _padded(mask: torch.Tensor, width: int) -> torch.Tensor:
    import torch

    return torch.cat([mask.new_zeros(len(mask), width - mask.shape[1]), mask], dim=1)
