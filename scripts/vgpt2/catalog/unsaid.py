"""Whether a database has words for something at all: in the names, descriptions and labels of its tables and columns.

What no table and no column is called cannot be asked for, however plausible it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from vgpt2.catalog.abbreviations import without_prefix
from vgpt2.catalog.business_words import column_words, name_words, table_words
from vgpt2.catalog.model import Catalog, Table

# What is so many joins away is shown beside a table without being its own.
NEAR = 2


class _Texts(dict[str, list[str]]):
    """By the qualified name of a table: all that is said of it, and of each of its columns, in lower case."""


def texts_of(catalog: Catalog, table: Table) -> list[str]:
    """All that is said of a table, then of each of its columns."""
    kept = catalog.derived.get(_Texts, _Texts)
    if table.qualified not in kept:
        database = catalog.database
        title = [table.name, name_words(without_prefix(table, database), database), table_words(catalog, table)]
        title += [table.description, *(words for words, _, _ in catalog.said(table))]
        found = [" ".join(title)]
        for column in table.columns:
            labels = [words for words, _, _ in catalog.said(table, column.name)]
            own = [column.name, name_words(column.name, database), column_words(catalog, column, table)]
            found.append(" ".join([*own, column.description, *labels]))
        kept[table.qualified] = [text.lower() for text in found]
    return kept[table.qualified]


def says(catalog: Catalog, phrase: str, tables: Iterable[Table]) -> bool:
    """Whether one of the tables, or one of their columns, is called by all words of a phrase, or by words that begin
    or end like these."""
    words = phrase.lower().split()
    return any(all(word in text for word in words) for table in tables for text in texts_of(catalog, table))


def near_tables(catalog: Catalog, table: Table, steps: int = NEAR) -> list[Table]:
    """A table and those that at most so many joins lead to, in the order of the catalog."""
    found = frontier = {table.qualified}
    for _ in range(steps):
        joins = (join for name in sorted(frontier) for join in catalog.joins_of(name))
        frontier = {side for join in joins for side in (join.left, join.right)} - found
        found = found | frontier
    return [other for other in catalog.tables if other.qualified in found]
