"""What the grades of an exam add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vgpt2.exam.artefacts import Part, QuestionResult, Summary
from vgpt2.exam.model import Grade, Question
from vgpt2.exam.verdict.recount import counted
from vgpt2.inference.prompts import Prompt


def summary(
    questions: Sequence[Question],
    grades: Sequence[Grade],
    answers: dict[str, str],
    prompts: Sequence[Prompt | None] = (),
) -> Summary:
    """What the grades add up to: `outcomes`, `judged`, `categories`, `rates` (Wilson intervals), `house`, `parts`,
    `questions`.

    Without prompts (recorded answers: nobody knows) those of the questions are empty.
    """
    rows = [
        row(question, grade, answers.get(question.id, ""), prompt)
        for question, grade, prompt in zip(questions, grades, prompts or [None] * len(questions), strict=True)
    ]
    figures = counted(rows)
    return {
        "outcomes": figures["outcomes"],
        "judged": figures["judged"],
        "rates": figures["rates"],
        "categories": figures["categories"],
        "house": figures["house"],
        "parts": parts_right(grade.parts for grade in grades),
        "questions": rows,
    }


def row(question: Question, grade: Grade, response: str, prompt: Prompt | None) -> QuestionResult:
    """One question of a result, with all that a reader needs to follow its verdict."""
    return {
        "id": question.id,
        "category": question.category,
        "outcome": grade.outcome,
        "response": response,
        "why": grade.why,
        "judged": grade.judged,
        "question": question.question,
        "table": question.tables[0] if question.tables else "",
        "prompt": prompt.user if prompt else "",
        "gold": question.gold.sql[0] if question.gold.sql else question.gold.answer,
        "golds": list(question.gold.sql),
        "sql": grade.sql,
        "answerable": question.answerable,
        "parses": grade.parses,
        "asks": grade.asks,
        "house": grade.house,
        "parts": grade.parts,
        "gold_rows": grade.gold_rows,
        "rows": grade.rows,
    }


def parts_right(parts: Iterable[dict[str, bool]]) -> dict[str, Part]:
    """How many of the queries have each part as their gold has it: `{"tables": {"right": n, "of": n}, ...}`."""
    graded = [scores for scores in parts if scores]
    names = graded[0] if graded else ()
    return {name: {"right": sum(scores[name] for scores in graded), "of": len(graded)} for name in names}
