"""How far an exam is: a bar on a terminal, a line a minute elsewhere, both with rate and time left."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from vgpt2.screen import Screen, screen

Item = TypeVar("Item")


def shown(
    items: Iterable[Item], total: int, label: str = "exam", on: Screen | None = None, unit: str = "answers"
) -> Iterator[Item]:
    """The same items, with their progress on the screen of this process or another; `unit`: what they are."""
    started = time.perf_counter()
    tokens = 0
    with (on or screen()).doing(label) as doing:
        for count, item in enumerate(items, 1):
            tokens += getattr(item, "tokens", 0)
            if doing.is_heeded():
                doing.at(count, total, pace(count, total, tokens, time.perf_counter() - started, unit))
            yield item


def pace(count: int, total: int, tokens: int, seconds: float, unit: str = "answers") -> str:
    """`12 of 50, 45 tokens/s, 0:35 left`; answers a second where tokens are not known.

    >>> pace(12, 50, 540, 12.0)
    '12 of 50, 45 tokens/s, 0:38 left'
    """
    seconds = max(seconds, 1e-9)
    rate = f"{tokens / seconds:,.0f} tokens/s" if tokens else f"{count / seconds:,.1f} {unit}/s"
    left = max(0, round(seconds / count * (total - count)))
    hours, minutes = divmod(left // 60, 60)
    clock = f"{hours}:{minutes:02}:{left % 60:02}" if hours else f"{minutes}:{left % 60:02}"
    return f"{count:,} of {total:,}, {rate}, {clock} left"
