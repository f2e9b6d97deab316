"""Greedy decoding of one batch, without the work that `generate` repeats at every token.

The same tokens as `generate` with `do_sample=False`. It copies the cache at every step, repeats each key for the query
heads that share it, and computes every row until the last one is done; here keys and values are written where there is
room for them, heads share keys without copies, and rows that are done leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

ATTENTION = "vgpt2_grouped"
# Rows that are done leave the batch when at most this share of it is still being written.
SHRINK = 0.85
ROOM = 64  # tokens


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

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep these rows only."""
        self._buffers = [buffer[indices] for buffer in self._buffers]


def grouped_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """transformers' `sdpa`, but for one new token a row the query heads that share a key head stand for as many tokens
    of it, so that no key is repeated."""
    from torch.nn.functional import scaled_dot_product_attention
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    rows, heads, tokens, size = query.shape
    shared = key.shape[1]
    if tokens > 1 or heads == shared:
        return sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **kwargs)
    grouped = query.reshape(rows, shared, heads // shared, size)
    found = scaled_dot_product_attention(grouped, key, value, attn_mask=attention_mask, scale=scaling)
    return found.reshape(rows, 1, heads, size), None


def prepare(model: Any) -> None:
    """Let a model that would use `sdpa` use `grouped_attention`."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    if getattr(model, "_supports_attention_backend", False) and model.config._attn_implementation == "sdpa":
        AttentionInterface.register(ATTENTION, grouped_attention)
        AttentionMaskInterface.register(ATTENTION, sdpa_mask)
        model.set_attn_implementation(ATTENTION)


def roomy_cache(model: Any) -> Any:
    """An empty cache for a model; layers of another kind (a sliding window) are what they are elsewhere."""
    from transformers import DynamicCache
    from transformers.cache_utils import CacheLayerMixin, DynamicLayer

    class Layer(RoomyLayer, CacheLayerMixin):
        """What a cache takes for a layer."""

    cache = DynamicCache(config=model.config)
    cache.layers = [Layer() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def decode(
    model: Any,
    tokens: torch.Tensor,
    mask: torch.Tensor,
    limit: int,
    done: Callable[[Sequence[int]], bool],
) -> Iterator[tuple[int, list[int]]]:
    """The tokens that follow each row of left-padded prompts (`tokens` and `mask`, [rows, tokens]), as (row, tokens) as
    soon as they are complete.

    Args:
        limit: at most so many tokens a row.
        done: whether the tokens of a row are complete.
    """
    import torch

    written: list[list[int]] = [[] for _ in range(len(tokens))]
    rows = list(range(len(tokens)))
    open_rows = set(rows)
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    cache = roomy_cache(model)
    with torch.inference_mode():
        for _ in range(limit):
            logits = model(
                input_ids=tokens,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits[:, -1]
            newest = logits.argmax(-1)
            for row, token in zip(rows, newest.tolist(), strict=True):
                if row in open_rows:
                    written[row].append(token)
                    if done(written[row]):
                        open_rows.remove(row)
                        yield row, written[row]
            if not open_rows:
                return
            # Moving the cache costs about as much as a step: only when some rows are to be left behind.
            if len(open_rows) <= len(rows) * SHRINK:
                keep = torch.tensor([place for place, row in enumerate(rows) if row in open_rows], device=mask.device)
                cache.batch_select_indices(keep)
                mask, positions, newest = mask[keep], positions[keep], newest[keep]
                rows = [row for row in rows if row in open_rows]
            tokens = newest[:, None]
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
            positions = positions[:, -1:] + 1
    for row in sorted(open_rows):
        yield row, written[row]
