"""Decoding of one batch, without the work that `generate` repeats at every token.

By default the same tokens as `generate` with `do_sample=False`. It copies the cache at every step, repeats each key for
the query heads that share it, pads all prompts to the longest, and computes every row until the last one is done. Here
keys and values are written where there is room for them, heads share keys without copies, prompts of like length are
read together, and rows that are done leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from vgpt2.inference.cache import is_roomy, joined, leave, repeat, roomy_cache

if TYPE_CHECKING:
    import torch

ATTENTION = "vgpt2_grouped"
READ = 8  # prompts that are read at once


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


def decode(
    model: Any,
    tokens: torch.Tensor,
    mask: torch.Tensor,
    limit: int,
    done: Callable[[list[int]], bool],
    choose: Callable[[torch.Tensor, list[int]], torch.Tensor] | None = None,
    likelihoods: list[float] | None = None,
) -> Iterator[tuple[int, list[int]]]:
    """The tokens that follow each row of left-padded prompts (`tokens` and `mask`, [rows, tokens], best sorted by
    length), as (row, tokens) as soon as they are complete.

    Args:
        limit: at most so many tokens a row.
        done: whether the tokens of a row are complete.
        choose: the next token of each row, from their logits ([rows, vocabulary]) and which prompts they are of; the
            likeliest by default.
        likelihoods: one a row, to each of which the logarithms of its tokens' chances are added.
    """
    import torch

    written: list[list[int]] = [[] for _ in range(len(tokens))]
    rows = list(range(len(tokens)))  # which prompt each row of the tensors is of
    cache, logits = read(model, tokens, mask)
    positions = mask.sum(-1, keepdim=True)
    for step in range(1, limit + 1):
        newest = choose(logits, rows) if choose else logits.argmax(-1)
        if likelihoods is not None:
            for row, added in zip(rows, chances(logits, newest), strict=True):
                likelihoods[row] += added
        alive = []
        for place, (row, token) in enumerate(zip(rows, newest.tolist(), strict=True)):
            written[row].append(token)
            if step == limit or done(written[row]):
                yield row, written[row]
            else:
                alive.append(place)
        if not alive:
            return
        if len(alive) < len(rows):
            alive = leave(cache, alive, len(rows))
            rows = [rows[place] for place in alive]
            keep = torch.tensor(alive, device=mask.device)
            mask, positions, newest = mask[keep], positions[keep], newest[keep]
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
        logits = forward(model, newest[:, None], mask, positions, cache)
        positions = positions + 1


def chances(logits: torch.Tensor, tokens: torch.Tensor) -> list[float]:
    """The logarithm of the chance that a model itself gives to each row's token, whatever bounds or draws it."""
    return logits.float().log_softmax(-1).gather(1, tokens[:, None]).squeeze(1).tolist()


def read(model: Any, tokens: torch.Tensor, mask: torch.Tensor) -> tuple[Any, torch.Tensor]:
    """Read the prompts, READ at a time without the padding that these do not need; a cache of all, and their logits.

    A prompt that stands in several rows, to be answered several times, is read once.
    """
    import torch

    if not is_roomy(roomy_cache(model)):
        return _read(model, tokens, mask, len(tokens))
    places: dict[tuple[int, ...], int] = {}
    of = [places.setdefault(tuple(row), len(places)) for row in torch.where(mask > 0, tokens, -1).tolist()]
    if len(places) == len(tokens):
        return _read(model, tokens, mask, READ)
    firsts = torch.tensor([of.index(place) for place in range(len(places))], device=tokens.device)
    cache, logits = _read(model, tokens[firsts], mask[firsts], READ)
    repeat(cache, of)
    return cache, logits[torch.tensor(of, device=logits.device)]


def _read(model: Any, tokens: torch.Tensor, mask: torch.Tensor, size: int) -> tuple[Any, torch.Tensor]:
    import torch

    caches, logits = [], []
    for start in range(0, len(tokens), size):
        part = mask[start : start + size]
        width = int(part.sum(-1).max())
        part, ids = part[:, -width:], tokens[start : start + size, -width:]
        caches.append(roomy_cache(model))
        logits.append(forward(model, ids, part, (part.cumsum(-1) - 1).clamp(min=0), caches[-1]))
    if len(caches) == 1:
        return caches[0], logits[0]
    return joined(model, caches), torch.cat(logits)


def forward(model: Any, tokens: torch.Tensor, mask: torch.Tensor, positions: torch.Tensor, cache: Any) -> torch.Tensor:
    """The logits behind the last token of each row, [rows, vocabulary]."""
    import torch

    # no gradients; and not over a `yield`, where the mode would be the caller's as well
    with torch.no_grad():
        return model(
            input_ids=tokens,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
