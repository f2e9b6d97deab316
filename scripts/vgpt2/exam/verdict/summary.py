"""What the grades of an exam add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from vgpt2.exam.artefacts import CategoryFigures, Part, QuestionResult, Summary
from vgpt2.exam.model import CATEGORIES, JUDGED, OUTCOMES, RIGHT, Grade, Question
from vgpt2.exam.verdict.statistics import Rate, wilson
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
    outcomes = Counter(grade.outcome for grade in grades)
    judged = Counter(grade.judged for grade in grades)
    categories: dict[str, CategoryFigures] = {}
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
        "judged": {name: judged[name] for name in JUDGED},
        "rates": {name: rate.to_json() for name, rate in rates(questions, grades).items()},
        "categories": categories,
        "house": dict(sorted(Counter(rule for grade in grades for rule in grade.house).items())),
        "parts": parts_right(grade.parts for grade in grades),
        "questions": [
            row(question, grade, answers.get(question.id, ""), prompt)
            for question, grade, prompt in zip(questions, grades, prompts or [None] * len(questions), strict=True)
        ],
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


def rates(questions: Sequence[Question], grades: Sequence[Grade]) -> dict[str, Rate]:
    """`right` and `hallucination` over all questions, `false_refusal` over the answerable ones, `right_refusal` over
    the others, `syntax` over the answers that should hold SQL, `house` over the right ones among them: no rule
    broken."""
    pairs = list(zip(questions, grades, strict=True))
    answerable = [grade for question, grade in pairs if question.answerable]
    refusable = [grade for question, grade in pairs if not question.answerable]
    sql = [grade for grade in grades if grade.parses is not None]
    right_sql = [grade for grade in sql if grade.outcome == "right"]

    def share(of: Sequence[Grade], test: Callable[[Grade], bool]) -> Rate:
        return wilson(sum(map(test, of)), len(of))

    return {
        "right": share(grades, lambda grade: grade.outcome in RIGHT),
        "hallucination": share(grades, lambda grade: grade.outcome == "hallucinated_object"),
        "false_refusal": share(answerable, lambda grade: grade.outcome == "false_refusal"),
        "right_refusal": share(refusable, lambda grade: grade.outcome == "right_refusal"),
        "syntax": share(sql, lambda grade: bool(grade.parses)),
        "house": share(right_sql, lambda grade: not grade.house),
    }
