"""Proven ways to join two tables: from foreign keys, recipes, queries and shared key columns."""

from __future__ import annotations

from vgpt2.catalog.joins.queries import Query
from vgpt2.catalog.joins.shared_keys import shared_keys
from vgpt2.catalog.joins.weak import is_copy
from vgpt2.catalog.model import Join, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.standing import hiding_views

# The better origin first: it names the join where several found it.
ORIGINS = ("foreign_key", "recipe", "view", "procedure", "report", "shared_key")
# The database's own queries.
CODE = frozenset(("view", "procedure", "report"))

Found = tuple[Table, list[str], Table, list[str], str]


class _Joins:
    """Joins between queryable tables, each direction and column order once."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.shown = hiding_views(draft.tables.values(), draft.database)
        self.found: dict[tuple, Join] = {}

    def queryable(self, table: Table) -> Table:
        """The view that stands for a base table, or the table itself."""
        return self.shown.get(table.qualified, table)

    def joinable(self) -> list[Table]:
        """The tables that no view stands for, and the views that stand for one."""
        names = {table.name.lower() for table in self.draft.tables.values() if table.kind == "table"}
        stands_for = {view.qualified for view in self.shown.values()}
        found = [
            table
            for table in self.draft.tables.values()
            if (table.qualified in stands_for or (table.kind == "table" and table.qualified not in self.shown))
            and not is_copy(table.name, self.draft.database, names)
        ]
        return sorted(found, key=lambda item: item.qualified)

    def add(self, left: Table, left_columns: list[str], right: Table, right_columns: list[str], origin: str) -> None:
        """Add one sighting. A join that does not cover a key of either side is no join to rely on, unless declared."""
        left, right = self.queryable(left), self.queryable(right)
        pairs = list(dict.fromkeys(zip(left_columns, right_columns, strict=False)))
        if any(not left.column(a) or not right.column(b) for a, b in pairs):
            return
        if (left.qualified, sorted(left_columns)) == (right.qualified, sorted(right_columns)):
            return  # a table with itself, row by row
        right_key = _covered(right, [b for _, b in pairs])
        left_key = _covered(left, [a for a, _ in pairs])
        if not right_key and not left_key:
            if origin != "foreign_key":
                return
            right_key = [b for _, b in pairs]
        if not right_key or (left_key and self._rather_right(left, left_key, right, right_key)):
            left, right, left_key, right_key = right, left, right_key, left_key
            pairs = [(b, a) for a, b in pairs]
        # Only the columns of the referenced key, in its order: the same join found twice is one join.
        pairs = sorted((pair for pair in pairs if pair[1] in right_key), key=lambda pair: right_key.index(pair[1]))
        if len({b for _, b in pairs}) < len(pairs):
            return
        columns = [a for a, _ in pairs]
        many = "" if _covered(left, columns) else left.qualified
        identity = (left.qualified, tuple(columns), right.qualified, tuple(b for _, b in pairs))
        known = self.found.get(identity)
        used = int(origin in CODE)
        if known is None:
            right_columns = [b for _, b in pairs]
            self.found[identity] = Join(left.qualified, columns, right.qualified, right_columns, origin, 1, many, used)
            return
        known.support += 1
        known.uses += used
        known.origin = min(known.origin, origin, key=ORIGINS.index)

    @staticmethod
    def _rather_right(left: Table, left_key: list[str], right: Table, right_key: list[str]) -> bool:
        """Whether a join that covers keys of both sides is better turned round: the shorter key is referred to."""
        return (len(left_key), left.qualified) < (len(right_key), right.qualified)


def _covered(table: Table, columns: list[str]) -> list[str]:
    """The key of the table that lies within these columns: the business key first; empty if none does."""
    for key in [table.key, *(key.columns for key in table.keys)]:
        if key and set(key) <= set(columns):
            return list(key)
    return []


def find_joins(draft: Draft, queries: dict[str, Query]) -> list[Join]:
    """All joins, sorted by left and right table.

    `left` is the side with the reference, `right` the side whose key is referred to; every column of that key takes
    part. Where several sources show the same join, the best names its origin and `support` counts them all.
    """
    joins = _Joins(draft)
    for key in draft.foreign_keys:
        table, referenced = (draft.table(name.split(".", 1)) for name in (key.table, key.referenced_table))
        if table and referenced:
            joins.add(table, key.columns, referenced, key.referenced_columns, "foreign_key")
    for recipe in draft.recipes:
        left, right = (draft.table(name.split(".", 1)) for name in (recipe.left, recipe.right))
        if left and right:
            joins.add(left, recipe.left_columns, right, recipe.right_columns, "recipe")
    for _, query in sorted(queries.items()):
        _add_equalities(joins, query, "view")
    for routine in sorted(draft.routines.values(), key=lambda item: item.qualified):
        for sql in routine.queries:
            _add_query(joins, draft, sql, "procedure")
    for document in sorted(draft.documents, key=lambda item: (item.kind, item.name)):
        _add_query(joins, draft, document.sql, "report")
    known = [(join.left, tuple(join.left_columns), join.right, join.origin) for join in joins.found.values()]
    for left, left_columns, right, right_columns in shared_keys(joins.joinable(), known, draft.database):
        joins.add(left, left_columns, right, right_columns, "shared_key")
    return sorted(joins.found.values(), key=lambda j: (j.left, j.right, j.left_columns, j.right_columns))


def _add_query(joins: _Joins, draft: Draft, sql: str, origin: str) -> None:
    shape = draft.shapes.get(sql)
    if shape is not None:
        _add_equalities(joins, Query(draft, shape), origin)


def _add_equalities(joins: _Joins, query: Query, origin: str) -> None:
    for group in query.equalities():
        left, right = group[0][0], group[0][2]
        joins.add(left, [pair[1] for pair in group], right, [pair[3] for pair in group], origin)
