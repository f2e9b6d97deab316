"""What a gate measured, as the page shows it. A gate of an older version has less, and less is shown."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from vgpt2.report.gate_checks import checks, shown_as
from vgpt2.report.gate_scale import interval
from vgpt2.report.headline import percent
from vgpt2.report.words import word

TONES = {"promoted": "good", "rejected": "bad"}
NAME = re.compile(r"(?<![\w/.])(base|sft|dpo|kto)(?![\w/.])")
SLUG = re.compile(r"(?<=[a-z])_(?=[a-z])")


def gate_cards(found: dict[str, Any], before: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The gates of what `collect` found, by stage.

    Returns:
        `verdict`, `by_rules` (words, see words.yaml) and `tone`, `checks` (see `gate_checks`), `reasons` (the gate's
        own words, but for overrides), `model` and `next` (the stage whose model the chain goes on with), `override`
        (whether), `on` (stages before it that an override promoted), `against` (the stage of before), `gained` and
        `lost` (question ids), `p` with `p_words`, `chance`, `luck` and `sees` (see there), `difference` (see
        `gate_scale.interval`), `questions`, `significance` and `categories`.
    """
    return {
        stage: {
            "verdict": word("verdicts", gate["verdict"]),
            "by_rules": word("by_rules", gate.get("by_rules") or "kept_earlier"),
            "tone": TONES.get(gate["verdict"], "plain"),
            "checks": checks(stage, gate, found, before.get(stage, "")),
            "reasons": in_words(gate),
            "model": gate["model"],
            "next": stage if gate["verdict"] == "promoted" else _stage_of(gate["model"], found),
            "override": bool(gate.get("override")),
            "on": [item["stage"] for item in gate.get("overrides") or [] if item["stage"] != stage],
            "against": before.get(stage, ""),
            "gained": gate.get("gained", []),
            "lost": gate.get("lost", []),
            "p": gate.get("p"),
            "p_words": p_words(gate.get("p")),
            "chance": chance(gate.get("p")),
            "luck": luck(gate),
            "sees": sees(gate),
            "difference": interval(gate.get("difference"), gate.get("detectable")),
            "questions": gate.get("questions"),
            "significance": found["settings"]["profile"]["gate"]["significance"],
            "categories": gate.get("categories", {}),
        }
        for stage, gate in found["gates"].items()
    }


def in_words(gate: dict) -> list[str]:
    """The reasons of a gate without the slugs in them, and without its overrides: their reasons stand at the top of
    the page, once."""
    told = [item["why"] for item in gate.get("overrides") or []] + [gate.get("override") or ""]
    kept = [
        reason
        for reason in gate.get("reasons", [])
        if not any(why and reason.endswith(f"promoted by override: {why}") for why in told)
    ]
    return [NAME.sub(lambda match: word("stages", match[0]).title, SLUG.sub(" ", reason)) for reason in kept]


def p_words(p: float | None) -> str:
    """`p = 0.078`, `p < 0.001`."""
    return "" if p is None else "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def chance(p: float | None) -> str:
    """A p-value in words: `8 of 1,000 cases`, `23 of 100 cases`, `every case`."""
    if p is None:
        return ""
    if p < 0.001:
        return "fewer than 1 of 1,000 cases"
    if p > 0.995:
        return "every case"
    return f"{round(100 * p)} of 100 cases" if p >= 0.0995 else f"{round(1000 * p)} of 1,000 cases"


def luck(gate: dict) -> str:
    """What the gate asked of chance and what it found, in a sentence or three; empty for a gate of an older version."""
    shown, level = gate.get("evidence"), gate.get("level")
    if not shown or not level:
        return ""
    if len(gate["gained"]) <= len(gate["lost"]):
        found = "No gain, so there is nothing that luck could have brought"
    else:
        found = f"Of two models that are equally good, one would gain that much by luck in {chance(shown['p'])}"
    why = ""
    if level["gates"] > 1:
        handed = ", and one that promotes hands its share to the next" if level["carried"] else ""
        why = (
            f" Each of the {level['gates']} gates has a share of {percent(level['whole'])}{handed}: that is how often, "
            "at most, a whole chain promotes a stage that is no better."
        )
    return f"{found}; asked are {shown_as(shown)}.{why}"


def sees(gate: dict) -> str:
    """The smallest gain that the questions show, in a sentence; empty where that is not known."""
    found = gate.get("detectable") or {}
    gain, of = found.get("questions"), found.get("of")
    if gain is None or not of:
        return f"{of} questions are too few to show any gain." if of else ""
    return (
        f"What {of} questions can see: a stage that gains {gain} more than it loses ({found['points']:.0f} points) is "
        "found four times in five; smaller gains are often missed."
    )


def _stage_of(model: str, found: dict[str, Any]) -> str:
    """The stage whose exam is of this model; else, by its folder `saves/<stage>/merged`; empty if neither."""
    named = next((name for name, exam in found["exams"].items() if exam["model"] == model), "")
    parts = PurePath(model).parts
    return named or next((name for name in ("sft", "dpo", "kto") if name in parts[-2:]), "")
