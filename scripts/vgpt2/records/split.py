"""Order and split: stratified shuffles, and evaluation rows that share no question family with training."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from vgpt2.records.model import Record

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


def stratum(record: Record) -> str:
    """What a record's stratum is: its kind and polarity, for KTO rows the label as well."""
    return f"{record.row.get('kto_tag', '')}/{record.meta.kind}/{record.meta.polarity}"


def split(records: Sequence[Record], stage: str, rng: random.Random) -> tuple[list[Record], list[Record]]:
    """(training, evaluation); order is kept within each.

    The evaluation rows are `EVAL_SHARE` of all, at least `LEAST_EVAL`, whole families with their twins, and for KTO
    of both labels. With fewer than 2 * LEAST_EVAL records there is no evaluation row.
    """
    wanted = max(LEAST_EVAL, round(len(records) * EVAL_SHARE[stage]))
    if len(records) < 2 * LEAST_EVAL:
        return list(records), []
    groups = _groups(records)
    order = interleave(sorted(groups), lambda name: stratum(groups[name][0]), rng)
    picked: list[str] = []
    if stage == "kto":
        for label in (True, False):
            picked += [name for name in order if groups[name][0].row["kto_tag"] is label][:1]
    count = sum(len(groups[name]) for name in picked)
    for name in order:
        if count >= wanted:
            break
        if name not in picked:
            picked.append(name)
            count += len(groups[name])
    evaluation = {record.id for name in picked for record in groups[name]}
    return [r for r in records if r.id not in evaluation], [r for r in records if r.id in evaluation]


def _groups(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Records that must stay together, by the name of their group: a family and the family of its twin."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        name = min(filter(None, (record.meta.family or record.id, record.meta.twin)))
        groups.setdefault(name, []).append(record)
    return groups
