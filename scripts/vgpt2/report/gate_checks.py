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
    shown = gate.get("evidence")
    title = f"More right answers than {_called(against, earlier)}"
    rows = [_more(title, gate["new"]["right"], gate["earlier"]["right"], gate, shown)]
    base = gate.get("base")
    if base and PurePath(base["exam"]).stem.split(".")[0] != PurePath(gate["earlier"]["exam"]).stem.split(".")[0]:
        tuned = found["modes"].get("schema", {}).get(stage, {}).get("rates", {}).get("right", {})
        right = tuned.get("count", gate["new"]["right"])
        title = "More right answers than the untouched base"
        rows.append(_more(title, right, base["right"], gate, base.get("evidence")))
    harm = gate.get("harm") or {}
    rates = found["exams"][stage]["rates"]
    rows += [_limit(title, rates[name], limits[key], harm.get(name)) for name, (key, title) in LIMITS.items()]
    rows.append(_no_worse(gate["categories"], limits["significance"], harm.get("small_categories")))
    rows += [
        _mode(mode, figures, gate["questions"], limits["significance"])
        for mode, figures in (gate.get("modes") or {}).items()
    ]
    return rows


def _called(stage: str, name: str) -> str:
    return "the untouched base" if stage == "base" else name


def _more(title: str, new: int, earlier: int, gate: dict[str, Any], shown: dict[str, Any] | None) -> dict[str, Any]:
    """`shown`: whether it is more than luck; None for a gate of an older version, which asked for one more."""
    found, wanted = f"{new} of {gate['questions']}", f"more than {earlier}"
    if not shown:
        return {"title": title, "found": found, "wanted": wanted, "ok": new > earlier}
    if new > earlier and not shown["enough"]:
        found += ", which may be luck"
    wanted = f"so many more than {earlier} that luck brings them in {shown_as(shown)}"
    return {"title": f"{title}, by more than luck", "found": found, "wanted": wanted, "ok": shown["enough"]}


def shown_as(shown: dict[str, Any]) -> str:
    """The level of a gate in words: `fewer than 17 of 1,000 cases`."""
    return f"fewer than {round(1000 * shown['level'])} of 1,000 cases"


def _limit(title: str, rate: dict[str, Any], limit: float, harm: dict[str, Any] | None) -> dict[str, Any]:
    """`harm`: whether it has become more; None for a gate of an older version, or where that was not compared."""
    # no break between a figure and its sign
    found = f"{rate['count']} of {rate['of']} ({percent(rate['rate'])})".replace(" %", "\u00a0%")
    wanted, ok = f"at most {100 * limit:g}\u00a0%", rate["rate"] <= limit
    if harm and not harm["skipped"]:
        found += f"; {harm['worse']} new, {harm['better']} gone"
        wanted += ", and no more than before but by luck"
        ok = ok and not harm["broken"]
    return {"title": title, "found": found, "wanted": wanted, "ok": ok}


def _no_worse(categories: dict[str, Any], significance: float, small: dict[str, Any] | None) -> dict[str, Any]:
    worse = [
        word("categories", name).title
        for name, test in categories.items()
        if test["lost"] > test["gained"] and test.get("p_worse", test["p"]) < significance
    ]
    if small and small["broken"]:
        worse.append("the small ones together")
    title = "Categories of questions that are worse by more than chance"
    return {"title": title, "found": ", ".join(worse) or "none", "wanted": "none", "ok": not worse}


def _mode(mode: str, figures: dict[str, Any], of: int, significance: float) -> dict[str, Any]:
    worse = len(figures["lost"]) > len(figures["gained"]) and figures.get("p_worse", figures["p"]) < significance
    title = f"No worse than by chance when asked {word('modes', mode).title}"
    wanted = f"about {figures['earlier']} or more"
    return {"title": title, "found": f"{figures['new']} of {of}", "wanted": wanted, "ok": not worse}
