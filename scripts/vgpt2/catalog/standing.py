"""Views that stand before a table: which of them, and when the table itself is never asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vgpt2.catalog.objects import Table
from vgpt2.database_settings import DatabaseSettings

# What tells a view's name from that of its table: tblOrders and Orders, Orders and vwOrders, Orders and Orders_v.
_AFFIX = re.compile(r"^(?:vw|v|tbl|tb|t|base|b)_?(?=[A-Z0-9]|(?<=_).)|_?(?:View|Base|Tbl|Table|All)$|_(?:vw?|b|t)$")


def standing_views(tables: Iterable[Table], database: DatabaseSettings) -> dict[str, Table]:
    """By the qualified name of a base table, the view that stands before it: the one of its name without the prefix,
    else the first that shows it as it is, else one that shows all its columns of some rows (row security)."""
    found: dict[str, Table] = {}
    ranks: dict[str, int] = {}
    for base, view in _shown(tables):
        own = base.name == database.base_table_prefix + view.name
        rank = 0 if own else 1 if not view.filtered else 2
        if rank == 2 and not _shows_all(base, view):
            continue
        if rank < ranks.get(base.qualified, 3):
            found[base.qualified], ranks[base.qualified] = view, rank
    return found


def hiding_views(tables: Iterable[Table], database: DatabaseSettings) -> dict[str, Table]:
    """By the qualified name of a base table that is never asked, the view that is asked in its place.

    All `standing_views` where the house rules say views only, else those that show all columns of some rows under the
    table's own name: such a view is there for row security, while `ActiveVendors` is a thing of its own.
    """
    tables = list(tables)
    if database.house_rules.views_only:
        return standing_views(tables, database)
    found: dict[str, Table] = {}
    for base, view in _shown(tables):
        if view.filtered and _shows_all(base, view) and _same_name(base.name, view.name):
            found.setdefault(base.qualified, view)
    return found


def _shown(tables: Iterable[Table]) -> list[tuple[Table, Table]]:
    """(base table, view that shows it) for each such view, sorted by the view's name."""
    known = sorted(tables, key=lambda table: table.qualified)
    by_name = {table.qualified: table for table in known}
    views = (view for view in known if view.kind == "view" and view.columns)
    return [(base, view) for view in views if (base := by_name.get(view.base_table)) is not None]


def _shows_all(base: Table, view: Table) -> bool:
    return len(view.columns) >= len(base.columns)


def _same_name(one: str, other: str) -> bool:
    stems = [{name.lower(), _AFFIX.sub("", name).lower()} for name in (one, other)]
    return not stems[0].isdisjoint(stems[1])
