"""How much the words of a question speak for each column of a table."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.catalog.finding.asked import Asked
from vgpt2.catalog.finding.index import COLUMN, column_terms
from vgpt2.catalog.model import Catalog, Column, Table

# A word that many columns of the table answer to tells them apart the less.
CROWD = 0.5
# What a column is worth before any question: reports show amounts, dates, states and names, and hardly ever notes,
# attachments and what a batch leaves behind.
AMOUNT, DATE, STATES, NAMED, TEXT_BODY, PLUMBING = 0.30, 0.25, 0.25, 0.30, -0.3, -0.4
AMOUNT_TYPES = ("money", "smallmoney", "decimal", "numeric", "float")
DATE_TYPES = ("date", "smalldatetime")
BODIES = ("text", "ntext", "xml", "image", "varbinary", "uniqueidentifier", "timestamp", "rowversion")
PLUMBERS = ("batch", "attch", "guid", "rowversion", "inuse", "keyid", "purge", "audit")


def said_of_columns(catalog: Catalog, table: Table, asked: Sequence[Asked]) -> dict[str, float]:
    """Column names with points: one for each word of the question that the column answers to for certain and alone,
    less where the word stands for it as a synonym, in its description, or for other columns too."""
    terms = catalog.derived.get(_Terms, lambda: _Terms(catalog)).of(table)
    points = dict.fromkeys(terms, 0.0)
    for word in asked:
        found = {name: _best(word, says) for name, says in terms.items()}
        crowd = sum(found.values()) ** CROWD
        for name, best in found.items():
            if best:
                points[name] += word.counts * best / max(1.0, crowd)
    return points


def prior(column: Column) -> float:
    """What a column is worth before any question, in the points of `said_of_columns`."""
    kind, name = column.base_type.lower(), column.name.lower()
    if any(part in name for part in PLUMBERS):
        return PLUMBING
    if kind.startswith(BODIES) or "(max)" in kind:
        return TEXT_BODY
    if kind.startswith(DATE_TYPES):
        return DATE
    if kind.startswith(AMOUNT_TYPES):
        return AMOUNT
    if column.values or "status" in name:
        return STATES
    return NAMED if name.endswith(("name", "description", "desc", "title")) else 0.0


class _Terms:
    """The terms of each table's columns, read when first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, dict[str, dict[str, float]]] = {}

    def of(self, table: Table) -> dict[str, dict[str, float]]:
        if table.qualified not in self._known:
            self._known[table.qualified] = {column.name: self._read(table, column) for column in table.columns}
        return self._known[table.qualified]

    def _read(self, table: Table, column: Column) -> dict[str, float]:
        best: dict[str, float] = {}
        for terms, says in column_terms(self._catalog, table, column):
            for term in terms:
                best[term] = max(best.get(term, 0.0), says / COLUMN)
        return best


def _best(word: Asked, says: dict[str, float]) -> float:
    return max((sure * says[term] for term, sure in word.terms.items() if term in says), default=0.0)
