"""What a gate measured, as the page shows it. A gate of an older version has less, and less is shown."""

from __future__ import annotations

import math
from typing import Any

TONES = {"promoted": "good", "rejected": "bad"}


def gate_cards(gates: dict[str, dict], before: dict[str, str]) -> dict[str, dict[str, Any]]:
    """By stage: `verdict` and its `tone`, `reasons`, `model`, `override`, `by_rules`, `against` (the stage of before),
    `gained` and `lost` (question ids), `p`, `difference` (see `interval`), `sees` (lines) and `categories`."""
    return {
        stage: {
            "verdict": gate["verdict"].replace("_", " "),
            "tone": TONES.get(gate["verdict"], "plain"),
            "reasons": gate.get("reasons", []),
            "model": gate["model"],
            "override": gate.get("override", ""),
            "by_rules": gate.get("by_rules", "").replace("_", " "),
            "against": before.get(stage, ""),
            "gained": gate.get("gained", []),
            "lost": gate.get("lost", []),
            "p": gate.get("p"),
            "difference": interval(gate.get("difference")),
            "sees": lines(gate.get("sees")),
            "categories": gate.get("categories", {}),
        }
        for stage, gate in gates.items()
    }


def interval(difference: Any) -> dict[str, Any] | None:
    """The difference of two rates with its interval, and where both stand on a scale that is symmetric about none.

    Args:
        difference: `value` and `interval` as shares of one (-1 to 1), `clusters` (the tables drawn), or nothing.

    Returns:
        `value`, `low`, `high`, `clusters`, `scale` (the share at the ends of the scale), and `at` (their places on it
        in percent: value, low, high), or None.
    """
    if not isinstance(difference, dict) or difference.get("value") is None:
        return None
    value = float(difference["value"])
    low, high = (float(end) for end in difference.get("interval") or (value, value))
    if not all(map(math.isfinite, (value, low, high))):
        return None
    scale = max(0.1, math.ceil(10 * max(abs(low), abs(high), abs(value)) - 1e-9) / 10)
    at = [round(50 + 50 * place / scale, 2) for place in (value, low, high)]
    found = {"value": value, "low": low, "high": high, "clusters": difference.get("clusters"), "scale": scale, "at": at}
    return found


def lines(sees: Any) -> list[str]:
    """What the suite can see at all: a text, several, or a record that has one."""
    if isinstance(sees, dict):
        sees = sees.get("text") or sees.get("line") or ""
    return [str(line) for line in (sees if isinstance(sees, list) else [sees]) if line]


def points(value: float) -> str:
    """A difference of shares in points: `0.46` as `+46`, `-0.012` as `-1.2`."""
    shown = 100 * value
    return f"{shown:+.0f}" if abs(shown) >= 10 or shown == 0 else f"{shown:+.1f}"
