"""The kinds of questions that end in SQL; each is a small builder from a table or a join to a typed query."""

from __future__ import annotations

from vgpt2.synthesis.intents import aggregates, analytics, joins, lists
from vgpt2.synthesis.intents.model import Draft, Intent


def all_intents() -> tuple[Intent, ...]:
    """Every SQL intent; lists, aggregates, joins and reports in turn, so that the first few show all sorts."""
    groups = (lists.INTENTS, aggregates.INTENTS, joins.INTENTS, analytics.INTENTS)
    most = max(map(len, groups))
    return tuple(group[i] for i in range(most) for group in groups if i < len(group))


__all__ = ["Draft", "Intent", "all_intents"]
