"""The report: one HTML file that needs nothing else, and its figures as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.report.collect import EXAMS, STAGES, TARGETS, V2_RIGHT
from vgpt2.report.plots import loss_curves

# Rate by name: title, whether more is better, and the review's target in words.
RATES = {
    "right": ("Right", True, "at least 90 % (version 2: 64 %)"),
    "hallucination": ("Hallucinated an object", False, "under 5 %"),
    "false_refusal": ("Refused what exists", False, ""),
    "right_refusal": ("Refused what does not exist", True, ""),
    "syntax": ("SQL that parses", True, "at least 99 %"),
    "house": ("Right SQL within the house rules", True, ""),
}
BASES = {"smollm2": "SmolLM2-135M-Instruct", "tiny": "a made-up Qwen2 of about a million weights"}
NAMES = {"base": "Base", "sft": "SFT", "dpo": "DPO", "kto": "KTO"}


def render(found: dict[str, Any]) -> str:
    """The page of what `collect` found."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    environment.filters.update(percent=percent, number=number)
    exams = [name for name in EXAMS if name in found["exams"]]
    model = found["settings"]["profile"]["model"]
    return environment.get_template("template.html.j2").render(
        found,
        names=NAMES,
        base_name=BASES.get(model["source"]) or model["name_or_path"],
        order=exams,
        headline=headline(found["outcome"], found["exams"], found["settings"]["profile"]["gate"]["override"]),
        rates=rate_rows(found["exams"]),
        categories=category_rows(found["exams"]),
        questions=question_rows(found["exams"]),
        curves=loss_curves(found["training"]),
        stages=STAGES,
    )


def headline(outcome: dict[str, Any], exams: dict[str, dict], override: str = "") -> dict[str, str]:
    """The verdict in a sentence, why in another, and its tone (good, plain or bad)."""
    if not outcome["done"]:
        return {
            "tone": "plain",
            "title": "No stage has been through its gate yet.",
            "why": "This is a report of what is there so far.",
        }
    rates = {name: exam["rates"]["right"] for name, exam in exams.items()}
    stage = outcome["stage"]
    base = f"the base model answers {fraction(rates['base'])} right" if "base" in rates else ""
    if not outcome["promoted"] or stage == "base":
        why = f"No stage was better than the base model by its gate's rules, so the export is the base model: {base}."
        return {"tone": "bad", "title": "Nothing was promoted.", "why": why}
    title = f"{NAMES[stage]} is exported."
    why = f"It answers {fraction(rates[stage])} questions right; {base}." if stage in rates else ""
    if outcome["override"]:
        return {
            "tone": "plain",
            "title": f"{title} It was promoted by an override, not by its figures.",
            "why": f"{why} The override: “{override}”.".strip(),
        }
    later = [name for name in outcome["done"] if STAGES.index(name) > STAGES.index(stage)]
    if later:
        others = " and ".join(NAMES[name] for name in later)
        why += f" {others} did not do better and {'was' if len(later) == 1 else 'were'} not taken."
    return {"tone": "good", "title": title, "why": why}


def rate_rows(exams: dict[str, dict]) -> list[dict]:
    """One row a rate: its values by stage, each with interval and whether the review's target is reached."""
    rows = []
    for name, (title, more_is_better, target) in RATES.items():
        cells = {}
        for stage, exam in exams.items():
            rate = exam["rates"].get(name)
            if rate and rate["of"]:
                met = None
                if name in TARGETS:
                    met = rate["rate"] >= TARGETS[name] if more_is_better else rate["rate"] < TARGETS[name]
                cells[stage] = {**rate, "met": met}
        if cells:
            rows.append({"title": title, "target": target, "good": more_is_better, "cells": cells})
    return rows


def category_rows(exams: dict[str, dict]) -> list[dict]:
    """One row a category of questions: its rates by stage."""
    names = dict.fromkeys(name for exam in exams.values() for name in exam["categories"])
    return [
        {
            "title": name.replace("_", " "),
            "cells": {stage: exam["categories"][name] for stage, exam in exams.items() if name in exam["categories"]},
        }
        for name in names
    ]


def question_rows(exams: dict[str, dict]) -> list[dict]:
    """Every question with the answers of all stages, in the order of the suite."""
    rows: dict[str, dict] = {}
    for stage, exam in exams.items():
        for question in exam["questions"]:
            row = rows.setdefault(
                question["id"],
                {
                    "id": question["id"],
                    "category": question["category"],
                    "question": question.get("question", question["id"]),
                    "gold": question.get("gold", ""),
                    "answers": {},
                },
            )
            row["answers"][stage] = {key: question.get(key, "") for key in ("outcome", "response", "why")}
    return list(rows.values())


def metrics(found: dict[str, Any]) -> dict[str, Any]:
    """The figures of the page without its texts."""
    keep_exam = ("model", "outcomes", "rates", "suite_hash", "mode", "seconds", "tokens", "tokens_per_second")
    keep_gate = ("verdict", "by_rules", "override", "reasons", "model", "p", "questions")
    profile = found["settings"]["profile_name"]
    return {
        "run": found["run"],
        "profile": profile,
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
        "exams": {
            name: {
                **{key: exam[key] for key in keep_exam if key in exam},
                "categories": {key: value["rate"] for key, value in exam["categories"].items()},
            }
            for name, exam in found["exams"].items()
        },
        "gates": {name: {key: gate[key] for key in keep_gate if key in gate} for name, gate in found["gates"].items()},
        "training": {
            name: {key: value for key, value in figures.items() if key not in ("loss", "eval_loss")}
            for name, figures in found["training"].items()
        },
        "export": found["export"],
    }


def percent(value: float) -> str:
    """`0.876` as `88 %`."""
    return f"{100 * value:.0f} %"


def number(value: float | None) -> str:
    """A figure for people: thousands apart, at most four digits behind the point, a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4g}"


def fraction(rate: dict) -> str:
    """`41 of 50 (82 %)`."""
    return f"{rate['count']} of {rate['of']} ({percent(rate['rate'])})"
