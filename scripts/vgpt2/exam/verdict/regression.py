"""Whether an exported model is worse than an earlier one, and how far it is from the review's targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from vgpt2.exam.verdict.results import Exam, check_comparable
from vgpt2.exam.verdict.sides import Sides, compare
from vgpt2.exam.verdict.statistics import holm, rounded
from vgpt2.exam.verdict.targets import LESS_IS_BETTER, TARGETS, V2_RIGHT, judge

VERDICTS = ("no_regression", "regression")


def check_regression(earlier: Exam, new: Exam, significance: float) -> dict:
    """The verdict on `new` against `earlier`: `regression` where it is significantly worse, over all questions or in a
    category.

    Only a loss is asked about, so the tests are the gates' one-sided exact ones. Unlike a gate, it ends a build,
    so the categories' p-values are corrected for their number (Holm): a false alarm over all questions stays under
    `significance`, and so does one in any category.

    Raises:
        UserError: the two are not of the same questions.
    """
    check_comparable([earlier, new])
    sides = compare(earlier, new, significance)
    worse = _worse(sides, significance)
    counts = (
        f"{new.name} answers {new.right_count} of {len(new.right)} right, {earlier.name} {earlier.right_count}; gained "
        f"{sides.test.gained}, lost {sides.test.lost}, p = {sides.p_worse:.2g} (exact McNemar, one-sided: luck brings "
        "such a loss so often)"
    )
    if not worse:
        worse_or_not = [f"it is not significantly worse than {earlier.name}, in no category either"]
    else:
        worse_or_not = [f"significantly worse than {earlier.name}: {what}" for what in worse]
    return {
        "verdict": VERDICTS[bool(worse)],
        "reasons": [counts, f"difference {sides.difference}", f"what can be seen: {sides.detectable}", *worse_or_not],
        "model": new.result["model"],
        "targets": targets(new),
        "earlier": {"exam": str(earlier.path), "model": earlier.result["model"], "right": earlier.right_count},
        "new": {"exam": str(new.path), "model": new.result["model"], "right": new.right_count},
        "questions": len(new.right),
        "suite_hash": new.result["suite_hash"],
        "p_worse": rounded(sides.p_worse),
        **sides.to_json(),
    }


def _worse(sides: Sides, significance: float) -> list[str]:
    found = []
    if sides.worse(significance):
        found.append(f"{sides.test.lost} questions lost, {sides.test.gained} gained (p = {sides.p_worse:.2g})")
    corrected = holm([item["p_worse"] for item in sides.categories.values()])
    for (name, item), p in zip(sides.categories.items(), corrected, strict=True):
        if item["lost"] > item["gained"] and p < significance:
            found.append(
                f"{name}, {item['new']} of {item['questions']} right, {item['earlier']} before (p = {p:.2g}, Holm)"
            )
    return found


def targets(exam: Exam) -> list[dict]:
    """The review's targets beside what was reached: `name`, `words`, `target`, `rate`, `interval`, `met` (None: no
    mark) and `but` (why none); a rate of no questions is left out."""
    rows, outcomes = [], Counter(question["outcome"] for question in exam.result["questions"])
    for name, target in TARGETS.items():
        rate = exam.result["rates"].get(name)
        if rate and rate["of"]:
            limit = f"under {target:.0%}" if name in LESS_IS_BETTER else f"at least {target:.0%}"
            rows.append(_row(name, limit, target, rate, **judge(name, rate, outcomes)))
    right = exam.result["rates"]["right"]
    words = f"version 2: {V2_RIGHT:.0%}, by its own 49 questions"
    return [*rows, _row("right", words, V2_RIGHT, right, right["rate"] > V2_RIGHT)]


def _row(name: str, words: str, target: float, rate: Mapping[str, Any], met: bool | None, but: str = "") -> dict:
    figures = {"rate": round(rate["rate"], 4), "interval": rate.get("interval")}
    return {"name": name, "words": words, "target": target, **figures, "met": met, "but": but}
