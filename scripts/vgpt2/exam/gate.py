"""The gate between two stages: is the new model better than the last promoted one, and how do we know.

`promoted`: the overall rate is higher, no category is significantly worse (exact McNemar), and false refusals and
hallucinated objects stay under the profile's limits. `rejected`: a category is significantly worse or a limit is
broken. `kept_earlier`: otherwise not higher. An override promotes in any case and is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.exam.model import CATEGORIES, RIGHT
from vgpt2.exam.statistics import mcnemar_exact
from vgpt2.files import read_json
from vgpt2.settings import GateSettings

VERDICTS = ("promoted", "kept_earlier", "rejected")
# What the gate reads of an exam result.
RATES = ("right", "hallucination", "false_refusal")
QUESTION = ("id", "category", "outcome")


@dataclass(slots=True)
class Exam:
    """An exam result and the file that it is from."""

    path: Path
    result: dict

    @property
    def name(self) -> str:
        """The file's name without its suffix: `sft`."""
        return self.path.stem

    @property
    def right(self) -> dict[str, bool]:
        """Whether each question was answered right, by id."""
        return {question["id"]: question["outcome"] in RIGHT for question in self.result["questions"]}

    def rate(self, name: str) -> float:
        """One of the rates, 0 to 1."""
        return self.result["rates"][name]["rate"]


def read_exam(path: Path) -> Exam:
    """An exam result; a gate file stands for the exam of the model that it promoted.

    Raises:
        UserError: missing, cut off, or neither of the two.
    """
    value = read_json(path)
    if isinstance(value, dict) and "verdict" in value and value.get("exam"):
        path = Path(path).parent / str(value["exam"])
        value = read_json(path)
    if lacks := _lacks(value):
        raise UserError(f"{path}: not an exam result (no '{lacks}'); run run_validation.py again")
    return Exam(Path(path), value)


def _lacks(value: object) -> str:
    """The first thing that an exam result has and this one has not, or an empty string."""

    def first(found: object, keys: Sequence[str], within: str = "") -> str:
        return next((f"{within}{key}" for key in keys if not isinstance(found, dict) or key not in found), "")

    if lacks := first(value, ("model", "suite_hash", "rates", "questions", "categories")):
        return lacks
    for name in RATES:
        rate = value["rates"].get(name) if isinstance(value["rates"], dict) else None
        if lacks := first(rate, ("rate", "count", "of"), f"rates.{name}."):
            return lacks
        if bad := next((key for key in ("rate", "count", "of") if not isinstance(rate[key], (int, float))), ""):
            return f"rates.{name}.{bad}"
    if not isinstance(value["questions"], list) or not value["questions"]:
        return "questions"
    found = (first(question, QUESTION, f"questions[{n}].") for n, question in enumerate(value["questions"]))
    return next(filter(None, found), "")


def check_comparable(exams: Sequence[Exam]) -> None:
    """Raises: UserError: the exams are not of the same questions."""
    first = exams[0]
    for other in exams[1:]:
        same_ids = set(first.right) == set(other.right)
        if first.result["suite_hash"] != other.result["suite_hash"] or not same_ids:
            raise UserError(
                f"{other.path}: an exam of another suite ({len(other.right)} questions) than {first.path} "
                f"({len(first.right)} questions); examine both on one suite"
            )


def compare(earlier: Exam, new: Exam) -> dict:
    """The two side by side: `gained` and `lost` question ids, p of the whole and of each category."""
    before, after = earlier.right, new.right
    category_of = {question["id"]: question["category"] for question in new.result["questions"]}
    whole = mcnemar_exact([(before[key], after[key]) for key in after])
    categories = {}
    for category in CATEGORIES:
        keys = [key for key in after if category_of[key] == category]
        if keys:
            test = mcnemar_exact([(before[key], after[key]) for key in keys])
            counts = (sum(before[key] for key in keys), sum(after[key] for key in keys))
            categories[category] = {
                "questions": len(keys),
                "earlier": counts[0],
                "new": counts[1],
                "gained": test.gained,
                "lost": test.lost,
                "p": round(test.p, 6),
            }
    return {
        "gained": [key for key in after if after[key] and not before[key]],
        "lost": [key for key in after if before[key] and not after[key]],
        "p": float(f"{whole.p:.3g}"),
        "categories": categories,
    }


def decide(earlier: Exam, new: Exam, settings: GateSettings, override: str = "") -> dict:
    """The gate of `new` against `earlier`, as its file holds it."""
    check_comparable([earlier, new])
    sides = compare(earlier, new)
    override = override or settings.override
    rate_before, rate_after = earlier.rate("right"), new.rate("right")
    of = len(new.right)
    right = (sum(earlier.right.values()), sum(new.right.values()))
    broken = _broken(new, sides, settings)
    higher = right[1] > right[0]
    verdict = "rejected" if broken else "promoted" if higher else "kept_earlier"
    comparison = "more than" if higher else "as many as" if right[0] == right[1] else "fewer than"
    reasons = [
        f"{new.name} answers {right[1]} of {of} right ({rate_after:.0%}), {comparison} {earlier.name} with {right[0]} "
        f"({rate_before:.0%}); gained {len(sides['gained'])}, lost {len(sides['lost'])}, "
        f"p = {sides['p']:.2g} (exact McNemar)",
        *broken,
    ]
    if not broken:
        reasons.append(
            f"no category is significantly worse (p < {settings.significance:g}); false refusals "
            f"{new.rate('false_refusal'):.0%}, hallucinated {new.rate('hallucination'):.0%}, both within the limits"
        )
    by_rules = verdict
    if override and verdict != "promoted":
        verdict = "promoted"
        reasons.append(f"promoted by override: {override}")
    kept = new if verdict == "promoted" else earlier
    return {
        "verdict": verdict,
        "reasons": reasons,
        "model": kept.result["model"],
        "exam": "",
        "lineage": kept.result.get("lineage", []),
        "by_rules": by_rules,
        "override": override if by_rules != "promoted" else "",
        "earlier": {"exam": str(earlier.path), "model": earlier.result["model"], "right": right[0]},
        "new": {"exam": str(new.path), "model": new.result["model"], "right": right[1]},
        "questions": of,
        "suite_hash": new.result["suite_hash"],
        **sides,
    }


def _broken(new: Exam, sides: dict, settings: GateSettings) -> list[str]:
    reasons = []
    limits = (
        ("false_refusal", settings.max_false_refusal, "false refusals of what exists"),
        ("hallucination", settings.max_hallucinated, "hallucinated objects"),
    )
    for name, limit, words in limits:
        rate = new.result["rates"][name]
        if rate["rate"] > limit:
            reasons.append(
                f"{words}: {rate['count']} of {rate['of']} ({rate['rate']:.0%}), over the limit of {limit:.0%}"
            )
    for category, test in sides["categories"].items():
        if test["lost"] > test["gained"] and test["p"] < settings.significance:
            reasons.append(
                f"{category} is significantly worse: {test['new']} of {test['questions']} right, {test['earlier']} "
                f"before (p = {test['p']:.2g})"
            )
    return reasons


def pick_earlier(exams: Sequence[Exam]) -> Exam:
    """The one to beat: of all but the last exam, the first has been promoted; a later one replaces it where it answers
    more questions right."""
    best = exams[0]
    for other in exams[1:-1]:
        if sum(other.right.values()) > sum(best.right.values()):
            best = other
    return best
