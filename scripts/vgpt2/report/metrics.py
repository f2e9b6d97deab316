"""The figures of the page for a machine: rates, components, gates, training, without the texts."""

from __future__ import annotations

from typing import Any

from vgpt2.exam.verdict.targets import TARGETS, V2_RIGHT
from vgpt2.report.rates import parts

EXAM = ("model", "outcomes", "judged", "rates", "suite_hash", "mode", "seconds", "tokens", "tokens_per_second")
GATE = (
    *("verdict", "by_rules", "override", "overrides", "reasons", "model", "base", "p", "evidence", "level", "harm"),
    *("questions", "difference", "detectable"),
)


def metrics(found: dict[str, Any]) -> dict[str, Any]:
    """The figures of what `collect` found."""
    return {
        "run": found["run"],
        "profile": found["settings"]["profile_name"],
        "seed": found["settings"]["seed"],
        "outcome": found["outcome"],
        "targets": {**TARGETS, "right_in_version_2": V2_RIGHT},
        "catalog": found["catalog"],
        "datasets": found["datasets"],
        "audits": {
            name: {"ok": audit["ok"], "rules": {rule["rule"]: rule["figure"] for rule in audit["rules"]}}
            for name, audit in found["audits"].items()
        },
        "preflights": found["preflights"],
        "exams": {name: _exam(exam) for name, exam in found["exams"].items()},
        "modes": {mode: {name: _exam(exam) for name, exam in exams.items()} for mode, exams in found["modes"].items()},
        "gates": {name: _gate(gate) for name, gate in found["gates"].items()},
        "training": {
            name: {key: value for key, value in figures.items() if key not in ("loss", "eval_loss")}
            for name, figures in found["training"].items()
        },
        "export": found["export"],
    }


def _exam(exam: dict) -> dict[str, Any]:
    return {
        **{key: exam[key] for key in EXAM if key in exam},
        "categories": {key: value["rate"] for key, value in exam["categories"].items()},
        "parts": parts(exam),
    }


def _gate(gate: dict) -> dict[str, Any]:
    kept = {key: gate[key] for key in GATE if key in gate}
    return kept | {key: len(gate[key]) for key in ("gained", "lost") if key in gate}
