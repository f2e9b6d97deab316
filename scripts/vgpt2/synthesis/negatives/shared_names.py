"""Columns that several tables have, and columns that one table alone has: without a table's name a question about the
first is ambiguous, about the second it is not."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import shown_by

# A name that fewer tables have could be guessed by what else the question says.
LEAST = 3


class SharedNames:
    """The tables of each column's name, whatever its case, among those that questions are about."""

    def __init__(self, ctx: Context, tables: Sequence[Table]) -> None:
        self._owners: dict[str, list[tuple[Table, Column]]] = {}
        shown = {table.qualified: {column.name for column in shown_by(ctx, table)} for table in tables}
        for table in ctx.catalog.queryable:
            for column in table.columns:
                self._owners.setdefault(column.name.lower(), []).append((table, column))
        companies = set(ctx.catalog.company_names)
        found = [owners for name, owners in sorted(self._owners.items()) if owners[0][1].name not in companies]
        # One row a name: where it is spelled in two ways, as many tables lack what the question says.
        found = [owners for owners in found if len({column.name for _, column in owners}) == 1]
        self.alone = [owners[0] for owners in found if len(owners) == 1]
        self.alone = [(table, column) for table, column in self.alone if column.name in shown.get(table.qualified, ())]
        self.shared = [
            owners
            for owners in found
            if len(owners) >= LEAST and all(column.name in shown.get(table.qualified, ()) for table, column in owners)
        ]
