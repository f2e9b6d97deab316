"""How far an exam is: a bar on a terminal, a line a minute elsewhere, both with rate and time left."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

Item = TypeVar("Item")
EVERY = 60.0  # seconds between two lines


def shown(items: Iterable[Item], total: int, label: str = "exam", console: Console | None = None) -> Iterator[Item]:
    """The same items, with their progress on `console` (default: standard error)."""
    console = console or Console(stderr=True)
    started = said = time.perf_counter()
    tokens = 0
    # transient: the closing line of the step says what is worth keeping
    bar = Progress(
        TextColumn(label),
        BarColumn(),
        TextColumn("{task.fields[pace]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(label, total=total, pace=f"0 of {total}")
        for count, item in enumerate(items, 1):
            now = time.perf_counter()
            tokens += getattr(item, "tokens", 0)
            text = pace(count, total, tokens, now - started)
            bar.update(task, completed=count, pace=text)
            if not console.is_terminal and now - said >= EVERY:
                said = now
                console.print(f"{label}: {text}", highlight=False, soft_wrap=True)
            yield item


def pace(count: int, total: int, tokens: int, seconds: float) -> str:
    """`12 of 50, 45 tokens/s, 0:35 left`; answers a second where tokens are not known.

    >>> pace(12, 50, 540, 12.0)
    '12 of 50, 45 tokens/s, 0:38 left'
    """
    seconds = max(seconds, 1e-9)
    rate = f"{tokens / seconds:,.0f} tokens/s" if tokens else f"{count / seconds:,.1f} answers/s"
    left = round(seconds / count * (total - count))
    hours, minutes = divmod(left // 60, 60)
    clock = f"{hours}:{minutes:02}:{left % 60:02}" if hours else f"{minutes}:{left % 60:02}"
    return f"{count} of {total}, {rate}, {clock} left"
