"""The verdict of a run in a sentence, why in another, and the figures that stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vgpt2.report.collect import STAGES

NAMES = {"base": "Base", "sft": "SFT", "dpo": "DPO", "kto": "KTO"}
TILES = ("right", "hallucination", "syntax")


def headline(outcome: dict[str, Any], exams: dict[str, dict]) -> dict[str, str]:
    """`title`, `why` and `tone` (good, plain or bad) of what `collect.outcome_of` found."""
    if not outcome["verdicts"]:
        return {
            "tone": "plain",
            "title": "No stage has been through its gate yet.",
            "why": "This is a report of what is there so far.",
        }
    rates = {name: exam["rates"]["right"] for name, exam in exams.items()}
    stage, overrides = outcome["stage"], outcome["overrides"]
    base = f"the base model answers {fraction(rates['base'])} right" if "base" in rates else ""
    if not outcome["promoted"] or stage == "base":
        why = (
            "No stage passed its gate, so the export is the base model"
            if not outcome["promoted"]
            else "The last gate went back to it"
        )
        return {
            "tone": "bad",
            "title": "Nothing was promoted." if not outcome["promoted"] else "The base model is exported.",
            "why": f"{why}{base and ': ' + base}.{not_taken(outcome, rates, [*outcome['verdicts']])}{said(overrides)}",
        }
    title = f"{NAMES[stage]} is exported."
    why = f"It answers {fraction(rates[stage])} questions right; {base}." if stage in rates else ""
    why += not_taken(outcome, rates, [name for name in outcome["verdicts"] if STAGES.index(name) > STAGES.index(stage)])
    if stage in overrides:
        title += " It was promoted by an override, not by its figures."
    elif overrides:
        title += f" It builds on {_names(overrides)}, promoted by an override."
    return {"tone": "plain" if overrides else "good", "title": title, "why": f"{why}{said(overrides)}".strip()}


def not_taken(outcome: dict[str, Any], rates: dict[str, dict], stages: Sequence[str]) -> str:
    """Why these stages are not exported: not better, or rejected whatever they answer right."""
    rejected = [name for name in stages if outcome["verdicts"][name] == "rejected"]
    others = [name for name in stages if outcome["verdicts"][name] == "kept_earlier"]
    least = rates.get(outcome["stage"], {}).get("count", 0)
    maybe = [name for name in others if name in rates and rates[name]["count"] > least]
    no_better = [name for name in others if name not in maybe]
    told = f" {_names(no_better)} did not do better and {_were(no_better)} not taken." if no_better else ""
    if maybe:
        told += f" {_names(maybe)} did better by no more than luck may bring and {_were(maybe)} not taken."
    for name in rejected:
        right = f" with {fraction(rates[name])} right" if name in rates else ""
        told += f" {NAMES[name]}{right} was rejected; its gate below says why."
    return told


def said(overrides: dict[str, str]) -> str:
    """Every override of the run with its reason, once a reason: an override stays in all later reports."""
    reasons = dict.fromkeys(overrides.values())
    told = [f" Override of {_names([k for k, v in overrides.items() if v == text])}: “{text}”." for text in reasons]
    return "".join(told)


def tiles(rows: list[dict[str, Any]], stage: str) -> list[dict[str, Any]]:
    """The rates with a target, of the exported model beside the base: `title`, `says`, `target`, `beat`, `cell`,
    `base`."""
    return [
        {
            **{key: row[key] for key in ("title", "says", "target", "beat")},
            "cell": row["cells"][stage],
            "base": row["cells"].get("base") if stage != "base" else None,
        }
        for row in rows
        if row["name"] in TILES and stage in row["cells"]
    ]


def percent(value: float) -> str:
    """`0.876` as `88 %`; only none is `0 %` and only all is `100 %`."""
    shown = min(max(round(100 * value), 1 if value > 0 else 0), 99 if value < 1 else 100)
    return f"{shown} %"


def fraction(rate: dict) -> str:
    """`41 of 50 (82 %)`."""
    return f"{rate['count']} of {rate['of']} ({percent(rate['rate'])})"


def _were(stages: Sequence[str]) -> str:
    return "was" if len(stages) == 1 else "were"


def _names(stages: Iterable[str]) -> str:
    *first, last = [NAMES.get(stage, stage) for stage in stages]
    return f"{', '.join(first)} and {last}" if first else last
