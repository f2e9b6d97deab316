"""What a table needs of others to say what its rows are: what they refer to, their names, what they are sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.finding.deal_words import deal_words
from vgpt2.catalog.model import Catalog, Column, Table

Floats = NDArray[np.float32]
Titles = Sequence[Sequence[tuple[str, ...]]]  # of each table, the terms of each thing that it is called


class Refers(NamedTuple):
    """Columns of a table that lead to one row of another; `by_key`: by its key."""

    columns: list[str]
    to: int
    by_key: bool


@dataclass(slots=True, frozen=True)
class Companions:
    """Tables by their place in the index. `names`: of a table without names of people, the one that has those of its
    rows; `classes`: of each table, the one that it is sorted by; `kinds`: of a table that joins others by their keys,
    those that say what kind of a join each is."""

    names: dict[int, int]
    classes: dict[int, int]
    kinds: dict[int, list[int]]


def refers_of(catalog: Catalog, tables: Sequence[Table]) -> list[list[Refers]]:
    """Of each table, what its rows refer to."""
    places = {table.qualified: place for place, table in enumerate(tables)}
    found: list[list[Refers]] = [[] for _ in tables]
    for join in catalog.joins:
        left = (join.left, join.left_columns, join.right, join.right_columns)
        right = (join.right, join.right_columns, join.left, join.left_columns)
        for many, columns, one, key in (left, right):
            if join.many_side == many and many in places and one in places and many != one:
                by_key = set(key) == set(tables[places[one]].key)
                found[places[many]].append(Refers(columns, places[one], by_key))
    return found


def companions_of(
    catalog: Catalog, tables: Sequence[Table], titles: Titles, refers: Sequence[list[Refers]]
) -> Companions:
    """The companions of each table."""
    return Companions(_names(catalog, tables), _classes(titles, refers), _kinds(tables, titles, refers))


def _names(catalog: Catalog, tables: Sequence[Table]) -> dict[int, int]:
    """The table with names of people that has the same key, and is joined by it most often."""
    places = {table.qualified: place for place, table in enumerate(tables)}
    named = {place for place, table in enumerate(tables) if any(_is_name(catalog, column) for column in table.columns)}
    found = {}
    for place, table in enumerate(tables):
        if place in named or not table.key:
            continue
        fitting = []
        for join in catalog.joins_of(table.qualified):
            own, other, its = join.left_columns, join.right, join.right_columns
            if join.left != table.qualified:
                own, other, its = join.right_columns, join.left, join.left_columns
            giver = places.get(other)
            if giver in named and not join.many_side and own == table.key and its == tables[giver].key:
                fitting.append((join.uses, join.origin == "foreign_key", other))
        if fitting:
            found[place] = places[max(fitting)[2]]
    return found


def _is_name(catalog: Catalog, column: Column) -> bool:
    words = name_words(column.name, catalog.database).lower().split()
    return words[-1:] == ["name"] and not {"last", "full", "family"}.isdisjoint(words)


def _called(titles: Titles, words: Sequence[str]) -> set[int]:
    return {place for place, every in enumerate(titles) if any(not set(words).isdisjoint(title) for title in every)}


def _classes(titles: Titles, refers: Sequence[list[Refers]]) -> dict[int, int]:
    """The class that a table refers to; of several, the one that is sorted itself: a product's subcategory stands
    within a category, the family of its model within nothing."""
    classes = _called(titles, deal_words().classes)
    found = {}
    for place, ends in enumerate(refers):
        fitting = {one.to for one in ends if one.to in classes}
        if fitting:
            found[place] = max(fitting, key=lambda end: (any(one.to in classes for one in refers[end]), -end))
    return {place: end for place, end in found.items() if found.get(end) != place}


def _kinds(tables: Sequence[Table], titles: Titles, refers: Sequence[list[Refers]]) -> dict[int, list[int]]:
    kinds = _called(titles, ["type", "kind"])
    found = {}
    for place, table in enumerate(tables):
        by = {name for one in refers[place] for name in one.columns}
        if len(table.key) > 1 and by.issuperset(table.key):
            ends = {one.to for one in refers[place] if one.to in kinds and set(one.columns) <= set(table.key)}
            if ends:
                found[place] = sorted(ends)
    return found
