"""What a gate asked of a stage, as a list to tick off: what was found, what was wanted, whether it holds."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from vgpt2.report.headline import NAMES, percent
from vgpt2.report.words import word

LIMITS = {
    "false_refusal": ("max_false_refusal", "Refuses what exists"),
    "hallucination": ("max_hallucinated", "Hallucinates an object"),
}


def checks(stage: str, gate: dict[str, Any], found: dict[str, Any], against: str) -> list[dict[str, Any]]:
    """Each check of a gate: `title`, `found`, `wanted` (words) and `ok`; nothing for a gate of an older version."""
    if not {"questions", "new", "earlier", "categories"} <= gate.keys() or stage not in found["exams"]:
        return []
    limits = found["settings"]["profile"]["gate"]
    earlier = NAMES.get(against, "the model before it")
    title = f"More right answers than {_called(against, earlier)}"
    rows = [_more(title, gate["new"]["right"], gate["earlier"]["right"], gate)]
    base = gate.get("base")
    if base and PurePath(base["exam"]).stem.split(".")[0] != PurePath(gate["earlier"]["exam"]).stem.split(".")[0]:
        tuned = found["modes"].get("schema", {}).get(stage, {}).get("rates", {}).get("right", {})
        right = tuned.get("count", gate["new"]["right"])
        rows.append(_more("More right answers than the untouched base", right, base["right"], gate))
    rows += [_limit(title, found["exams"][stage]["rates"][name], limits[key]) for name, (key, title) in LIMITS.items()]
    rows.append(_no_worse(gate["categories"], limits["significance"]))
    rows += [
        _mode(mode, figures, gate["questions"], limits["significance"])
        for mode, figures in (gate.get("modes") or {}).items()
    ]
    return rows


def _called(stage: str, name: str) -> str:
    return "the untouched base" if stage == "base" else name


def _more(title: str, new: int, earlier: int, gate: dict[str, Any]) -> dict[str, Any]:
    of = gate["questions"]
    return {"title": title, "found": f"{new} of {of}", "wanted": f"more than {earlier}", "ok": new > earlier}


def _limit(title: str, rate: dict[str, Any], limit: float) -> dict[str, Any]:
    # no break between a figure and its sign
    found = f"{rate['count']} of {rate['of']} ({percent(rate['rate'])})".replace(" %", "\u00a0%")
    return {"title": title, "found": found, "wanted": f"at most {100 * limit:g}\u00a0%", "ok": rate["rate"] <= limit}


def _no_worse(categories: dict[str, Any], significance: float) -> dict[str, Any]:
    worse = [
        word("categories", name).title
        for name, test in categories.items()
        if test["lost"] > test["gained"] and test["p"] < significance
    ]
    title = "Categories of questions that are worse by more than chance"
    return {"title": title, "found": ", ".join(worse) or "none", "wanted": "none", "ok": not worse}


def _mode(mode: str, figures: dict[str, Any], of: int, significance: float) -> dict[str, Any]:
    worse = len(figures["lost"]) > len(figures["gained"]) and figures["p"] < significance
    title = f"No worse than by chance when asked {word('modes', mode).title}"
    wanted = f"about {figures['earlier']} or more"
    return {"title": title, "found": f"{figures['new']} of {of}", "wanted": wanted, "ok": not worse}
