"""The audits of all stages as one table: what each rule found, and whether its limit is a floor or a ceiling."""

from __future__ import annotations

import re
from typing import Any

from vgpt2.report.words import BOUNDS, RuleWord, rule_word, rule_words

STAGE = re.compile(r"_(?:sft|dpo|kto)$")


def audit_rows(audits: dict[str, dict]) -> dict[str, list[dict[str, Any]]]:
    """The rules by group (`faults`, `sets`), in the order of audit.yaml; rules that are not in it stand at the end.

    Returns:
        rows of `title`, `says`, `cells` by stage (see `_cell`) and `limit`: the limits in words, once where all stages
        have the same.
    """
    found: dict[str, dict[str, dict]] = {}
    for stage, audit in audits.items():
        for rule in audit["rules"]:
            found.setdefault(STAGE.sub("", rule["rule"]), {})[stage] = rule
    order = [*(rule for rule in rule_words() if rule in found), *(rule for rule in found if rule not in rule_words())]
    groups: dict[str, list[dict[str, Any]]] = {"faults": [], "sets": []}
    for name in order:
        called = rule_word(name)
        limits = {stage: limit_words(rule, called) for stage, rule in found[name].items()}
        cells = {stage: _cell(rule, called) for stage, rule in found[name].items()}
        row = {"title": called.title, "says": called.says, "limits": limits, "cells": cells}
        groups[called.group].append(row | {"limit": _once(limits)})
    return groups


def broken(audits: dict[str, dict]) -> list[dict[str, Any]]:
    """The rules that do not hold: `stage`, `title`, `examples` (the places)."""
    return [
        {
            "stage": stage,
            "title": rule_word(STAGE.sub("", rule["rule"])).title,
            "examples": rule.get("examples") or [],
        }
        for stage, audit in audits.items()
        for rule in audit["rules"]
        if not rule["ok"]
    ]


def limit_words(rule: dict, called: RuleWord) -> str:
    """`at least 48`, `at most 3 %`, `under 0.65`; empty where the figure binds nobody."""
    if rule.get("limit") is None:
        return ""
    return f"{BOUNDS[called.bound or _bound(rule)]} {figure(rule['limit'], called.unit)}"


def figure(value: float, unit: str) -> str:
    """A rule's figure for people: a count with its thousands apart, a share in percent, a ratio with four digits."""
    if unit == "share":
        return f"{100 * value:.4g} %"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def _bound(rule: dict) -> str:
    """A rule of another version: which way its limit binds is seen from what held, or from what did not."""
    return "floor" if (rule["figure"] > rule["limit"]) == rule["ok"] and rule["figure"] != rule["limit"] else "ceiling"


def _cell(rule: dict, called: RuleWord) -> dict[str, Any]:
    """`figure`, `ok` (None: not judged, or bound by nothing) and `note` (why it was not judged)."""
    note = rule.get("note", "")
    judged = rule["ok"] if not note and rule.get("limit") is not None else None
    return {"figure": "" if note else figure(rule["figure"], called.unit), "ok": judged, "note": note}


def _once(limits: dict[str, str]) -> str:
    return next(iter(limits.values())) if len(set(limits.values())) == 1 else ""
