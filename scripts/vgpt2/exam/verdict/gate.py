"""The gate between two stages: is the new model better than the last promoted one, and how do we know.

`promoted`: the evidence says that more questions are right than by the earlier model, and than by the untouched base
with retrieved schema (`evidence`: exact, one-sided, at the level of this gate in its chain); and nothing is worse: no
category, nor the small ones together, no further mode, no more false refusals or inventions (`harm`), and both within
the profile's limits. `rejected`: something is worse, or a limit broken. `kept_earlier`: otherwise no gain is shown.
An override promotes in any case; it is recorded, here and in every gate and model card behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vgpt2.exam.verdict.artefacts import BaseOfModel, ExamOfModel, Gate, ModeFigures, Override, Verdict
from vgpt2.exam.verdict.evidence import Evidence, by_chance, evidence, level_of
from vgpt2.exam.verdict.harm import harms, worse_categories
from vgpt2.exam.verdict.reasons import how_sure, nothing_worse, over_limits
from vgpt2.exam.verdict.results import Exam, check_comparable, check_same_suite, further_exam
from vgpt2.exam.verdict.sides import compare
from vgpt2.exam.verdict.statistics import rounded
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
    level = level_of(settings, earlier.carried)
    # A two-sided level of twice as much is a one-sided one.
    sides = compare(earlier, new, 2 * level.at, 2 * settings.significance)
    shown = gain_shown(earlier, new, level.at)
    override = override or settings.override
    further = {mode: _in_mode(earlier, new, mode, settings) for mode in modes if mode != new.mode}
    above = _above_base(base, new, level.at) if base else None
    harm = harms(earlier, new, sides.categories, settings)
    broken = [
        *over_limits(new, settings),
        *worse_categories(sides.categories, settings),
        *(str(found) for found in harm.values() if found.broken),
        *(rule.words for rule in further.values() if rule.broken),
    ]
    better = shown.enough and (not above or above.ok)
    by_rules: Verdict = "rejected" if broken else "promoted" if better else "kept_earlier"
    reasons = [*how_sure(earlier, new, sides, shown, level), *broken]
    if above and above.record["exam"] != str(earlier.path):
        reasons.append(above.words)
    reasons += [rule.words for rule in further.values() if not rule.broken]
    if not broken:
        reasons.append(nothing_worse(new, harm, settings))
    reasons += [*earlier.notes, *new.notes]
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
        "evidence": shown.to_json(),
        "level": level.to_json(by_rules == "promoted"),
        "harm": {name: found.to_json() for name, found in harm.items()},
        "questions": len(new.right),
        "suite_hash": new.result["suite_hash"],
        **sides.to_json(),
    }


def stage_of(exam: Exam) -> str:
    """The stage that an exam's model is of: the last of its lineage, else the exam's name."""
    lineage = exam.result.get("lineage") or [{}]
    return lineage[-1].get("stage") or exam.name


def gain_shown(earlier: Exam, new: Exam, level: float) -> Evidence:
    """The evidence that the new one answers more right, over all questions."""
    before, after = earlier.right, new.right
    tables = [row.get("table", "") for row in new.questions.values()]
    return evidence([(before[key], right) for key, right in after.items()], tables, level)


def _in_mode(earlier: Exam, new: Exam, mode: str, settings: GateSettings) -> Rule[ModeFigures]:
    """A further mode: the new model must not be significantly worse in it."""
    before, after = further_exam(earlier, mode), further_exam(new, mode)
    check_comparable([before, after])
    sides = compare(before, after, settings.significance)
    p = by_chance(sides.test.lost, sides.test.gained)
    worse = p < settings.significance
    counts = f"{after.right_count} of {len(after.right)} right, {before.right_count} before (p = {p:.2g})"
    record: ModeFigures = {
        "exam": str(after.path),
        "earlier": before.right_count,
        "new": after.right_count,
        "gained": sides.ids("gained"),
        "lost": sides.ids("lost"),
        "p": rounded(sides.test.p),
        "p_worse": rounded(p),
        "difference": sides.difference.to_json(),
    }
    words = f"mode {mode} is {'' if worse else 'not '}significantly worse: {counts}"
    return Rule(not worse, worse, words, record)


def _above_base(base: Exam, new: Exam, level: float) -> Rule[BaseOfModel]:
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
    shown = gain_shown(plain, tuned, level)
    how = "more than" if tuned.right_count > plain.right_count else "not more than"
    luck = "" if shown.enough or how.startswith("not") else f", which may be luck (p = {shown.p:.2g})"
    words = (
        f"{new.name} answers {tuned.right_count} right (mode {tuned.mode}), {how} the untouched base model with "
        f"retrieved schema: {plain.right_count}{luck}"
    )
    record: BaseOfModel = {**_of_model(plain), "evidence": shown.to_json()}
    return Rule(shown.enough, False, words, record)


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
