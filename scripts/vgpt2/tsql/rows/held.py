"""Rows that are kept with a question: of each table that it is about, only the columns that the question needs.

What is not kept is filled from the made rows of the table, so that an answer which reads another column finds
something there. The same data set gives the same rows for every answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vgpt2.catalog.model import Catalog, Table
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.rows.rows import RowMaker


@dataclass(slots=True, frozen=True)
class Held:
    """Rows of one table: the names of some of its columns, and their values by row (as JSON holds them: a decimal or a
    date is a text)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @classmethod
    def from_json(cls, value: dict) -> Held:
        """The inverse of `dataclasses.asdict`."""
        return cls(tuple(value["columns"]), tuple(tuple(row) for row in value["rows"]))


# By the qualified name of the table that holds the rows (`RowMaker.owner`): a view that shows one has the same.
DataSet = dict[str, Held]


def filled(held: Held, table: Table, maker: RowMaker, names: Sequence[str]) -> dict[str, list[Value]]:
    """These columns of a table or view, their values by row. A column that is not kept has its made values in turn, or
    NULL in every third row where it may be NULL."""
    own, count = maker.rows(table.qualified), len(held.rows)
    kept = {name: place for place, name in enumerate(held.columns)}
    rest = [column for column in table.columns if column.name not in kept]
    places = {column.name: place for place, column in enumerate(rest)}
    found: dict[str, list[Value]] = {}
    for name in names:
        if name in kept:
            found[name] = [row[kept[name]] for row in held.rows]
            continue
        place, column = places[name], rest[places[name]]
        third = column.nullable and name not in table.key
        made = [row.get(name) for row in own]
        found[name] = [
            made[number % len(made)] if made and not (third and (number + place) % 3 == 0) else None
            for number in range(count)
        ]
    return found


def owners(catalog: Catalog, maker: RowMaker, qualified: str) -> list[str]:
    """The table that holds the rows of a table or view, and every view that shows it as it is."""
    owner = maker.owner(qualified).qualified
    shown = [table.qualified for table in catalog.tables if table.base_table == owner and not table.filtered]
    return [owner, *shown]
