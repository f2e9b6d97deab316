"""Work in other processes: on both cores, and under a time limit that holds.

A parser in compiled code cannot be interrupted; its process can be killed. pebble is chosen for just that: the pools of
the standard library cannot give up a single task.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pebble import ProcessPool

SECONDS = 10.0  # for one piece of work
CHUNK = 40
# Below so many pieces of work a second process costs more than it saves.
FEW = 8


def each(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """`function` of every item, in their order, on all cores. The function is a module's own, and cannot hang."""
    if len(items) < FEW:
        return [function(item) for item in items]
    size = max(1, min(CHUNK, len(items) // (2 * _cores()) or 1))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with _pool() as pool:
        done = [pool.schedule(_all, args=[function, chunk]) for chunk in chunks]
        return [result for future in done for result in future.result()]


def each_limited(
    function: Callable[[Any], Any], items: Sequence[Any], seconds: float = SECONDS
) -> tuple[list[Any], list[int]]:
    """`function` of every item, in their order, None where it took longer than `seconds`; and which these were.

    Items are sent in chunks; the items of a chunk that takes too long, or whose process dies, are tried one by one.
    """
    results: list[Any] = [None] * len(items)
    late: list[int] = []
    if not items:
        return results, late
    from pebble import ProcessExpired

    given_up = (FutureTimeout, ProcessExpired)
    starts = range(0, len(items), CHUNK)
    alone: list[int] = []
    with _pool() as pool:
        done = [
            pool.schedule(_all, args=[function, items[start : start + CHUNK]], timeout=3 * seconds) for start in starts
        ]
        for start, future in zip(starts, done, strict=True):
            numbers = range(start, min(start + CHUNK, len(items)))
            try:
                results[start : numbers.stop] = future.result()
            except given_up:
                alone += numbers
        single = [pool.schedule(function, args=[items[number]], timeout=seconds) for number in alone]
        for number, future in zip(alone, single, strict=True):
            try:
                results[number] = future.result()
            except given_up:
                late.append(number)
    return results, late


def _all(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [function(item) for item in items]


def _cores() -> int:
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _pool() -> ProcessPool:
    from pebble import ProcessPool

    # Forking is quick; elsewhere the default is taken.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    return ProcessPool(max_workers=_cores(), context=multiprocessing.get_context(method))
