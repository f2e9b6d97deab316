"""What the review that started this project asked of the exam, and what it measured in version 2."""

from __future__ import annotations

# Rate by name: at least 90 % right, under 5 % hallucinated, at least 99 % of the SQL parses.
TARGETS = {"right": 0.90, "hallucination": 0.05, "syntax": 0.99}
LESS_IS_BETTER = frozenset(("hallucination",))
V2_RIGHT = 0.64


def met(name: str, rate: float) -> bool:
    """Whether a rate, 0 to 1, reaches the target of that name."""
    return rate < TARGETS[name] if name in LESS_IS_BETTER else rate >= TARGETS[name]
