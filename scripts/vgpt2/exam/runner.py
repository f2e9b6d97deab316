"""Examines a model: asks, keeps every answer as it comes, grades them all, adds them up."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.exam.backends import Backend
from vgpt2.exam.grade import Grader
from vgpt2.exam.model import CATEGORIES, OUTCOMES, RIGHT, Grade, Question
from vgpt2.exam.prompts import Prompt, build_prompt
from vgpt2.exam.results import FORMAT
from vgpt2.exam.statistics import wilson
from vgpt2.files import digest, disk_full, write_json, write_jsonl
from vgpt2.settings import Profile

PACKAGES = ("torch", "transformers", "sqlglot", "duckdb", "scipy")


def answers_path(output: Path) -> Path:
    """`exam/sft.json` has its answers in `exam/sft.answers.jsonl`."""
    return output.with_suffix(".answers.jsonl")


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


def ask(
    backend: Backend, questions: Sequence[Question], prompts: Sequence[Prompt], output: Path
) -> tuple[dict[str, str], dict]:
    """The answers by question id, and figures (`seconds`, `tokens`, `asked`).

    Answers are appended to `answers_path(output)` as they come. Answers that are there already, from the same model to
    the same prompt, are not asked for again, so an exam that was cut off goes on.

    Raises:
        UserError: the disk is full.
    """
    path = answers_path(output)
    keys = [digest([backend.fingerprint, backend.template_hash, asdict(prompt)]) for prompt in prompts]
    kept = _kept(path, set(keys))
    todo = [index for index, key in enumerate(keys) if key not in kept]
    # whole or not at all, so that a kill here loses none of them; then more are appended
    write_jsonl(path, kept.values())
    started, tokens = time.perf_counter(), 0
    with disk_full(path), path.open("a", encoding="utf-8", newline="\n") as handle:
        for answer in _shown(backend.answer([prompts[index] for index in todo]), len(todo)):
            index = todo[answer.index]
            row = {"id": questions[index].id, "key": keys[index], "response": answer.text, "tokens": answer.tokens}
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
            handle.flush()
            kept[keys[index]] = row
            tokens += answer.tokens
    seconds = time.perf_counter() - started
    # Two questions with one prompt share one answer.
    answers = {question.id: kept[key]["response"] for question, key in zip(questions, keys, strict=True)}
    figures = {"seconds": round(seconds, 1), "tokens": tokens, "asked": len(todo)}
    figures["tokens_per_second"] = round(tokens / seconds, 1) if seconds > 0 else 0.0
    return answers, figures


def _kept(path: Path, wanted: set[str]) -> dict[str, dict]:
    """The answers of an earlier try, by key; a line that was cut off is left out."""
    kept: dict[str, dict] = {}
    if not path.exists():
        return kept
    with path.open(encoding="utf-8", errors="replace") as handle:
        for line in handle:
            try:
                row = json.loads(line)
                if row["key"] in wanted and isinstance(row["response"], str):
                    kept[row["key"]] = row
            except (ValueError, KeyError, TypeError):
                continue
    return kept


def _shown(answers: Iterator, total: int) -> Iterator:
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


def grade_all(catalog: Catalog, questions: Sequence[Question], answers: dict[str, str]) -> list[Grade]:
    """The grades, in the suite's order; a question without an answer is `empty`."""
    with Grader(catalog) as grader:
        return [grader.grade(question, answers.get(question.id, "")) for question in questions]


def summary(questions: Sequence[Question], grades: Sequence[Grade], answers: dict[str, str]) -> dict:
    """What the grades add up to: `outcomes`, `categories`, `rates` with Wilson intervals, `house`, `questions`."""
    outcomes = Counter(grade.outcome for grade in grades)
    categories = {}
    for category in CATEGORIES:
        of = [grade for question, grade in zip(questions, grades, strict=True) if question.category == category]
        if of:
            counts = Counter(grade.outcome for grade in of)
            right = wilson(sum(grade.right for grade in of), len(of))
            categories[category] = {
                "questions": len(of),
                "right": right.count,
                "rate": round(right.value, 4),
                "interval": right.to_json()["interval"],
                "outcomes": {name: counts[name] for name in OUTCOMES if counts[name]},
            }
    return {
        "outcomes": {name: outcomes[name] for name in OUTCOMES},
        "rates": {name: rate.to_json() for name, rate in rates(questions, grades).items()},
        "categories": categories,
        "house": dict(sorted(Counter(rule for grade in grades for rule in grade.house).items())),
        "questions": [
            {
                "id": question.id,
                "category": question.category,
                "outcome": grade.outcome,
                "response": answers.get(question.id, ""),
                "why": grade.why,
                "question": question.question,
                "gold": question.gold.sql[0] if question.gold.sql else question.gold.answer,
                "sql": grade.sql,
                "house": grade.house,
            }
            for question, grade in zip(questions, grades, strict=True)
        ],
    }


def rates(questions: Sequence[Question], grades: Sequence[Grade]) -> dict:
    """`right` and `hallucination` over all questions, `false_refusal` over the answerable ones, `right_refusal` over
    the others, `syntax` over the answers that should hold SQL, `house` over the right ones among them: no rule
    broken."""
    pairs = list(zip(questions, grades, strict=True))
    answerable = [grade for question, grade in pairs if question.answerable]
    refusable = [grade for question, grade in pairs if not question.answerable]
    sql = [grade for grade in grades if grade.parses is not None]
    right_sql = [grade for grade in sql if grade.outcome == "right"]

    def share(of: Sequence[Grade], test) -> object:
        return wilson(sum(map(test, of)), len(of))

    return {
        "right": share(grades, lambda grade: grade.outcome in RIGHT),
        "hallucination": share(grades, lambda grade: grade.outcome == "hallucinated_object"),
        "false_refusal": share(answerable, lambda grade: grade.outcome == "false_refusal"),
        "right_refusal": share(refusable, lambda grade: grade.outcome == "right_refusal"),
        "syntax": share(sql, lambda grade: bool(grade.parses)),
        "house": share(right_sql, lambda grade: not grade.house),
    }


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
