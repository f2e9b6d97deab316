"""Comparisons of exams for a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vgpt2.exam.artefacts import RateFigures
from vgpt2.exam.verdict.results import Exam

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = ("right", "hallucination", "false_refusal", "right_refusal", "syntax", "asked_back", "false_ask")


def show(exams: Sequence[Exam], found: dict, verbose: bool = False) -> None:
    """Print the exams as a table, the tests between them, what was gained and lost, targets, and the reasons.

    Args:
        found: a gate or a regression, with what `compare_all` gives where there are more than two exams.
        verbose: each question that was gained or lost with its text and both outcomes.
    """
    from rich.console import Console

    console = Console(width=None if os.isatty(1) else 120, highlight=False, markup=False)
    console.print(_rates(exams, found))
    if len(found.get("comparisons", ())) > 1:
        console.print(_tests(found["comparisons"]))
        console.print(found["note"], soft_wrap=True)
    if "targets" in found:
        console.print(_targets(found["targets"]))
    for change in ("gained", "lost"):
        items = [item for item in found["changed"] if item["change"] == change]
        console.print(f"{change}: {', '.join(item['id'] for item in items) or 'none'}", soft_wrap=True)
        for item in items if verbose else ():
            console.print(f"  {item['id']}: {item['earlier']} -> {item['new']}: {item['question']}", soft_wrap=True)
    for reason in found["reasons"]:
        console.print(f"- {reason}", soft_wrap=True)


def _rates(exams: Sequence[Exam], found: dict) -> Table:
    from rich.table import Table

    table = Table("", *(exam.name for exam in exams))
    for category, test in found["categories"].items():
        results = [exam.result["categories"].get(category) for exam in exams]
        right = (found["right"] if found else "-" for found in results)
        table.add_row(category, *(f"{count}/{test['questions']}" for count in right))
    table.add_section()
    for name in SHOWN:
        table.add_row(name, *(_rate(exam.result["rates"].get(name)) for exam in exams))
    return table


def _rate(rate: RateFigures | None) -> str:
    if not rate:
        return "-"
    low, high = rate["interval"]
    return f"{rate['count']}/{rate['of']} ({rate['rate']:.0%}, {low:.0%}-{high:.0%})"


def _tests(comparisons: Sequence[dict]) -> Table:
    from rich.table import Table

    table = Table("new", "against", "gained", "lost", "difference", "p", "p (Holm)")
    for item in comparisons:
        counts = (str(item["gained"]), str(item["lost"]))
        table.add_row(item["new"], item["earlier"], *counts, _points(item), f"{item['p']:.2g}", f"{item['p_holm']:.2g}")
    return table


def _points(item: dict) -> str:
    value, interval = item["difference"]["value"], item["difference"]["interval"]
    if not interval:
        return f"{100 * value:+.1f}"
    return f"{100 * value:+.1f} ({100 * interval[0]:+.1f} to {100 * interval[1]:+.1f})"


def _targets(targets: Sequence[dict]) -> Table:
    from rich.table import Table

    table = Table("the exported model", "asked for", "reached", "")
    for row in targets:
        interval = f" ({row['interval'][0]:.0%} to {row['interval'][1]:.0%})" if row["interval"] else ""
        table.add_row(
            row["name"], row["words"], f"{row['rate']:.1%}{interval}", row["but"] or ("yes" if row["met"] else "no")
        )
    return table
