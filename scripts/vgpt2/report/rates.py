"""The rates of the exams as rows of a table, with the review's targets beside them."""

from __future__ import annotations

from typing import Any

from vgpt2.exam.artefacts import RateFigures
from vgpt2.exam.verdict.statistics import wilson
from vgpt2.exam.verdict.targets import judge

# Rate by name: title, whether more is better, and the review's target in words.
RATES = {
    "right": ("Right", True, "at least 90 % (version 2: 64 %)"),
    "hallucination": ("Hallucinated an object", False, "under 5 %"),
    "false_refusal": ("Refused what exists", False, ""),
    "right_refusal": ("Refused what does not exist", True, ""),
    "syntax": ("SQL that parses", True, "at least 99 %"),
    "house": ("Right SQL within the house rules", True, ""),
}
# Component scores of a query against the nearest gold.
PARTS = {
    "tables": "The gold's tables",
    "joins": "Joins with all keys",
    "filters": "Filters",
    "grouping": "Grouping",
    "house": "House rules",
}


def rate_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """One row a rate: its values by stage, each with interval, `met` (the review's target is reached; None: no mark)
    and `but` (why there is none)."""
    rows = []
    for name, (title, more_is_better, target) in RATES.items():
        cells = {}
        for stage, exam in exams.items():
            rate = exam["rates"].get(name)
            if rate and rate["of"]:
                cells[stage] = {**rate, **judge(name, rate, exam.get("outcomes", {}))}
        if cells:
            rows.append({"name": name, "title": title, "target": target, "good": more_is_better, "cells": cells})
    return rows


def category_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """One row a category of questions: its rates by stage."""
    names = dict.fromkeys(name for exam in exams.values() for name in exam["categories"])
    return [
        {
            "name": name,
            "title": name.replace("_", " "),
            "cells": {stage: exam["categories"][name] for stage, exam in exams.items() if name in exam["categories"]},
        }
        for name in names
    ]


def part_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """One row a component of the queries: how many have it right, of those that were scored on it."""
    rows = []
    for name, title in PARTS.items():
        cells = {stage: scores[name] for stage, exam in exams.items() if name in (scores := parts(exam))}
        if cells:
            rows.append({"name": name, "title": title, "cells": cells})
    return rows


def parts(exam: dict) -> dict[str, RateFigures]:
    """The component scores of one exam as rates; empty for a result of an older version."""
    counts = exam.get("parts") or {}
    return {name: wilson(counts[name]["right"], counts[name]["of"]).to_json() for name in PARTS if name in counts}
