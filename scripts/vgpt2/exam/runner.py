"""Examines a model: asks, keeps every answer as it comes, grades them all, adds them up."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.exam.ask import ask
from vgpt2.exam.backends import Backend
from vgpt2.exam.grade import Grader
from vgpt2.exam.model import Grade, Question
from vgpt2.exam.prompts import Prompt, build_prompt
from vgpt2.exam.results import FORMAT
from vgpt2.exam.summary import summary
from vgpt2.files import digest, write_json
from vgpt2.settings import Profile

PACKAGES = ("torch", "transformers", "sqlglot", "duckdb", "scipy")


def make_prompts(catalog: Catalog, questions: Sequence[Question], profile: Profile, mode: str) -> list[Prompt]:
    """The prompts of a suite, in its order."""
    from vgpt2.catalog.retrieval import Retriever
    from vgpt2.tsql.check import check

    retriever = Retriever(catalog)

    def prompt(question: Question) -> Prompt:
        gold = question.gold.sql if mode == "gold_schema" else ()
        columns = [column for sql in gold for column in check(sql, catalog).columns]
        return build_prompt(catalog, retriever, question.question, profile, mode, question.tables, columns)

    return [prompt(question) for question in questions]


def grade_all(catalog: Catalog, questions: Sequence[Question], answers: dict[str, str]) -> list[Grade]:
    """The grades, in the suite's order; a question without an answer is `empty`."""
    with Grader(catalog) as grader:
        return [grader.grade(question, answers.get(question.id, "")) for question in questions]


def suite_hash(questions: Sequence[Question]) -> str:
    """A hash of the questions and their golds: two exams can be compared where it is the same."""
    return digest([asdict(question) for question in questions])


def lineage_of(model: str) -> list[dict]:
    """The stages that made a model: its `lineage.json` where there is one, else itself."""
    from vgpt2.files import read_json

    path = Path(model) / "lineage.json"
    if path.exists():
        found = read_json(path)
        found = found.get("lineage", found) if isinstance(found, dict) else found
        if isinstance(found, list):
            return found
    return [{"stage": Path(model).name, "model": model}]


def examine(
    backend: Backend,
    catalog: Catalog,
    questions: Sequence[Question],
    profile: Profile,
    output: Path,
    mode: str = "",
) -> dict:
    """Ask, grade and write `output`; returns the result.

    Raises:
        UserError: the suite is of another catalog: a table of its golds is not there.
    """
    mode = mode or profile.exam.mode
    for question in questions:
        if lost := next((name for name in question.tables if name not in catalog.by_qualified), ""):
            raise UserError(
                f"question {question.id}: {lost} is not in the catalog; build the suite again from this catalog"
            )
    answers, figures = ask(backend, questions, make_prompts(catalog, questions, profile, mode), output)
    started = time.perf_counter()
    grades = grade_all(catalog, questions, answers)
    result = {
        "format": FORMAT,
        "model": backend.model,
        "lineage": lineage_of(backend.model),
        "fingerprint": backend.fingerprint,
        "template_hash": backend.template_hash,
        "suite_hash": suite_hash(questions),
        "mode": mode,
        "settings": profile.exam.model_dump() | {"mode": mode, "schema_columns": profile.data.schema_columns},
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        **figures,
        "grading_seconds": round(time.perf_counter() - started, 1),
        **summary(questions, grades, answers),
    }
    write_json(output, result)
    return result


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
