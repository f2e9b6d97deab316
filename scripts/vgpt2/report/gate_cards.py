"""What a gate measured, as the page shows it. A gate of an older version has less, and less is shown."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from vgpt2.report.gate_checks import checks
from vgpt2.report.gate_scale import interval
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
        `lost` (question ids), `p` with `p_words` and `chance` (see there), `difference` (see `gate_scale.interval`),
        `questions`, `significance` and `categories`.
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


def _stage_of(model: str, found: dict[str, Any]) -> str:
    """The stage whose exam is of this model; else, by its folder `saves/<stage>/merged`; empty if neither."""
    named = next((name for name, exam in found["exams"].items() if exam["model"] == model), "")
    parts = PurePath(model).parts
    return named or next((name for name in ("sft", "dpo", "kto") if name in parts[-2:]), "")
