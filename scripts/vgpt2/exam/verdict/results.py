"""Exam results as files: read, checked, told apart by a label, found in their further modes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from vgpt2.errors import UserError
from vgpt2.exam.artefacts import ExamResult, QuestionResult
from vgpt2.exam.model import CATEGORIES, OUTCOMES, RIGHT
from vgpt2.exam.verdict.artefacts import Override
from vgpt2.exam.verdict.conditions import differs
from vgpt2.exam.verdict.evidence import carried_of
from vgpt2.exam.verdict.recount import counted, damage, otherwise
from vgpt2.files import read_json

# The form of a result file; one without the field is of the first, which held the times of the exam too.
FORMAT: Final = 2
READ: Final = (1, FORMAT)
# What is read of a result.
RATES = ("right", "hallucination", "false_refusal")
QUESTION = ("id", "category", "outcome")


@dataclass(slots=True)
class Exam:
    """An exam result and the file that it is from.

    `overrides`: by which its model was promoted, and those before it; `carried`: the level that it hands to the next
    gate (both of the gate file that named this exam). `notes`: where the file states other figures than its questions.
    `label`: its name beside others, where its own would not tell them apart.
    """

    path: Path
    result: ExamResult
    overrides: list[Override] = field(default_factory=list)
    label: str = ""
    carried: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The label, else the file's name without its suffix: `sft`."""
        return self.label or self.path.stem

    @property
    def mode(self) -> str:
        """What the prompts showed: `schema`, `gold_schema` or `memory`."""
        return self.result.get("mode") or "schema"

    @property
    def questions(self) -> dict[str, QuestionResult]:
        """The questions by id."""
        return {question["id"]: question for question in self.result["questions"]}

    @property
    def right(self) -> dict[str, bool]:
        """Whether each question was answered right, by id."""
        return {question["id"]: question["outcome"] in RIGHT for question in self.result["questions"]}

    @property
    def right_count(self) -> int:
        """How many were answered right."""
        return sum(self.right.values())

    def rate(self, name: str) -> float:
        """One of the rates, 0 to 1."""
        return self.result["rates"][name]["rate"]


def read_exam(path: Path) -> Exam:
    """An exam result; a gate file stands for the exam of the model that it promoted.

    Its figures are counted from its questions; where the file states others, a note says so.

    Raises:
        UserError: missing, cut off, damaged, of another version, or neither of the two.
    """
    value = _read(path)
    overrides: list[Override] = []
    carried = 0.0
    if "verdict" in value and value.get("exam"):
        overrides, carried = list(value.get("overrides") or ()), carried_of(value)
        path = Path(os.path.normpath(Path(path).parent / str(value["exam"])))
        value = _read(path)
    form = value.get("format", READ[0])
    if form not in READ:
        raise UserError(f"{path}: an exam result of format {form!r}, and this version reads {FORMAT}; examine it again")
    if lacks := _lacks(value):
        raise UserError(f"{path}: not an exam result (no '{lacks}'); run run_validation.py again")
    if fault := _fault(value["questions"]):
        raise UserError(f"{path}: {fault}; run run_validation.py again")
    if fault := damage(value):
        raise UserError(f"{path}: damaged: {fault}; run run_validation.py again, its answers are kept")
    figures = counted(value["questions"])
    note = otherwise(value["rates"], figures["rates"])
    # What is needed of it has been looked at.
    result = cast(ExamResult, value | figures)
    return Exam(Path(path), result, overrides, carried=carried, notes=[f"{path} {note}"] if note else [])


def _read(path: Path) -> dict:
    """The object of a JSON file; an empty one, which lacks everything, where it holds none."""
    try:
        value = read_json(path)
        return value if isinstance(value, dict) else {}
    except UserError as error:
        advice = "is it cut off? run run_validation.py again, its answers are kept" if Path(path).exists() else ""
        raise UserError(f"{error}; {advice}" if advice else str(error)) from None


