"""The gate between two stages: is the new model better than the last promoted one, and how do we know.

`promoted`: more questions right than the earlier model and than the untouched base with retrieved schema, no category
significantly worse (exact McNemar), no further mode either, and false refusals and hallucinated objects within the
profile's limits. `rejected`: something significantly worse, or a limit broken. `kept_earlier`: otherwise not higher.
An override promotes in any case; it is recorded, here and in every gate and model card behind it.

The tests of the categories are not corrected for their number: they guard against harm, where a false alarm costs less
than a miss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vgpt2.exam.artefacts import ExamOfModel, Gate, ModeFigures, Override, Verdict
from vgpt2.exam.verdict.results import Exam, check_comparable, check_same_suite, further_exam
from vgpt2.exam.verdict.sides import Sides, compare, rounded
from vgpt2.settings import GateSettings

Record = TypeVar("Record")


@dataclass(slots=True, frozen=True)
class Rule(Generic[Record]):
    """What a rule of the gate found: nothing (`ok`), harm (`broken`: rejects), or no gain (neither: keeps the earlier
    one). `words` are for the reasons, `record` is for the file."""

    ok: bool
    broken: bool
    words: str
    record: Record


def decide(
    earlier: Exam,
    new: Exam,
    settings: GateSettings,
    override: str = "",
    base: Exam | None = None,
    modes: Sequence[str] = (),
) -> Gate:
    """The gate of `new` against `earlier`, as its file holds it.

    Args:
        override: why it is promoted in any case; empty: the rules decide.
        base: the exam of the untouched model, in mode `schema` or with `base.schema.json` beside it.
        modes: further modes, in which the new model must not be significantly worse; their results lie beside.

    Raises:
        UserError: exams of other questions or modes, or one of a further mode that is missing.
    """
    check_comparable([earlier, new])
    sides = compare(earlier, new, settings.significance)
    override = override or settings.override
    of, right = len(new.right), (earlier.right_count, new.right_count)
    further = {mode: _in_mode(earlier, new, mode, settings) for mode in modes if mode != new.mode}
    above = _above_base(base, new) if base else None
    broken = [*_broken(new, sides, settings), *(rule.words for rule in further.values() if rule.broken)]
    higher = right[1] > right[0]
    by_rules: Verdict = "rejected" if broken else "promoted" if higher and (not above or above.ok) else "kept_earlier"
    comparison = "more than" if higher else "as many as" if right[0] == right[1] else "fewer than"
    reasons = [
        f"{new.name} answers {right[1]} of {of} right ({right[1] / of:.0%}), {comparison} {earlier.name} with "
        f"{right[0]} ({right[0] / of:.0%}); gained {sides.test.gained}, lost {sides.test.lost}, "
        f"p = {sides.test.p:.2g} (exact McNemar)",
        *_how_sure(earlier, sides),
        *broken,
    ]
    if above and above.record["exam"] != str(earlier.path):
        reasons.append(above.words)
    reasons += [rule.words for rule in further.values() if not rule.broken]
    if not broken:
        reasons.append(
            f"no category is significantly worse (p < {settings.significance:g}); false refusals "
            f"{new.rate('false_refusal'):.0%}, hallucinated {new.rate('hallucination'):.0%}, both within the limits"
        )
    reasons += [f"{item['stage']}, before it, was promoted by override: {item['why']}" for item in earlier.overrides]
    overridden = bool(override) and by_rules != "promoted"
    own: list[Override] = [{"stage": stage_of(new), "why": override}] if overridden else []
    if overridden:
        reasons.append(f"promoted by override: {override}")
    verdict: Verdict = "promoted" if overridden else by_rules
    kept = new if verdict == "promoted" else earlier
    return {
        "verdict": verdict,
        "reasons": reasons,
        "model": kept.result["model"],
        "exam": "",
        "lineage": kept.result.get("lineage", []),
        "by_rules": by_rules,
        "override": override if overridden else "",
        "overrides": [*earlier.overrides, *own],
        "earlier": _of_model(earlier),
        "new": _of_model(new),
        "base": above.record if above else None,
        "modes": {mode: rule.record for mode, rule in further.items()},
        "questions": of,
        "suite_hash": new.result["suite_hash"],
        **sides.to_json(),
    }


def stage_of(exam: Exam) -> str:
    """The stage that an exam's model is of: the last of its lineage, else the exam's name."""
    lineage = exam.result.get("lineage") or [{}]
    return lineage[-1].get("stage") or exam.name


def _how_sure(earlier: Exam, sides: Sides) -> list[str]:
    """How large the difference is, what the suite can see, and what it cannot."""
    interval = sides.difference.interval
    luck = "; it includes 0, so this may be luck" if interval and interval[0] <= 0 <= interval[1] else ""
    words = [f"difference {sides.difference}{luck}", f"what can be seen: {sides.detectable}"]
    left = len(earlier.right) - earlier.right_count
    if sides.detectable.gain is not None and left < sides.detectable.gain:
        words[-1] += f"; {earlier.name} left only {left} to gain"
    blind = [
        f"{name} {'at no loss' if item['detectable'] is None else item['detectable']} of {item['questions']}"
        for name, item in sides.categories.items()
        if item["detectable"] is None or item["detectable"] > item["questions"] / 4
    ]
    if blind:
        words.append(f"a loss within a category shows only from so many questions on: {', '.join(blind)}")
    return words


def _broken(new: Exam, sides: Sides, settings: GateSettings) -> list[str]:
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
    for category, test in sides.categories.items():
        if test["lost"] > test["gained"] and test["p"] < settings.significance:
            reasons.append(
                f"{category} is significantly worse: {test['new']} of {test['questions']} right, {test['earlier']} "
                f"before (p = {test['p']:.2g})"
            )
    return reasons


def _in_mode(earlier: Exam, new: Exam, mode: str, settings: GateSettings) -> Rule[ModeFigures]:
    """A further mode: the new model must not be significantly worse in it."""
    before, after = further_exam(earlier, mode), further_exam(new, mode)
    check_comparable([before, after])
    sides = compare(before, after, settings.significance)
    worse = sides.worse(settings.significance)
    counts = f"{after.right_count} of {len(after.right)} right, {before.right_count} before (p = {sides.test.p:.2g})"
    record: ModeFigures = {
        "exam": str(after.path),
        "earlier": before.right_count,
        "new": after.right_count,
        "gained": sides.ids("gained"),
        "lost": sides.ids("lost"),
        "p": rounded(sides.test.p),
        "difference": sides.difference.to_json(),
    }
    words = f"mode {mode} is {'' if worse else 'not '}significantly worse: {counts}"
    return Rule(not worse, worse, words, record)


def _above_base(base: Exam, new: Exam) -> Rule[ExamOfModel]:
    """The base with retrieved schema costs no training: what does not beat it is not worth having.

    The new model is taken in mode `schema` too, where it was examined in it; else in the mode that decides.
    """
    plain = base if base.mode == "schema" else further_exam(base, "schema")
    tuned = new
    if new.mode != "schema" and new.path.with_name(f"{new.path.stem}.schema.json").exists():
        tuned = further_exam(new, "schema")
    if tuned.mode == "schema":
        check_comparable([plain, tuned])
    else:
        check_same_suite(plain, tuned)
    ok = tuned.right_count > plain.right_count
    how = "more than" if ok else "not more than"
    words = (
        f"{new.name} answers {tuned.right_count} right (mode {tuned.mode}), {how} the untouched base model with "
        f"retrieved schema: {plain.right_count}"
    )
    return Rule(ok, False, words, _of_model(plain))


def _of_model(exam: Exam) -> ExamOfModel:
    return {"exam": str(exam.path), "model": exam.result["model"], "right": exam.right_count}


def pick_earlier(exams: Sequence[Exam]) -> Exam:
    """The one to beat: of all but the last exam, the first has been promoted; a later one replaces it where it answers
    more questions right."""
    best = exams[0]
    for other in exams[1:-1]:
        if other.right_count > best.right_count:
            best = other
    return best
