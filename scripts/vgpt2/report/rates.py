"""The rates of the exams as rows of a table, with the review's targets beside them."""

from __future__ import annotations

from typing import Any

from vgpt2.exam.artefacts import RateFigures
from vgpt2.exam.verdict.statistics import wilson
from vgpt2.exam.verdict.targets import LESS_IS_BETTER, TARGETS, V2_RIGHT, judge
from vgpt2.report.words import word

# In the order of the table; whether more is better.
RATES = {
    "right": True,
    "hallucination": False,
    "false_refusal": False,
    "right_refusal": True,
    "syntax": True,
    "house": True,
    "asked_back": True,
    "false_ask": False,
}
# Component scores of a query against the nearest gold.
PARTS = ("tables", "joins", "filters", "grouping", "house")


def target_words(name: str) -> str:
    """`at least 90 %`, `under 5 %`; empty for a rate without a target."""
    if name not in TARGETS:
        return ""
    return f"{'under' if name in LESS_IS_BETTER else 'at least'} {100 * TARGETS[name]:g} %"


def rate_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """One row a rate: `title`, `says`, `target` in words, `beat` (what the pipeline before this one reported, or None)
    and its values by stage, each with interval, `met` (the review's target is reached; None: no mark) and `but` (why
    there is none)."""
    rows = []
    for name, more_is_better in RATES.items():
        cells = {}
        for stage, exam in exams.items():
            rate = exam["rates"].get(name)
            if rate and rate["of"]:
                cells[stage] = {**rate, **judge(name, rate, exam.get("outcomes", {}))}
        if cells:
            rows.append(
                {
                    **_called("rates", name),
                    "target": target_words(name),
                    "beat": V2_RIGHT if name == "right" else None,
                    "good": more_is_better,
                    "cells": cells,
                }
            )
    return rows


def category_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """One row a category of questions: its rates by stage."""
    names = dict.fromkeys(name for exam in exams.values() for name in exam["categories"])
    return [
        {
            **_called("categories", name),
            "cells": {stage: exam["categories"][name] for stage, exam in exams.items() if name in exam["categories"]},
        }
        for name in names
    ]


def part_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """One row a component of the queries: how many have it right, of those that were scored on it."""
    rows = []
    for name in PARTS:
        cells = {stage: scores[name] for stage, exam in exams.items() if name in (scores := parts(exam))}
        if cells:
            rows.append({**_called("parts", name), "cells": cells})
    return rows


def parts(exam: dict) -> dict[str, RateFigures]:
    """The component scores of one exam as rates; empty for a result of an older version."""
    counts = exam.get("parts") or {}
    return {name: wilson(counts[name]["right"], counts[name]["of"]).to_json() for name in PARTS if name in counts}


def _called(kind: str, name: str) -> dict[str, str]:
    called = word(kind, name)
    return {"name": name, "title": called.title, "says": called.says}
