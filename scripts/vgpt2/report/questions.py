"""The questions of an exam with the answers of every stage side by side, as the page shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from vgpt2.report.sql_diff import closest

QUERY = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
# What an answer has beside its outcome; a result of an older version lacks some of it.
ANSWER = ("response", "why", "sql", "parts", "house", "rows")


def question_rows(exams: dict[str, dict]) -> list[dict[str, Any]]:
    """Every question, in the order of the suite.

    Returns:
        rows of `id`, `category`, `question`, `golds` (all gold queries, or the one answer as text) and `answers` by
        stage: `outcome`, what there is of ANSWER, `diff` (see `sql_diff.closest`) to the gold with the place
        `gold`, and `prompt` where it is not the row's. `table`, `prompt`, `gold_rows` where there is one.
    """
    rows: dict[str, dict] = {}
    for stage, exam in exams.items():
        for question in exam["questions"]:
            row = rows.setdefault(question["id"], _row(question))
            for key in ("table", "prompt", "gold_rows"):
                if question.get(key):
                    row.setdefault(key, question[key])
            row["answers"][stage] = _answer(question, row)
    return list(rows.values())


def before(exams: Sequence[str], gates: dict[str, dict]) -> dict[str, str]:
    """The stage that each one is compared with: that of its gate, else the one before."""
    found = {}
    for place, stage in enumerate(exams):
        earlier = gates.get(stage, {}).get("earlier") or {}
        name = PurePath(str(earlier.get("exam", ""))).stem
        if name in exams and name != stage:
            found[stage] = name
        elif place:
            found[stage] = exams[place - 1]
    return found


def _row(question: dict) -> dict[str, Any]:
    golds = question.get("golds") or [question.get("gold", "")]
    return {
        "id": question["id"],
        "category": question["category"],
        "question": question.get("question") or question["id"],
        "golds": [gold for gold in golds if gold],
        "answers": {},
    }


def _answer(question: dict, row: dict) -> dict[str, Any]:
    answer = {"outcome": question["outcome"]}
    answer |= {key: question[key] for key in ANSWER if question.get(key)}
    queries = [gold for gold in row["golds"] if QUERY.match(gold)]
    if queries and answer.get("sql"):
        place, answer["diff"] = closest(queries, answer["sql"])
        answer["gold"] = row["golds"].index(queries[place])
    if question.get("prompt", "") not in ("", row.get("prompt")):
        answer["prompt"] = question["prompt"]
    return answer
