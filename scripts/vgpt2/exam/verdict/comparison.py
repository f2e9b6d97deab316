"""Several exams of the same questions: each against the best before it, with p-values corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.exam.verdict.artefacts import Compared, Comparison, Several
from vgpt2.exam.verdict.results import Exam
from vgpt2.exam.verdict.sides import compare
from vgpt2.exam.verdict.statistics import holm, rounded


def compare_all(exams: Sequence[Exam], significance: float) -> Several:
    """Each exam against the best of those before it (the first of them where several are as good).

    Args:
        exams: at least two, labelled, the earliest first.

    Returns:
        `exams` (`label`, `exam`, `model`, `right`, `questions`), `comparisons` (`earlier`, `new`, `gained`, `lost`,
        `p`, `p_holm`, `difference`), `best` (a label) and `note` (what so many comparisons are worth).
    """
    best, ps = exams[0], []
    comparisons: list[Comparison] = []
    for exam in exams[1:]:
        sides = compare(best, exam, significance)
        ps.append(sides.test.p)
        comparisons.append(
            {
                "earlier": best.name,
                "new": exam.name,
                "gained": sides.test.gained,
                "lost": sides.test.lost,
                "p": rounded(sides.test.p),
                "difference": sides.difference.to_json(),
                "p_holm": 1.0,  # corrected below, where the number of comparisons is known
            }
        )
        if exam.right_count > best.right_count:
            best = exam
    for item, p in zip(comparisons, holm(ps), strict=True):
        item["p_holm"] = rounded(p)
    rows: list[Compared] = [
        {
            "label": exam.name,
            "exam": str(exam.path),
            "model": exam.result["model"],
            "right": exam.right_count,
            "questions": len(exam.right),
        }
        for exam in exams
    ]
    return {"exams": rows, "comparisons": comparisons, "best": best.name, "note": _note(len(ps), significance)}


def _note(count: int, significance: float) -> str:
    if count == 1:
        return "1 comparison was made"
    by_luck = 1 - (1 - significance) ** count
    return (
        f"{count} comparisons were made: at {significance:g} each, models that are all alike would show a difference "
        f"in up to {by_luck:.0%} of such tables, so the p-values are corrected (Holm)"
    )
