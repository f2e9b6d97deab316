"""Examines a model: asks, keeps every answer as it comes, grades them all, adds them up."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.catalog.store import text as catalog_text
from vgpt2.errors import UserError
from vgpt2.exam.artefacts import ExamResult
from vgpt2.exam.ask import ask, recall
from vgpt2.exam.grading.denied import names_asked
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.grading.version import grader_version
from vgpt2.exam.judge import add_opinions
from vgpt2.exam.model import Grade, Question
from vgpt2.exam.times import times_of, write_times
from vgpt2.exam.verdict.agreement import add_agreement
from vgpt2.exam.verdict.results import FORMAT
from vgpt2.exam.verdict.summary import summary
from vgpt2.files import digest, write_json
from vgpt2.inference.backends import Backend, Recorded
from vgpt2.inference.progress import shown
from vgpt2.inference.prompts import Prompt, build_prompt
from vgpt2.settings import Profile

PACKAGES = ("llamafactory", "peft", "torch", "transformers", "openai", "sqlglot", "duckdb", "scipy")


def make_prompts(catalog: Catalog, questions: Sequence[Question], profile: Profile, mode: str) -> list[Prompt]:
    """The prompts of a suite, in its order."""
    from vgpt2.catalog.retrieval import Retriever
    from vgpt2.tsql.check.check import check

    retriever = Retriever.of(catalog)

    def prompt(question: Question) -> Prompt:
        gold = question.gold.sql if mode == "gold_schema" else ()
        columns = [column for sql in gold for column in check(sql, catalog).columns]
        return build_prompt(catalog, retriever, question.question, profile, mode, question.tables, columns)

    return [prompt(question) for question in questions]


def grade_all(grader: Grader, questions: Sequence[Question], answers: dict[str, str]) -> list[Grade]:
    """The grades, in the suite's order; a question without an answer is `empty`."""
    grades = [
        grader.grade(question, answers.get(question.id, "")) for question in shown(questions, len(questions), "grading")
    ]
    by_id = {question.id: question for question in questions}
    for question, grade in zip(questions, grades, strict=True):
        answer = answers.get(question.id, "")
        same = answer.strip() == answers.get(question.twin, "").strip()
        names_it = any(name in answer for name in names_asked(question))
        if grade.right and question.twin in by_id and same and not names_it:
            # Twins are of opposite polarity: "Yes." to both, or "It does not exist.", tells nothing of either.
            grade.outcome, grade.judged = "wrong", "words"
            grade.why = f"the same answer as to its twin {question.twin}, to which the opposite is right"
    return grades


def suite_hash(questions: Sequence[Question]) -> str:
    """A hash of the questions and their golds: two exams can be compared where it is the same."""
    return digest([asdict(question) for question in questions])


def catalog_hash(catalog: Catalog) -> str:
    """A hash of all that the catalog says."""
    return digest(catalog_text(catalog))


def lineage_of(model: str) -> list[dict[str, str]]:
    """The stages that made a model: its `lineage.json` where there is one, else itself."""
    from vgpt2.files import read_json

    path = Path(model) / "lineage.json"
    if path.exists():
        found = read_json(path)
        found = found.get("lineage", found) if isinstance(found, dict) else found
        if isinstance(found, list):
            return found
    return [{"stage": Path(model).name, "model": model}]


def check_golds(rows: Rows, questions: Sequence[Question]) -> None:
    """A suite of another catalog, or an older one, is not examined on: its golds must be there and resolve.

    Raises:
        UserError: a table or a query of a gold is not of this catalog; names the question.
    """
    advice = "build the suite again from this catalog"
    for question in questions:
        if lost := next((name for name in question.tables if name not in rows.catalog.by_qualified), ""):
            raise UserError(f"question {question.id}: {lost} is not in the catalog; {advice}")
        for sql in question.gold.sql:
            if fault := rows.query(sql).invalid:
                raise UserError(f"question {question.id}: its gold does not resolve ({fault.message}); {advice}")


def examine(
    backend: Backend | Recorded,
    catalog: Catalog,
    questions: Sequence[Question],
    profile: Profile,
    output: Path,
    mode: str = "",
    only_failed: str = "",
    judge: Backend | None = None,
) -> ExamResult:
    """Ask, grade and write `output`, and its times beside it; returns the result.

    The result of the same answers is the same bytes, however long they and their grading took.

    Args:
        mode: what the prompts show; empty: the profile's first.
        only_failed: the earlier result whose failed questions these are, for the record.
        judge: reads the answers in prose; what it says stands beside the grades.

    Raises:
        UserError: the suite is of another catalog; the backend fails; the disk is full.
    """
    mode = mode or profile.exam.modes[0]
    prompts: list[Prompt] = []
    with Grader(catalog) as grader:
        check_golds(grader.rows, questions)
        if isinstance(backend, Recorded):
            answers, figures = recall(backend, questions)
        else:
            prompts = make_prompts(catalog, questions, profile, mode)
            answers, figures = ask(backend, questions, prompts, output)
        started = time.perf_counter()
        grades = grade_all(grader, questions, answers)
        seconds = time.perf_counter() - started
    settings = profile.exam.model_dump(exclude={"modes"}) | {"schema_columns": profile.data.schema_columns}
    result: ExamResult = {
        "format": FORMAT,
        "model": backend.model,
        "lineage": lineage_of(backend.model),
        "fingerprint": backend.fingerprint,
        "template_hash": backend.template_hash,
        "suite_hash": suite_hash(questions),
        "catalog": catalog_hash(catalog),
        "grader": grader_version(),
        "only_failed": only_failed,
        "mode": mode,
        "settings": settings | {"decode": "free"} | backend.settings | {"mode": mode},
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "tokens": figures["tokens"],
        "prompt_tokens": figures["prompt_tokens"],
        **summary(questions, grades, answers, prompts),
    }
    add_notes(result, figures["notes"])
    add_agreement(result, figures["agreed"], figures["again"])
    write_times(output, times_of(figures, seconds))
    if judge:
        write_json(output, result)  # whatever becomes of the judge
        add_opinions(judge, questions, result, output)
    write_json(output, result)
    return result


def add_notes(result: ExamResult, notes: dict[str, str]) -> None:
    """Put into a result why answers were not bounded where they were to be; `notes`: by question."""
    for row in result["questions"]:
        if note := notes.get(row["id"]):
            row["note"] = note
    if notes:
        result["notes"] = dict(Counter(notes.values()))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
