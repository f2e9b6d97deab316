"""A difference of two rates on a scale, and in points."""

from __future__ import annotations

import math
from typing import Any, TypeGuard


def interval(difference: Any, detectable: Any = None) -> dict[str, Any] | None:
    """The difference of two rates, and where it stands on a scale that is symmetric about none.

    Args:
        difference: `value` and `interval` as shares of one (-1 to 1), `clusters` (the tables drawn), or nothing. There
            may be no interval: too few clusters, or no question that differs.
        detectable: `points`, the smallest difference that the suite shows reliably, or nothing.

    Returns:
        `value`, `ends` (of the interval), `clusters`, `scale` (the share at the ends of the scale), and the places on
        it in percent: `at` (the value), `span` (the interval) and `blind` (what the suite often misses); or None.
    """
    if not isinstance(difference, dict) or not _finite(value := difference.get("value")):
        return None
    ends = difference.get("interval") or []
    ends = list(ends) if len(ends) == 2 and all(map(_finite, ends)) else []
    scale = max(0.1, math.ceil(10 * max(map(abs, (value, *ends))) - 1e-9) / 10)

    def place(share: float) -> float:
        return round(50 + 50 * max(-1.0, min(1.0, share / scale)), 2)

    seen = detectable.get("points") if isinstance(detectable, dict) else None
    return {
        "value": value,
        "ends": ends,
        "clusters": difference.get("clusters"),
        "scale": scale,
        "at": place(value),
        "span": [place(end) for end in ends],
        "blind": [place(-seen / 100), place(seen / 100)] if _finite(seen) else [],
    }


def _finite(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def points(value: float) -> str:
    """A difference of shares in points: `0.46` as `+46`, `-0.012` as `−1.2`, none as `0`."""
    shown = round(100 * value, 1)
    text = f"{shown:+.0f}" if abs(shown) >= 10 or shown == round(shown) else f"{shown:+.1f}"
    return "0" if not shown else text.replace("-", "−")
