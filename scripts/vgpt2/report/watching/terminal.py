"""Curves in a terminal: a line a figure, with its first, lowest or highest, and last value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vgpt2.report.watching.curves import Curves, Points

if TYPE_CHECKING:
    from rich.table import Table

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 48


def sparkline(points: Points, width: int = WIDTH) -> str:
    """The values of a curve as bars between the least and the greatest, means of as many as fall into one sign; a
    value that is no number is an x.

    >>> sparkline([(1, 0.0), (2, 0.5), (3, 1.0), (4, float("nan"))])
    '▁▅█x'
    """
    values = [value for _, value in points]
    count = min(width, len(values))
    parts = [values[at * len(values) // count : (at + 1) * len(values) // count] for at in range(count)]
    means = [sum(part) / len(part) for part in parts]
    finite = [mean for mean in means if math.isfinite(mean)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    span = high - low or 1.0
    return "".join(
        BARS[min(len(BARS) - 1, int((mean - low) / span * len(BARS)))] if math.isfinite(mean) else "x" for mean in means
    )


def table(stages: list[Curves], width: int = WIDTH) -> Table:
    """All stages that have begun, one below the other."""
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(4):
        shown.add_column(no_wrap=True)
    for stage in stages:
        shown.add_row(f"[bold]{stage.stage.upper()}[/]", "", "", stage.progress)
        for name, points in stage.series.items():
            first, last = points[0][1], points[-1][1]
            shown.add_row(f"  {name.replace('_', ' ')}", f"{first:.4g}", f"{last:.4g}", sparkline(points, width))
    return shown
