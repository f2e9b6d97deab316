"""Which of a model's answers are right, which are proved wrong, and which are neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.model import RIGHT, Question
from vgpt2.exam.suite.shaping import with_data
from vgpt2.inference.progress import shown
from vgpt2.records.answers.answers import find_sql, refuses
from vgpt2.records.proof import Prover
from vgpt2.records.text import text_fault
from vgpt2.training.harvest.questions import Fresh

# What only another order of the rows gives away is proved with regard to it, as `records.proof` and the audit know it.
ORDER = "wrong_order"


@dataclass(slots=True, frozen=True)
class Wrong:
    """A wrong answer: its defect (`own_` and the exam's outcome, or `wrong_order`) and how it is proved worse."""

    answer: str
    defect: str
    worse: str


@dataclass(slots=True, frozen=True)
class Judged:
    """A question with its model's answers, each once, in the order in which they were drawn.

    `right`: as good as the gold by the exam, and clean by the catalog and the house rules. `wrong`: proved. An answer
    that is neither (right rows that break a house rule; wrong, but nothing proves it) is in none.
    """

    fresh: Fresh
    right: tuple[str, ...]
    wrong: tuple[Wrong, ...]


def judge(
    asked: Sequence[Fresh], answers: dict[str, list[str]], grader: Grader, prover: Prover, outcomes: Counter[str]
) -> Iterator[Judged]:
    """Each question with its answers, graded by the exam; `outcomes` counts every answer that was drawn."""
    for item in shown(asked, len(asked), "grading", unit="questions"):
        given = Counter(answers[item.question.id])
        graded = dict(_graded(item, [*given], grader))
        for answer, outcome in graded.items():
            outcomes[outcome] += given[answer]
        sound = {answer: outcome for answer, outcome in graded.items() if not text_fault(answer)}
        good = [answer for answer, outcome in sound.items() if outcome in RIGHT]
        right = tuple(answer for answer in good if proved_right(answer, item, prover))
        wrong = (_wrong(answer, outcome, item, prover) for answer, outcome in sound.items() if outcome not in RIGHT)
        yield Judged(item, right, tuple(one for one in wrong if one))


def _graded(item: Fresh, given: Sequence[str], grader: Grader) -> Iterator[tuple[str, str]]:
    """(answer, outcome). What is right by its rows, in other words than the gold's, is graded again on data sets on
    which the gold differs from its wrong variants, as the questions of the suite have them."""
    question: Question | None = None
    for answer in given:
        grade = grader.grade(item.question, answer)
        if grade.outcome == "right" and grade.judged == "rows":
            question = question or with_data(item.question, grader.rows, grader.rows.seed).question
            grade = grader.grade(question, answer)
        yield answer, grade.outcome


def proved_right(answer: str, item: Fresh, prover: Prover) -> bool:
    """Whether an answer that the exam finds right may be a chosen side: its SQL resolves and keeps the house rules,
    nothing that exists is denied, and a refusal is one in the eyes of the audit too."""
    queries = find_sql(answer)
    if prover.false_denials(answer) or not all(prover.verdict(sql).clean for sql in queries):
        return False
    if item.question.gold.refuse:
        return not queries and refuses(answer)
    return bool(queries or item.question.gold.facts)


def _wrong(answer: str, outcome: str, item: Fresh, prover: Prover) -> Wrong | None:
    gold, missing = item.example.sql, tuple(fact.subject for fact in item.example.facts if fact.claim == "missing")
    if worse := prover.worse(answer, item.example.answer, gold, missing):
        return Wrong(answer, f"own_{outcome}", worse)
    if item.example.ordered and (worse := prover.worse(answer, item.example.answer, gold, missing, ordered=True)):
        return Wrong(answer, ORDER, worse)
    return None
