"""Order and split: stratified shuffles, and evaluation rows that share no question family with training."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from vgpt2.records.dedupe.traits import Traits

T = TypeVar("T")

EVAL_SHARE = {"sft": 0.02, "negatives": 0.02, "dpo": 0.05, "kto": 0.10}
LEAST_EVAL = 2


def interleave(items: Sequence[T], kind: Callable[[T], str], rng: random.Random) -> list[T]:
    """The items shuffled, each kind spread evenly: every prefix has about the mix of the whole.

    LLaMA-Factory's `max_samples` takes the first rows, so the first rows must stand for all.
    """
    by_kind: dict[str, list[T]] = {}
    for item in items:
        by_kind.setdefault(kind(item), []).append(item)
    placed = []
    for name in sorted(by_kind):
        group = by_kind[name]
        rng.shuffle(group)
        placed += [((place + rng.random()) / len(group), name, place, item) for place, item in enumerate(group)]
    placed.sort(key=lambda entry: entry[:3])
    return [item for *_, item in placed]


def split(kept: Mapping[int, Traits], stage: str, rng: random.Random) -> tuple[list[int], list[int]]:
    """(training, evaluation) of the records kept, by number; order is kept within each.

    The evaluation rows are `EVAL_SHARE` of all, at least `LEAST_EVAL`, whole families with their twins, and for KTO
    of both labels. With fewer than 2 * LEAST_EVAL records there is no evaluation row.
    """
    wanted = max(LEAST_EVAL, round(len(kept) * EVAL_SHARE[stage]))
    if len(kept) < 2 * LEAST_EVAL:
        return list(kept), []
    groups = _groups(kept)
    order = interleave(sorted(groups), lambda name: kept[groups[name][0]].stratum, rng)
    picked: dict[str, None] = {}  # in their order, and found at once
    if stage == "kto":
        for label in (True, False):
            picked |= dict.fromkeys([name for name in order if kept[groups[name][0]].label is label][:1])
    count = sum(len(groups[name]) for name in picked)
    for name in order:
        if count >= wanted:
            break
        if name not in picked:
            picked[name] = None
            count += len(groups[name])
    evaluation = {number for name in picked for number in groups[name]}
    return [number for number in kept if number not in evaluation], [number for number in kept if number in evaluation]


def _groups(kept: Mapping[int, Traits]) -> dict[str, list[int]]:
    """Records that must stay together, by the name of their group: a family and the family of its twin."""
    groups: dict[str, list[int]] = {}
    for number, one in kept.items():
        groups.setdefault(min(filter(None, (one.family, one.twin))), []).append(number)
    return groups
