"""By which columns of a table nobody groups."""

from __future__ import annotations

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Catalog, Join, Table
from vgpt2.synthesis.columns import is_control


def ungrouped(catalog: Catalog, table: Table) -> frozenset[str]:
    """What the program controls itself by, and the number that tells the rows of a table apart within the rest of its
    key, where that is no key of another one."""
    names = {c.name for c in table.columns if is_control(name_words(c.name, catalog.database).lower())}
    last = table.key[-1] if table.key else ""
    joins = catalog.joins_of(table.qualified) if last else []
    referred = any(_is_key_of_other(catalog, table, join, last) for join in joins)
    return frozenset(names if referred or not last else {*names, last})


def _is_key_of_other(catalog: Catalog, table: Table, join: Join, name: str) -> bool:
    """Whether a join leads from this column to the number of another table's rows."""
    mine, theirs, other = join.left_columns, join.right_columns, join.right
    if join.left != table.qualified:
        mine, theirs, other = join.right_columns, join.left_columns, join.left
    end = catalog.by_qualified.get(other)
    return end is not None and any(a == name and end.key[-1:] == [b] for a, b in zip(mine, theirs, strict=True))
