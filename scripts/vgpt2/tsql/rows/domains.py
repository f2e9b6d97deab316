"""Where the values of a column come from: shared small domains for keys, CHECK values, look-alikes for the rest."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.tsql.rows.looks import Looks, Value
from vgpt2.tsql.types import kind_of_type


@dataclass(slots=True)
class Relation:
    """Rows of a child take the values of `pairs` (child column, parent column) from a row of `parent`."""

    parent: str
    pairs: list[tuple[str, str]]


class Domains:
    """The domains of one catalog; the same for every seed."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.looks = Looks(catalog.database)
        self._class: dict[tuple[str, str], tuple[str, str]] = {}
        self._owner = {table.qualified: table.base_table or table.qualified for table in catalog.tables}
        self._parents: dict[str, list[Relation]] = {}
        self._shared: dict[str, set[str]] = {}
        self._alone: set[tuple[str, str]] = set()
        self._kept: dict[tuple[str, str], Sequence[Value]] = {}
        self._relations()

    def parents(self, qualified: str) -> list[Relation]:
        """The parents of a table, those with the most columns first; never a cycle."""
        return self._parents.get(qualified, [])

    def shared_columns(self, qualified: str) -> set[str]:
        """The columns that a join or foreign key ties to another table."""
        return self._shared.get(qualified, set())

    def value(self, table: Table, column: Column, rng: random.Random, number: int) -> Value:
        """A value of a column; `number` is the number of the row."""
        if column.values:
            return _typed(rng.choice(column.values), column)
        if column.name in self.shared_columns(table.qualified) or column.name in table.key:
            domain = self._domain(table, column)
            return domain[rng.randrange(len(domain))]
        return self.looks.look_alike(column, rng, number)

    def nth(self, table: Table, column: Column, number: int) -> Value:
        """The value of a column that is the whole key, for the row of this number; from the start again at the end."""
        domain = list(dict.fromkeys(self._domain(table, column)))
        return domain[number % len(domain)]

    # ---- keys

    def _relations(self) -> None:
        """Tie columns that joins compare, and find for each table its parents."""
        edges: dict[str, list[Relation]] = {}
        found = []
        for foreign_key in self.catalog.foreign_keys:
            found.append(
                (foreign_key.table, foreign_key.columns, foreign_key.referenced_table, foreign_key.referenced_columns)
            )
        for join in self.catalog.joins:
            if join.many_side == join.left:
                found.append((join.left, join.left_columns, join.right, join.right_columns))
            elif join.many_side == join.right:
                found.append((join.right, join.right_columns, join.left, join.left_columns))
            self._tie(join.left, join.left_columns, join.right, join.right_columns)
        known = set()
        for child, columns, parent, parent_columns in found:
            child, parent = self._owner.get(child, child), self._owner.get(parent, parent)
            mark = (child, tuple(columns), parent, tuple(parent_columns))
            if child == parent or mark in known or not self._exist(child, columns, parent, parent_columns):
                continue
            known.add(mark)
            self._tie(child, columns, parent, parent_columns)
            relation = Relation(parent, list(zip(columns, parent_columns, strict=True)))
            edges.setdefault(child, []).append(relation)
        order = self._order(edges)
        for child in sorted(edges):
            fitting = [relation for relation in edges[child] if order[relation.parent] < order[child]]
            fitting.sort(key=lambda relation: (-len(relation.pairs), relation.parent, relation.pairs))
            self._parents[child] = fitting
        for table in self.catalog.tables:
            if len(table.key) == 1:
                self._alone.add(self._root((self._owner[table.qualified], table.key[0])))

    def _exist(self, child: str, columns: list, parent: str, parent_columns: list) -> bool:
        tables = self.catalog.by_qualified
        if child not in tables or parent not in tables or len(columns) != len(parent_columns):
            return False
        return all(tables[child].column(name) for name in columns) and all(
            tables[parent].column(name) for name in parent_columns
        )

    def _order(self, edges: dict[str, list[Relation]]) -> dict[str, int]:
        """Parents before children, by the catalog alone; an edge that closes a circle points the wrong way after."""
        order: dict[str, int] = {}
        state: dict[str, int] = {}
        for start in sorted({table.qualified for table in self.catalog.tables} | set(edges)):
            stack = [(start, 0)]
            while stack:
                table, step = stack.pop()
                if step == 0:
                    if table in state:
                        continue
                    state[table] = 1
                    stack.append((table, 1))
                    relations = sorted(edges.get(table, []), key=lambda r: (len(r.pairs), r.parent), reverse=True)
                    stack.extend((relation.parent, 0) for relation in relations if relation.parent not in state)
                else:
                    order.setdefault(table, len(order))
        return order

    def _tie(self, left: str, left_columns: list, right: str, right_columns: list) -> None:
        left, right = self._owner.get(left, left), self._owner.get(right, right)
        for a, b in zip(left_columns, right_columns, strict=False):
            self._shared.setdefault(left, set()).add(a)
            self._shared.setdefault(right, set()).add(b)
            first, second = self._root((left, a)), self._root((right, b))
            if first != second:
                self._class[max(first, second)] = min(first, second)

    def _root(self, item: tuple[str, str]) -> tuple[str, str]:
        while (above := self._class.get(item, item)) != item:
            item = above
        return item

    def _domain(self, table: Table, column: Column) -> Sequence[Value]:
        key = (table.qualified, column.name)
        if key not in self._kept:
            root = self._root(key)
            tables = self.catalog.by_qualified
            first = tables[root[0]].column(root[1]) if root[0] in tables else None
            self._kept[key] = self.looks.key_domain(first or column, column, root in self._alone)
        return self._kept[key]


def _typed(text: str, column: Column) -> Value:
    kind = kind_of_type(column.base_type)
    try:
        if kind == "int":
            return int(text)
        if kind == "decimal":
            return Decimal(text)
        if kind == "float":
            return float(text)
        if kind == "date":
            return datetime.datetime.fromisoformat(text)
    except (ValueError, ArithmeticError):
        return None
    return text
