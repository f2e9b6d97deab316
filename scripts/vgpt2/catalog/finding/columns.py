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
    points = dict.fromkeys((column.name for column in table.columns), 0.0)
    for word in asked:
        best: dict[int, float] = {}
        for term, sure in word.terms.items():
            for place, says in terms.get(term, ()):
                best[place] = max(best.get(place, 0.0), sure * says)
        # in the order of the columns: a sum in another one may differ in its last digit
        found = sorted(best.items())
        crowd = sum(said for _, said in found) ** CROWD
        for place, said in found:
            points[table.columns[place].name] += word.counts * said / max(1.0, crowd)
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
    """The terms of each table's columns, read when first asked for: by term the places of the columns that answer to
    it, and how well."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, dict[str, list[tuple[int, float]]]] = {}

    def of(self, table: Table) -> dict[str, list[tuple[int, float]]]:
        if table.qualified not in self._known:
            by_term: dict[str, list[tuple[int, float]]] = {}
            for place, column in enumerate(table.columns):
                for term, says in self._read(table, column).items():
                    by_term.setdefault(term, []).append((place, says))
            self._known[table.qualified] = by_term
        return self._known[table.qualified]

    def _read(self, table: Table, column: Column) -> dict[str, float]:
        best: dict[str, float] = {}
        for terms, says in column_terms(self._catalog, table, column):
            for term in terms:
                best[term] = max(best.get(term, 0.0), says / COLUMN)
        return best
