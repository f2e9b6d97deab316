"""Questions as reports answer them, over roles: what is open, budget and actual, periods, ranks, exceptions, chains."""

from __future__ import annotations

from vgpt2.synthesis.intents.model import Intent
from vgpt2.synthesis.intents.reports import (
    ageing,
    chains,
    changes,
    classes,
    compare,
    documents,
    dormant,
    exceptions,
    periods,
    ranking,
    unions,
)

# By family.
REPORTS: tuple[tuple[Intent, ...], ...] = (
    ageing.INTENTS,
    chains.INTENTS + unions.INTENTS,
    compare.INTENTS + documents.INTENTS + changes.INTENTS,
    periods.INTENTS,
    ranking.INTENTS + classes.INTENTS,
    exceptions.INTENTS + dormant.INTENTS,
)
