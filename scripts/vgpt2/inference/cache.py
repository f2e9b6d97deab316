"""The keys and values of a batch: written where there is room for them, rows taken out without moving the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

ROOM = 64  # tokens that a cache has room for when it grows


class RoomyLayer:
    """A layer's keys and values, [rows, heads, tokens, size], as the first tokens of longer buffers. Stands in a cache
    of transformers for its `DynamicLayer`."""

    is_compileable = False
    is_sliding = False

    def __init__(self) -> None:
        self.is_initialized = False
        self._tokens = 0
        self._buffers: list[torch.Tensor] = []

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Nothing: `update` makes the buffers."""

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any) -> tuple:
        """Write the new tokens behind the others; returns all keys and values."""
        before, after = self._tokens, self._tokens + key_states.shape[-2]
        if not self._buffers or after > self._buffers[0].shape[-2]:
            rows, heads, _, size = key_states.shape
            roomy = [key_states.new_empty(rows, heads, after + ROOM, size) for _ in range(2)]
            for new, old in zip(roomy, self._buffers, strict=False):
                new[:, :, :before] = old[:, :, :before]
            self._buffers = roomy
        for buffer, new in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[:, :, before:after] = new
        self._tokens, self.is_initialized = after, True
        return tuple(buffer[:, :, :after] for buffer in self._buffers)

    def get_seq_length(self) -> int:
        """Tokens in it."""
        return self._tokens

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Tokens that a mask covers with so many new ones, and where it begins."""
        return self._tokens + query_length, 0

    def get_max_cache_shape(self) -> int:
        """-1: there is no limit."""
        return -1

    def keep(self, rows: Sequence[int]) -> None:
        """Keep these rows, in this order; a row that has its place already is not moved, and none may move down."""
        for buffer in self._buffers:
            for place, row in enumerate(rows):
                if place != row:
                    buffer[place, :, : self._tokens] = buffer[row, :, : self._tokens]
        self._buffers = [buffer[: len(rows)] for buffer in self._buffers]

    def repeat(self, of: Sequence[int]) -> None:
        """Rows of which each is a copy of one that is there, by its place."""
        import torch

        places = torch.tensor(of, device=self._buffers[0].device)
        self._buffers = [buffer[places] for buffer in self._buffers]

    def trim(self, columns: int) -> None:
        """Take out the first tokens, which no row needs."""
        self._buffers = [buffer[:, :, columns:] for buffer in self._buffers]
        self._tokens -= columns

    def join(self, layers: Sequence[RoomyLayer]) -> None:
        """Take up the rows of other layers, one below the other, their last tokens beside each other."""
        self._tokens, self.is_initialized = max(layer._tokens for layer in layers), True
        for held in zip(*(layer._buffers for layer in layers), strict=True):
            rows, (_, heads, _, size) = sum(map(len, held)), held[0].shape
            # zeros: what stands before a shorter prompt is masked, but has to be a number
            joined = held[0].new_zeros(rows, heads, self._tokens + ROOM, size)
            start = 0
            for buffer, layer in zip(held, layers, strict=True):
                end = start + len(buffer)
                joined[start:end, :, self._tokens - layer._tokens : self._tokens] = buffer[:, :, : layer._tokens]
                start = end
            self._buffers.append(joined)


def roomy_cache(model: Any) -> Any:
    """An empty cache for a model; layers of another kind (a sliding window) are what they are elsewhere."""
    from transformers import DynamicCache
    from transformers.cache_utils import CacheLayerMixin, DynamicLayer

    class Layer(RoomyLayer, CacheLayerMixin):
        """What a cache takes for a layer."""

    cache = DynamicCache(config=model.config)
    cache.layers = [Layer() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def is_roomy(cache: Any) -> bool:
    """Whether all layers are ours, so that rows can be joined to others."""
    return all(isinstance(layer, RoomyLayer) for layer in cache.layers)


def joined(model: Any, caches: Sequence[Any]) -> Any:
    """One cache with the rows of all these, which are empty then; their layers are all ours."""
    whole = roomy_cache(model)
    for number, layer in enumerate(whole.layers):
        layer.join([cache.layers[number] for cache in caches])
        for cache in caches:
            cache.layers[number] = None  # its memory is needed
    return whole


def repeat(cache: Any, of: Sequence[int]) -> None:
    """Have a cache hold a copy of these rows, by their places; its layers are all ours."""
    for layer in cache.layers:
        layer.repeat(of)


def leave(cache: Any, alive: Sequence[int], count: int) -> list[int]:
    """Take the rows that are not `alive` out of a cache of `count` rows; returns the order of the others in it.

    The last rows take the places of those that leave, so that only as many are moved.
    """
    import torch

    free = iter(sorted(set(range(count)) - set(alive)))
    moved = {next(free): place for place in alive if place >= len(alive)}
    order = [moved.get(place, place) for place in range(len(alive))]
    for layer in cache.layers:
        if isinstance(layer, RoomyLayer):
            layer.keep(order)
        else:
            layer.batch_select_indices(torch.tensor(order, device=layer.keys.device))
    return order
