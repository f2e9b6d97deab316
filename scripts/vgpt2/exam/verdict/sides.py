"""Two exams of the same questions side by side: what was gained and lost, and what that proves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vgpt2.exam.model import CATEGORIES
from vgpt2.exam.verdict.artefacts import CategoryChange, Changed, SidesFigures
from vgpt2.exam.verdict.evidence import by_chance
from vgpt2.exam.verdict.power import Detectable, detectable
from vgpt2.exam.verdict.results import Exam
from vgpt2.exam.verdict.statistics import Difference, McNemar, bootstrap_difference, mcnemar_exact, rounded


@dataclass(slots=True, frozen=True)
class Sides:
    """A comparison.

    `changed`: each question gained or lost (`id`, `category`, `change`, `question`, and the outcomes `earlier` and
    `new`). `categories`: see `changes_by_category`.
    """

    test: McNemar
    difference: Difference
    detectable: Detectable
    categories: dict[str, CategoryChange]
    changed: list[Changed]

    def ids(self, change: str) -> list[str]:
        """The ids of the questions `gained` or `lost`."""
        return [item["id"] for item in self.changed if item["change"] == change]

    @property
    def p_worse(self) -> float:
        """How often luck alone would bring such a loss: the exact one-sided test, as the gates ask it."""
        return by_chance(self.test.lost, self.test.gained)

    def worse(self, significance: float) -> bool:
        """Whether the new exam is significantly worse over all questions."""
        return self.test.lost > self.test.gained and self.p_worse < significance

    def to_json(self) -> SidesFigures:
        """As a gate's file holds it."""
        return {
            "gained": self.ids("gained"),
            "lost": self.ids("lost"),
            "p": rounded(self.test.p),
            "difference": self.difference.to_json(),
            "detectable": self.detectable.to_json(),
            "categories": self.categories,
            "changed": self.changed,
        }


def compare(earlier: Exam, new: Exam, significance: float, in_category: float | None = None) -> Sides:
    """The two side by side.

    Args:
        significance: the two-sided level at which a difference counts as seen.
        in_category: that within a category; default the same.
    """
    before, after = earlier.right, new.right
    old, questions = earlier.questions, new.questions
    changed: list[Changed] = [
        {
            "id": key,
            "category": question["category"],
            "change": "gained" if after[key] else "lost",
            "question": question.get("question", ""),
            "earlier": old[key]["outcome"],
            "new": question["outcome"],
        }
        for key, question in questions.items()
        if before[key] != after[key]
    ]
    tables = [question.get("table", "") for question in questions.values()]
    return Sides(
        paired_test(before, after, after),
        bootstrap_difference([(before[key], after[key]) for key in questions], tables),
        detectable(len(after), len(changed), significance),
        changes_by_category(earlier, new, in_category or significance),
        changed,
    )


def changes_by_category(earlier: Exam, new: Exam, significance: float) -> dict[str, CategoryChange]:
    """What was gained and lost in each category that was asked. `significance`: two-sided."""
    before, after, questions = earlier.right, new.right, new.questions
    categories: dict[str, CategoryChange] = {}
    for category in CATEGORIES:
        keys = [key for key in after if questions[key]["category"] == category]
        if keys:
            test = paired_test(before, after, keys)
            categories[category] = {
                "questions": len(keys),
                "earlier": sum(before[key] for key in keys),
                "new": sum(after[key] for key in keys),
                "gained": test.gained,
                "lost": test.lost,
                "p": round(test.p, 6),
                "p_worse": round(by_chance(test.lost, test.gained), 6),
                "detectable": detectable(len(keys), test.gained + test.lost, significance).gain,
            }
    return categories


def paired_test(before: dict[str, bool], after: dict[str, bool], keys: Iterable[str]) -> McNemar:
    """McNemar's test of these questions."""
    return mcnemar_exact([(before[key], after[key]) for key in keys])
