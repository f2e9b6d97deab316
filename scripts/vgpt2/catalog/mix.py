"""The mix of a database's own SELECTs: in its views, its programs and its documents."""

from __future__ import annotations

from collections import Counter

from vgpt2.catalog.model import Catalog, SqlMix
from vgpt2.catalog.shapes import Shape
from vgpt2.catalog.sql_traits import TRAITS, counted


def own_mix(catalog: Catalog, shapes: dict[str, Shape | None]) -> SqlMix:
    """The shares of each trait among the SELECTs that join, group or compute; views that show one table as it is are
    none of these."""
    texts = [table.sql for table in catalog.tables if table.kind == "view" and table.sql]
    texts += [sql for routine in catalog.routines for sql in routine.queries]
    texts += [document.sql for document in catalog.documents if document.sql]
    counts: Counter[str] = Counter()
    queries = 0
    for sql in dict.fromkeys(texts):
        shape = shapes.get(sql)
        if shape is None or "works" not in shape["traits"]:
            continue
        queries += 1
        counts.update(counted(shape["traits"], len(shape["tables"])))
    return SqlMix(queries, {name: round(counts[name] / queries, 3) for name in TRAITS} if queries else {})