def _lacks(value: dict) -> str:
    """The first thing that an exam result has and this one has not, or an empty string."""

    def first(found: object, keys: Sequence[str], within: str = "") -> str:
        return next((f"{within}{key}" for key in keys if not isinstance(found, dict) or key not in found), "")

    if lacks := first(value, ("model", "suite_hash", "rates", "questions", "categories")):
        return lacks
    rates = value["rates"] if isinstance(value["rates"], dict) else {}
    for name in RATES:
        rate = rates.get(name, {})
        if lacks := first(rate, ("rate", "count", "of"), f"rates.{name}."):
            return lacks
        if bad := next((key for key in ("rate", "count", "of") if not isinstance(rate[key], (int, float))), ""):
            return f"rates.{name}.{bad}"
    if not isinstance(value["questions"], list) or not value["questions"]:
        return "questions"
    found = (first(question, QUESTION, f"questions[{n}].") for n, question in enumerate(value["questions"]))
    return next(filter(None, found), "")


def _fault(questions: Sequence[dict]) -> str:
    """What is wrong with the questions of a result, or an empty string."""
    twice = [key for key, count in Counter(question["id"] for question in questions).items() if count > 1]
    if twice:
        return f"the question {twice[0]!r} is in it twice"
    for question in questions:
        for name, known in (("category", CATEGORIES), ("outcome", OUTCOMES)):
            if question[name] not in known:
                return f"question {question['id']}: unknown {name} {question[name]!r}"
    return ""


def check_comparable(exams: Sequence[Exam]) -> None:
    """Raises: UserError: the exams are not of the same questions, not in the same mode, or not under the same
    conditions; says what differs."""
    first = exams[0]
    for other in exams[1:]:
        check_same_suite(first, other)
        if first.mode != other.mode:
            raise UserError(
                f"{other.path}: an exam in mode {other.mode}, and {first.path} is in mode {first.mode}; compare two "
                "of one mode"
            )


def check_same_suite(first: Exam, other: Exam) -> None:
    """Raises: UserError: the two exams are not of the same questions, or not under the same conditions (the mode may
    be another)."""
    if first.result["suite_hash"] != other.result["suite_hash"] or set(first.right) != set(other.right):
        raise UserError(
            f"{other.path}: an exam of another suite ({len(other.right)} questions) than {first.path} "
            f"({len(first.right)} questions); examine both on one suite"
        )
    if what := differs(first.result, other.result, str(first.path)):
        raise UserError(f"{other.path}: {what}")


def further_exam(exam: Exam, mode: str) -> Exam:
    """The exam of the same model in another mode: `sft.memory.json` beside `sft.json`.

    Raises:
        UserError: it is not there, of another suite, or not in that mode.
    """
    path = exam.path.with_name(f"{exam.path.stem}.{mode}.json")
    if not path.exists():
        raise UserError(
            f"{path}: no such file; the gate wants {exam.name} in mode {mode} too: run run_validation.py --mode {mode}"
        )
    found = read_exam(path)
    if found.mode != mode:
        raise UserError(f"{path}: an exam in mode {found.mode}; its name says {mode}")
    check_same_suite(exam, found)
    found.label = exam.name
    return found


def label(exams: Sequence[Exam]) -> None:
    """Give each exam a label of its own: its file's name, with as many of its folders as tell it from the others."""
    different = len({exam.path for exam in exams})
    for depth in range(1, max(len(exam.path.parts) for exam in exams) + 1):
        names = ["/".join((*exam.path.parts[-depth:-1], exam.path.stem)) for exam in exams]
        counts = Counter(names)
        if len(counts) == different:
            break
    seen: Counter = Counter()
    for exam, name in zip(exams, names, strict=True):
        seen[name] += 1
        # The same file twice.
        exam.label = name if counts[name] == 1 else f"{name}#{seen[name]}"
