"""How much each table is used by the database's own code, and what share of the questions it should have."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

from vgpt2.catalog.joins.weak import is_copy, same_columns
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.shapes import Shape

# The weight of a table that nothing uses, where others are used; and of one that is a copy of another.
UNUSED: Final = 0.3
COPY: Final = 0.03


def weigh(catalog: Catalog, shapes: dict[str, Shape | None]) -> None:
    """Set `uses` and `weight` of every table and view: from 1 for the most used, falling with the logarithm of the use
    to `UNUSED`; all 1 where no code is known; `COPY` for copies, backups and tables in passing."""
    uses = _uses(catalog, shapes)
    most = max(uses.values(), default=0)
    for table in catalog.tables:
        table.uses = uses[_owner(table)]
        share = math.log1p(table.uses) / math.log1p(most) if most else 1.0
        table.weight = round(UNUSED + (1 - UNUSED) * share, 3)
    for table in _copies(catalog):
        table.weight = COPY


def _owner(table: Table) -> str:
    return table.base_table or table.qualified


def _uses(catalog: Catalog, shapes: dict[str, Shape | None]) -> Counter[str]:
    """By table (of views that show one, that table), how many views, programs and reports name it."""
    found: Counter[str] = Counter()

    def count(names: list[str]) -> None:
        known = (catalog.by_qualified.get(name) for name in names)
        found.update({_owner(table) for table in known if table is not None})

    for table in catalog.tables:
        if table.kind == "view" and not table.base_table:
            count(table.reads)
    for routine in catalog.routines:
        count([*routine.reads, *routine.writes])
    for document in catalog.documents:
        shape = shapes.get(document.sql) if document.sql else None
        read = (catalog.find(name, schema) for schema, name in shape["tables"]) if shape else ()
        count([table.qualified for table in read if table is not None])
    return found


def _copies(catalog: Catalog) -> list[Table]:
    """Tables that are copies of others, with the views that show them: by name, or with just the columns of a table
    that the code uses while it does not use this one."""
    tables = [table for table in catalog.tables if table.kind == "table"]
    names = {table.name.lower() for table in tables}
    same = same_columns(tables)

    def repeats(table: Table) -> bool:
        others = same.get(table.qualified, ())
        return any(other.uses and not table.uses and len(other.name) <= len(table.name) for other in others)

    copies = {table.qualified for table in tables if is_copy(table.name, catalog.database, names) or repeats(table)}
    return [table for table in catalog.tables if _owner(table) in copies]
