"""What the review that started this project asked of the exam, and what it measured in version 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Rate by name: at least 90 % right, under 5 % hallucinated, at least 99 % of the SQL parses.
TARGETS = {"right": 0.90, "hallucination": 0.05, "syntax": 0.99}
LESS_IS_BETTER = frozenset(("hallucination",))
V2_RIGHT = 0.64


def met(name: str, rate: float) -> bool:
    """Whether a rate, 0 to 1, reaches the target of that name."""
    return rate < TARGETS[name] if name in LESS_IS_BETTER else rate >= TARGETS[name]


def judge(name: str, rate: Mapping[str, Any], outcomes: dict[str, int]) -> dict[str, Any]:
    """Whether a rate reaches the review's target.

    Who says nothing invents nothing. So hallucinations are judged among the answers that say something, neither empty
    nor refusing what exists; and where those are under half, a low rate gets no mark, only the reason.
    """
    if name not in TARGETS:
        return {"met": None, "but": ""}
    if name != "hallucination":
        return {"met": met(name, rate["rate"]), "but": ""}
    silent = outcomes.get("empty", 0) + outcomes.get("false_refusal", 0)
    said = rate["of"] - silent
    under = said > 0 and met(name, rate["count"] / said)
    if 2 * silent > rate["of"] and (under or not said):
        return {"met": None, "but": f"no mark: {silent} of {rate['of']} answers are empty or refuse"}
    if not under and met(name, rate["rate"]):
        return {"met": False, "but": f"{rate['count']} of the {said} that say something"}
    return {"met": under, "but": ""}
