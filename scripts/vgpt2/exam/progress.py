"""How far an exam is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator


def shown(answers: Iterator, total: int) -> Iterator:
    """The same answers, with a progress bar on a terminal and a line a minute elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

        columns = ("exam", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            yield from progress.track(answers, total=total)
        return
    said = started = time.perf_counter()
    for count, answer in enumerate(answers, 1):
        now = time.perf_counter()
        if now - said >= 60:
            said = now
            print(f"exam: {count} of {total} answered in {now - started:.0f} s", file=sys.stderr, flush=True)
        yield answer
