"""Months and days that a row has of what it refers to: a payment's line names the invoice by the invoice's month."""

from __future__ import annotations

from vgpt2.catalog.column_meaning import DATES, base_word, is_month
from vgpt2.catalog.model import Catalog, Join, Table


def others_months(catalog: Catalog, table: Table) -> frozenset[str]:
    """The months of a table of lines that are no month of its documents: these have a day or a month of their own, and
    the lines name by theirs, with a number, a document of another kind."""
    return frozenset(
        name for join in _named(catalog, table) for name in join.left_columns if _is_month(catalog, table, name)
    )


def others_dates(catalog: Catalog, table: Table) -> frozenset[str]:
    """The dates of such lines that the document which they name has too: an invoice was not paid on its own day."""
    ends = [catalog.by_qualified[join.right] for join in _named(catalog, table)]
    return frozenset(
        column.name
        for column in table.columns
        if base_word(column) in DATES and any(e.column(column.name) for e in ends)
    )


def _is_month(catalog: Catalog, table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and is_month(catalog.database, column)


def _named(catalog: Catalog, table: Table) -> list[Join]:
    """The ways to documents that a table of lines of other documents names by their month and number."""
    months = {column.name for column in table.columns if is_month(catalog.database, column)}
    ways = [join for join in catalog.joins_of(table.qualified) if join.left == join.many_side == table.qualified]
    documents = [join for join in ways if _is_of_lines(catalog, table, join)]
    if not months or not documents or any(months & {*join.left_columns} for join in documents):
        return []
    numbered = [join for join in ways if {*join.left_columns} - months - catalog.company_names]
    return [join for join in numbered if {*join.left_columns} <= {*table.key} and months & {*join.left_columns}]


def _is_of_lines(catalog: Catalog, table: Table, join: Join) -> bool:
    """Whether a join leads from lines to their document, which is of a day: by the first columns of their key."""
    end, count = catalog.by_qualified[join.right], len(join.left_columns)
    begins = join.left_columns == table.key[:count] != table.key and {*join.left_columns} - catalog.company_names
    return bool(begins) and any(base_word(column) in DATES for column in end.columns if column.name not in end.key)
