"""The mix of queries that a dataset should have: what the generator aims at, and what the audit asks for."""

from __future__ import annotations

from vgpt2.catalog.model import Catalog
from vgpt2.settings import DataSettings

# A database whose code has so many SELECTs that join, group or compute is followed; fewer say little.
ENOUGH = 50
# Within these bounds: programs keep few of their short queries, and nobody asks for a UNION every other time.
BOUNDS = {"one_table": (0.2, 0.6), "three_tables": (0.1, 0.45), "union": (0.0, 0.05)}
MOST = 0.45


def wanted_mix(catalog: Catalog, data: DataSettings) -> dict[str, float]:
    """By trait, the share that queries should have at least; of `one_table`, at most: the profile's, and that of the
    database's own SELECTs, where there are enough, if that asks for more. Nothing where the profile asks for nothing,
    or names its intents, and so has the mix of these; nor where prompts are so small that long queries do not fit."""
    wanted: dict[str, float] = {}
    if not data.intents.get("sql") and not data.compact:
        wanted.update({str(name): share for name, share in data.sql_mix.items()})
    own = catalog.sql_mix
    for name, share in own.shares.items() if wanted and own.queries >= ENOUGH else ():
        low, high = BOUNDS.get(name, (0.0, MOST))
        near = min(max(share, low), high)
        known = wanted.get(name, near)
        wanted[name] = min(known, near) if name == "one_table" else max(known, near)
    return wanted
