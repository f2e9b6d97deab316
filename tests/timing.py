"""How long something takes where others work too: they make it slower and never faster, so one good try is a proof."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def seconds_of(work: Callable[[], object]) -> float:
    """Of the processor, for this process; without the collector, which wakes at some number of objects."""
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def takes_at_most(seconds: float, work: Callable[[], object], tries: int = 5) -> bool:
    """Whether one of so many tries takes no longer."""
    return any(seconds_of(work) <= seconds for _ in range(tries))


def takes_at_most_times(factor: float, work: Callable[[], object], other: Callable[[], object], tries: int = 8) -> bool:
    """Whether the best try at `work` takes no longer than `factor` times the best at `other`, tried by turns."""
    best = best_other = float("inf")
    for _ in range(tries):
        best_other = min(best_other, seconds_of(other))
        best = min(best, seconds_of(work))
        if best <= factor * best_other:
            return True
    return False
