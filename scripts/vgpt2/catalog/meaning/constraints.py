"""Names of constraints and indexes: `IX_APTH_InvoiceDate` on InvDate says that it is the invoice date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.meaning.found import Found
from vgpt2.catalog.meaning.phrases import letters, stands_for
from vgpt2.catalog.meaning.results import said_name
from vgpt2.catalog.model import Table

_KIND = re.compile(r"^(?:[a-z]{1,3}|PK|FK|UQ|UK|AK|IX|CK|CHK|DF|IDX|UX|UC|NCI|CI)_+", re.IGNORECASE)


def add_constraints(found: Found) -> None:
    """Add what the names of keys, indexes and foreign keys over one column say of it."""
    for name, table, columns in _named(found):
        column = table.column(columns[0]) if len(columns) == 1 else None
        if column is None or "_" not in name:
            continue
        for part in _KIND.sub("", name).split("_"):
            text = said_name(part)
            if text and letters(text) != letters(column.name) and stands_for(column.name, text):
                found.add((table, column), text, "constraint", name)


def _named(found: Found) -> Iterator[tuple[str, Table, list[str]]]:
    for table in found.catalog.tables:
        if table.kind == "table":
            for key in table.keys:
                yield key.name, table, key.columns
            for index in table.indexes:
                yield index.name, table, index.columns
    for foreign in found.catalog.foreign_keys:
        owner = found.catalog.by_qualified.get(foreign.table)
        if owner is not None:
            yield foreign.name, owner, foreign.columns
