"""What speaks for a join: a declared key, the database's own code, or a whole key that says something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.model import Catalog, Table

if TYPE_CHECKING:
    from vgpt2.tsql.check.predicates import Predicates, TableSource
    from vgpt2.tsql.check.verdict import Verdict


def weakly_joined(verdict: Verdict, catalog: Catalog, weak: frozenset[str]) -> tuple[str, ...]:
    """The first two tables that equalities of a query join and nothing speaks for, () where there are none.

    What is joined to one table by its company and to another by the rest has evidence over that other.

    Args:
        weak: words of column names that say little, such as those of companies, in lower case.
    """
    from vgpt2.tsql.check.predicates import Predicates

    if verdict.binding is None:
        return ()
    predicates = Predicates(verdict.binding)
    joined = [(left, right) for left, right in predicates.joined() if left[1].qualified != right[1].qualified]
    group: dict[int, int] = {}

    def root(number: int) -> int:
        while (above := group.get(number, number)) != number:
            number = above
        return number

    weakest = []
    for left, right in joined:
        if _supported(predicates, left, right, catalog, weak):
            group[root(id(left[0]))] = root(id(right[0]))
        else:
            weakest.append((left, right))
    apart = (pair for pair in weakest if root(id(pair[0][0])) != root(id(pair[1][0])))
    return next(((left[1].qualified, right[1].qualified) for left, right in apart), ())


def _supported(
    predicates: Predicates, left: TableSource, right: TableSource, catalog: Catalog, weak: frozenset[str]
) -> bool:
    """Whether the columns that are equal hold a declared or used join, or a key of one side that says something."""
    fold = predicates.binding.fold
    tables = [catalog.hidden_behind.get(side[1].qualified, side[1].table) for side in (left, right)]

    def equal(of_left: str, of_right: str) -> bool:
        return predicates.same((left[0], fold(of_left)), (right[0], fold(of_right)))

    for join in catalog.joins_of_both(tables[0].qualified, tables[1].qualified):
        pairs = list(zip(join.left_columns, join.right_columns, strict=True))
        if join.left != tables[0].qualified:
            pairs = [(b, a) for a, b in pairs]
        if join.origin != "shared_key" and all(equal(a, b) for a, b in pairs):
            return True
    for key in _keys(tables[1]):
        if _says(key, weak) and all(any(equal(column.name, name) for column in tables[0].columns) for name in key):
            return True
    return any(
        _says(key, weak) and all(any(equal(name, column.name) for column in tables[1].columns) for name in key)
        for key in _keys(tables[0])
    )


def _keys(table: Table) -> Iterator[list[str]]:
    if table.key:
        yield table.key
    yield from (key.columns for key in table.keys)


def _says(key: list[str], weak: frozenset[str]) -> bool:
    """Whether a key has a column that says more than which company, batch, sequence or state."""
    return any(not _words(name) <= weak for name in key)


def _words(name: str) -> set[str]:
    """The parts of a name in lower case, a module in front left out: APCo is a company, MO a material order."""
    parts = split_name(name)
    if len(parts) > 1 and parts[0].isupper() and len(parts[0]) == 2:
        parts = parts[1:]
    return {part.lower() for part in parts}
