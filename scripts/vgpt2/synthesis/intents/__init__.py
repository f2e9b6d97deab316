"""The kinds of questions that end in SQL; each is a small builder from a table or a join to a typed query."""

from __future__ import annotations

from vgpt2.synthesis.intents import aggregates, analytics, groups, joins, lists, matches
from vgpt2.synthesis.intents.model import Draft, Intent
from vgpt2.synthesis.intents.reports import REPORTS


def all_intents() -> tuple[Intent, ...]:
    """Every SQL intent; lists, aggregates, joins and reports in turn, so that the first few show all sorts."""
    sorts = (
        lists.INTENTS,
        aggregates.INTENTS + groups.INTENTS,
        joins.INTENTS + matches.INTENTS,
        analytics.INTENTS,
        *REPORTS,
    )
    most = max(map(len, sorts))
    return tuple(sort[i] for i in range(most) for sort in sorts if i < len(sort))


__all__ = ["Draft", "Intent", "all_intents"]
