"""What an owner put right becomes training data, exam questions and word hints; no question is in both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.catalog.lookup import exists
from vgpt2.catalog.model import Catalog
from vgpt2.files import digest, write_json, write_text
from vgpt2.records.prompt import fenced, schema_text, system_prompt
from vgpt2.serving.use.review import Case
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.execute import Engine
from vgpt2.tsql.skeleton import skeleton

# Of the queries so many in a hundred go to the exam.
TO_EXAM = 30
FILES = ("extra/answers.json", "questions.json", "also_called.yaml")


@dataclass(slots=True)
class Taken:
    """`rows`: Alpaca rows for EXTRA; `questions`: for the curated suite; `hints`: by what they mean the words, for the
    database's YAML; `refused`: a line for each thing that is not proved, and why."""

    rows: list[dict[str, str]] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    hints: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def take_in(found: Sequence[Case], catalog: Catalog) -> Taken:
    """Prove what the owner put in and part it. Queries of one form go to one side, so that no question of the exam is
    a training question in other words."""
    taken = Taken()
    with Engine(catalog, 1) as engine:
        for number, case in enumerate(found, 1):
            if case.sql.strip():
                _take(case, f"case {number} ({case.question[:60]})", catalog, engine, taken)
            for words, name in case.words.items():
                if exists(catalog, name):
                    taken.hints.setdefault(name, []).append(words)
                else:
                    taken.refused.append(f"case {number}: there is no {name} in this catalog; {words!r} is left out")
    return taken


def _take(case: Case, where: str, catalog: Catalog, engine: Engine, taken: Taken) -> None:
    sql = case.sql.strip().rstrip(";")
    verdict = check(sql, catalog)
    if not verdict.clean or verdict.tree is None:
        reason = verdict.findings[0].message if verdict.findings else verdict.status
        taken.refused.append(f"{where}: the SQL is not proved: {reason}")
        return
    result = engine.run(sql)
    if result.status == "error":
        taken.refused.append(f"{where}: the SQL does not run on made rows: {result.message}")
        return
    if int(digest(skeleton(verdict.tree)), 16) % 100 < TO_EXAM:
        name = f"use-{digest(case.question.lower().split())}"
        taken.questions.append({"id": name, "category": "business", "question": case.question, "sql": sql})
        return
    shown = schema_text(catalog, verdict.tables, verdict.columns, question=case.question)
    taken.rows.append(
        {"instruction": case.question, "input": shown, "output": fenced(sql), "system": system_prompt(catalog)}
    )


def write_taken(folder: Path, taken: Taken) -> list[Path]:
    """Write what there is; returns the files."""
    hints = "".join(f"  {name}: {json.dumps(words)}\n" for name, words in sorted(taken.hints.items()))
    written = []
    for name, content in zip(FILES, (taken.rows, taken.questions, hints and f"also_called:\n{hints}"), strict=True):
        if not content:
            continue
        path = folder / name
        if isinstance(content, str):
            write_text(path, content)
        else:
            write_json(path, content)
        written.append(path)
    return written
