"""Synthetic rows: the same for the same seed and table, in whatever order tables are asked for.

Key columns draw from small domains that all seeds share, so joins match and a literal of one data set occurs in
another; child rows take the keys of parents that exist; which rows there are differs from seed to seed.
"""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

from vgpt2.catalog.model import Catalog, Table
from vgpt2.tsql.rows.domains import Domains
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.rows.order import DateOrder, date_order
from vgpt2.tsql.types import kind_of_type

ROWS = 40
NULL_SHARE = 0.1
NULL_DATES = 0.25  # a date that is not there yet (paid, voided, closed) is what many questions are about
SECOND = "second"  # added to a seed for the other data set

_MISSES = 60  # draws in a row that repeat a key: the table has no more of them


class RowMaker:
    """Rows of one catalog and seed. `rows(table)` gives dictionaries by column name."""

    def __init__(self, catalog: Catalog, seed: int | str = 0, count: int = ROWS):
        self.catalog = catalog
        self.seed = seed
        self.count = count
        self.domains = domains_of(catalog)
        self._made: dict[str, list[dict]] = {}
        self._orders: dict[str, DateOrder] = {}
        # By the identity of a row that is kept: its first dates, and those of the rows that it is a part of.
        self._begun: dict[int, list[datetime.date]] = {}

    def owner(self, qualified: str) -> Table:
        """The table that holds the rows: for a view that shows one table, that table."""
        table = self.catalog.by_qualified[qualified]
        base = self.catalog.by_qualified.get(table.base_table) if table.base_table else None
        return base if base is not None else table

    def rows(self, qualified: str) -> list[dict]:
        """The rows of a table or view."""
        owner = self.owner(qualified)
        if owner.qualified not in self._made:
            self._made[owner.qualified] = self._make(owner)
        return self._made[owner.qualified]

    def _make(self, table: Table) -> list[dict]:
        rng = random.Random(f"{self.seed}/rows/{table.qualified}")
        relations = self.domains.parents(table.qualified)
        parents = [(relation, self.rows(relation.parent)) for relation in relations]
        uniques = _unique_columns(table)
        seen: list[set] = [set() for _ in uniques]
        rows: list[dict] = []
        misses = 0
        nullable = {column.name for column in table.columns if column.nullable} - set(table.key)
        dates = {column.name for column in table.columns if kind_of_type(column.base_type) == "date"}
        order = self.order(table)
        identity = next((column.name for column in table.columns if column.identity), "")
        while len(rows) < self.count and misses < _MISSES:
            row = self._row(table, parents, rng, len(rows), nullable, dates)
            begun = self._begun_above(table, parents, row)
            order.mend(row, begun)
            begun += [value for name in order.first if isinstance(value := row[name], datetime.date)]
            self._begun[id(row)] = begun
            if identity and identity not in self.domains.shared_columns(table.qualified):
                row[identity] = len(rows) + 1
            keys = [tuple(row[name] for name in names) for names in uniques]
            if any(key in known for key, known in zip(keys, seen, strict=True)):
                misses += 1
                continue
            misses = 0
            for key, known in zip(keys, seen, strict=True):
                known.add(key)
            rows.append(row)
        return rows

    def order(self, table: Table) -> DateOrder:
        """Which dates of a table come first."""
        if table.qualified not in self._orders:
            fixed = self.domains.shared_columns(table.qualified)
            self._orders[table.qualified] = date_order(self.catalog.database, table, fixed)
        return self._orders[table.qualified]

    def _begun_above(self, table: Table, parents: list, row: dict) -> list[datetime.date]:
        """The first dates of the rows that a row is a part of, as a line is of its header: its key holds theirs."""
        found: list[datetime.date] = []
        for relation, parent_rows in parents:
            if all(child in table.key for child, _ in relation.pairs):
                for above in parent_rows:
                    if all(above[parent] == row[child] for child, parent in relation.pairs):
                        found += self._begun.get(id(above), ())
                        break
        return found

    def _row(
        self,
        table: Table,
        parents: list,
        rng: random.Random,
        number: int,
        nullable: set[str],
        dates: set[str],
    ) -> dict:
        chosen: dict = {}
        for relation, parent_rows in parents:
            pairs = relation.pairs
            free = [child for child, _ in pairs if child not in chosen]
            if not free or not parent_rows:
                continue
            if all(name in nullable for name in free) and rng.random() < NULL_SHARE:
                chosen.update(dict.fromkeys(free))
                continue
            # Parents at the end of the list get no children, so that LEFT JOIN and NOT EXISTS find some.
            candidates = parent_rows if len(parent_rows) < 5 else parent_rows[: len(parent_rows) * 4 // 5]
            fixed = [(child, parent) for child, parent in pairs if chosen.get(child) is not None]
            if fixed:
                candidates = [row for row in candidates if all(row[p] == chosen[c] for c, p in fixed)]
                if not candidates:
                    continue
            # The first parents get more children than the last: groups of different sizes, and one main company.
            picked = candidates[int(len(candidates) * rng.random() ** 1.7)]
            for child, parent in pairs:
                if child not in chosen:
                    chosen[child] = picked.get(parent)
        row = {}
        for column in table.columns:
            name = column.name
            if name in chosen and (chosen[name] is not None or name in nullable):
                row[name] = chosen[name]
            elif name in nullable and rng.random() < (NULL_DATES if name in dates else NULL_SHARE):
                row[name] = None
            elif table.key == [name]:
                row[name] = self.domains.nth(table, column, number)
            else:
                row[name] = self.domains.value(table, column, rng, number)
        return row


def _unique_columns(table: Table) -> list[list[str]]:
    names = {column.name for column in table.columns}
    uniques = [table.key] if table.key else []
    uniques += [key.columns for key in table.keys if key.columns != table.key]
    return [columns for columns in uniques if all(name in names for name in columns)]


def maker_of(catalog: Catalog, seed: int | str = 0, count: int = ROWS) -> RowMaker:
    """The row maker of a catalog and seed, kept on the catalog."""
    return catalog.derived.get(RowMaker, lambda: RowMaker(catalog, seed, count), (str(seed), count))


def domains_of(catalog: Catalog) -> Domains:
    """The domains of a catalog, kept on it."""
    return catalog.derived.get(Domains, lambda: Domains(catalog))


class _SampleValues(dict[tuple[str, str, str], list[str]]):
    """By qualified table, column and seed."""


def sample_values(catalog: Catalog, qualified: str, column: str, seed: int | str = 0) -> list[str]:
    """T-SQL literals of a column that occur in both data sets of `engines(catalog, seed)`, the most frequent first.

    Empty where the two share none (an amount, say) or the column is binary or xml.
    """
    kept = catalog.derived.get(_SampleValues, _SampleValues)
    key = (qualified, column, str(seed))
    if key not in kept:
        kept[key] = _sample_values(catalog, qualified, column, seed)
    return kept[key]


def _sample_values(catalog: Catalog, qualified: str, column: str, seed: int | str) -> list[str]:
    counts: list[dict] = []
    for data_set in (seed, f"{seed}/{SECOND}"):
        counted: dict = {}
        for row in maker_of(catalog, data_set).rows(qualified):
            value = row.get(column)
            if value is not None:
                counted[value] = counted.get(value, 0) + 1
        counts.append(counted)
    both = [(min(counts[0][value], counts[1][value]), value) for value in counts[0] if value in counts[1]]
    both.sort(key=lambda pair: (-pair[0], str(pair[1])))
    found = catalog.by_qualified[qualified].column(column)
    if found is None or kind_of_type(found.base_type) in ("binary", "other"):
        return []
    return [literal(value) for _, value in both]


def literal(value: Value) -> str:
    """A value as a T-SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, datetime.datetime):
        text = value.strftime("%Y-%m-%d") if value.time() == datetime.time() else value.strftime("%Y-%m-%d %H:%M:%S")
        return f"'{text}'"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"'{value.isoformat()}'"
    if isinstance(value, (int, Decimal, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
