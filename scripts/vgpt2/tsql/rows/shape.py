"""Rows shaped for one query: few values that meet, tie and stand at its bounds, in place of the many of made rows.

Random rows rarely hold what tells a query from its near misses: a group exactly at the bound of HAVING, two equal
amounts, the same key in two companies, a row that only one condition keeps out. A shape says for each column which
values its conditions keep and which near ones they do not; `sample` draws rows from them.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from vgpt2.catalog.model import Column, Table
from vgpt2.tsql.rows.held import DataSet, Held
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.types import kind_of_type, split_type

NULLS = 0.2
# Of the rows: kept by all conditions; kept out by one of them; anything.
ALL_FIT, ONE_FAILS = 0.5, 0.9
COPIED = 0.75  # rows that take their key from a row of the table that they are joined with
FEW = 3  # rows of a child where most parents shall have none
LOST = 0.4  # rows of parents that are taken away where children shall be without
MISSES = 40


@dataclass(slots=True)
class ColumnShape:
    """The values of one column: those that the conditions on it keep, and near ones that they do not.

    `many`: as many different values that fit as there are; empty where the type or the conditions leave few. `made`:
    those that fit and that made rows have. `line`: the number of the equality that ties it to columns of other tables.
    `used`: the query names it; else it only makes rows different.
    """

    column: Column
    fits: list[Value]
    others: list[Value]
    many: list[Value]
    made: list[Value] = field(default_factory=list)
    line: int = -1
    bound: bool = False  # whether a condition speaks of it
    used: bool = True


@dataclass(slots=True)
class TableShape:
    """The columns of one table that are kept, and which of them no two rows have alike."""

    table: Table
    columns: dict[str, ColumnShape]
    uniques: list[list[str]]


@dataclass(slots=True)
class Link:
    """Columns of `child` that equal columns of `parent`, by pairs (child, parent)."""

    child: str
    parent: str
    pairs: list[tuple[str, str]]


@dataclass(slots=True)
class Shape:
    """The tables of a query by the qualified name of the table that holds the rows; parents before children.

    `repeat`: so many rows of one group does it take to pass HAVING.
    """

    tables: dict[str, TableShape]
    links: list[Link] = field(default_factory=list)
    repeat: int = 1


@dataclass(slots=True, frozen=True)
class Mould:
    """How rows are drawn: their number, how many values a column has, whether a child may lack its parent, whether
    rows differ as much as they can, whether only values of made rows are used."""

    rows: int
    values: int
    orphans: bool = False
    many: bool = False
    made: bool = False


def sample(shape: Shape, mould: Mould, rng: random.Random) -> DataSet:
    """A data set of this shape. The same shape, mould and state of `rng` give the same rows."""
    made: dict[str, list[dict[str, Value]]] = {}
    for name, table in shape.tables.items():
        links = [link for link in shape.links if link.child == name and link.parent in made]
        rows = list(_rows(table, links, made, mould, rng, shape.repeat))
        if mould.orphans and mould.many:
            rows = rows[:FEW] if links else rows
        elif mould.orphans and any(link.parent == name for link in shape.links):
            rows = [row for row in rows if rng.random() > LOST]
        if not mould.orphans and not mould.many:
            rows = [row for row in rows if _has_parents(row, links, made)]
        made[name] = rows
    return {name: _held(shape.tables[name], rows) for name, rows in made.items()}


def _rows(
    table: TableShape,
    links: Sequence[Link],
    made: dict[str, list[dict[str, Value]]],
    mould: Mould,
    rng: random.Random,
    repeat: int,
) -> Iterator[dict[str, Value]]:
    seen: list[set[tuple[Value, ...]]] = [set() for _ in table.uniques]
    misses = number = 0
    while number < mould.rows * (repeat if mould.many else 1) and misses < MISSES:
        row = (
            _different(table, number, repeat, mould.made)
            if mould.many
            else _row(table, links, made, mould, rng, len(seen[0]) if seen else number)
        )
        if mould.many:
            misses += 1
            number += 1
        keys = [tuple(row[name] for name in names) for names in table.uniques]
        if any(key in known for key, known in zip(keys, seen, strict=True)):
            misses += 1
            continue
        for key, known in zip(keys, seen, strict=True):
            known.add(key)
        misses = 0
        number += not mould.many
        yield row


def _row(
    table: TableShape,
    links: Sequence[Link],
    made: dict[str, list[dict[str, Value]]],
    mould: Mould,
    rng: random.Random,
    number: int,
) -> dict[str, Value]:
    taken: dict[str, Value] = {}
    for link in links:
        parents = made[link.parent]
        if parents and rng.random() < COPIED:
            parent = rng.choice(parents)
            taken |= {child: parent[name] for child, name in link.pairs if name in parent and child not in taken}
    conditional = [name for name, column in table.columns.items() if column.bound and column.others]
    dice = rng.random()
    failing = rng.choice(conditional) if conditional and ALL_FIT <= dice < ONE_FAILS else ""
    row = {}
    for name, column in table.columns.items():
        if name in taken and name != failing and (taken[name] is not None or column.column.nullable):
            row[name] = taken[name]
            continue
        if not column.used and column.many:
            # Whatever makes rows different may differ in every row.
            row[name] = column.many[number % len(column.many)] if [name] in table.uniques else rng.choice(column.many)
            continue
        pool = column.others if name == failing or (dice >= ONE_FAILS and rng.random() < 0.5) else column.fits
        if mould.made and pool is column.fits:
            pool = column.made
        pool = pool or column.fits or column.others
        empty = column.column.nullable and not column.bound and name not in table.table.key
        if empty and rng.random() < NULLS:
            row[name] = None
        else:
            row[name] = rng.choice(pool if column.bound else pool[: mould.values])
    return row


def _different(table: TableShape, number: int, repeat: int, made: bool) -> dict[str, Value]:
    """A row that differs from all others wherever it can and that all conditions keep."""
    group = number // repeat
    row: dict[str, Value] = {}
    for name, column in table.columns.items():
        own = column.line < 0 and not column.used
        place = number if own else group
        values = (column.made if made and column.bound else column.many) or column.fits or column.others
        row[name] = values[place % len(values)]
    return row


def _has_parents(row: dict[str, Value], links: Sequence[Link], made: dict[str, list[dict[str, Value]]]) -> bool:
    for link in links:
        pairs = [(child, parent) for child, parent in link.pairs if row[child] is not None]
        if len(pairs) == len(link.pairs) and not any(
            all(row[child] == other.get(parent) for child, parent in pairs) for other in made[link.parent]
        ):
            return False
    return True


def _held(table: TableShape, rows: Sequence[dict[str, Value]]) -> Held:
    return Held(tuple(table.columns), tuple(tuple(plain(row[name]) for name in table.columns) for row in rows))


def plain(value: Value) -> Value:
    """A value as JSON holds it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def many_of(column: Column, month: bool, count: int) -> list[Value]:
    """So many different values of a column; empty where its type has fewer."""
    if column.values:
        return []
    kind = kind_of_type(column.base_type)
    base, length, scale = split_type(column.base_type)
    if kind == "int":
        return [] if base == "bit" else list(range(1, count + 1))
    if kind in ("decimal", "float"):
        return [Decimal(n) if (scale or 2) < 2 else Decimal(n) + Decimal(n % 4) / 4 for n in range(1, count + 1)]
    if kind == "date" and month:
        return [datetime.datetime(2021 + n // 12, n % 12 + 1, 1) for n in range(count)]
    if kind == "date":
        return [datetime.datetime(2023, 9, 1) + datetime.timedelta(days=5 * n) for n in range(count)]
    if kind == "text" and length == 1:
        return [] if (column.name + column.type).lower().endswith("yn") else [chr(65 + n) for n in range(26)]
    if kind == "text":
        short = (length or 30) < 4
        codes = (f"{chr(65 + n // 10)}{n % 10}" if short else f"{chr(65 + n // 100)}{n % 100:02}" for n in range(count))
        return [code for code in codes if code[0] <= "Z"]
    return []


def leaning(column: Column, way: int, numbers: Sequence[Decimal], count: int) -> list[Value]:
    """So many values that are all above (`way` 1) or below (-1) certain numbers, or late and early days."""
    kind = kind_of_type(column.base_type)
    if kind == "date":
        start = datetime.datetime(2024 if way > 0 else 2019, 1, 1)
        return [start + datetime.timedelta(days=n) for n in range(count)]
    first = int(max(numbers)) + 1 if way > 0 else int(min((*numbers, Decimal(1)))) - 1
    if kind == "int":
        return [first + way * n for n in range(count)] if way > 0 else [max(first, 0)]
    if kind in ("decimal", "float"):
        return [Decimal(first) + Decimal(way * n) for n in range(count)]
    return []
