"""What a proved query gives on made-up rows: the exam's own, in a process of its own. No database is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.sandbox import Sandbox

# What is shown of a result.
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_CHARACTERS = 20, 40, 100
NONE_FIT = "no made-up row fits these conditions; with your own rows that may be otherwise"


@dataclass(slots=True, frozen=True)
class MadeUpRows:
    """The first rows as text (None: NULL), how many there are, and `note`: why there are none, or how many are left
    out."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    count: int = 0
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form in which they leave."""
        return {"columns": self.columns, "rows": self.rows, "count": self.count, "note": self.note}


class MadeUp:
    """Runs queries on made-up rows; the other process starts with the first of them. To be used from one thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._sandbox = Sandbox(catalog)

    def rows(self, sql: str) -> MadeUpRows:
        """What a proved SELECT gives.

        Raises:
            UserError: the process that runs it does not start.
        """
        [result] = self._sandbox.run(0, [sql])
        return shown(result)

    def close(self) -> None:
        """End the process."""
        self._sandbox.close()


def shown(result: Result) -> MadeUpRows:
    """A result as people look at it."""
    if result.status == "error":
        return MadeUpRows(note=f"it does not run here: {result.message}")
    if result.status != "rows":
        return MadeUpRows(note=f"made-up rows cannot be shown: {result.message}")
    rows = tuple(tuple(_text(value) for value in row[:SHOWN_COLUMNS]) for row in result.rows[:SHOWN_ROWS])
    notes = [NONE_FIT] if not rows else []
    if len(result.rows) > SHOWN_ROWS:
        notes.append(f"the first {SHOWN_ROWS} of {len(result.rows):,} rows")
    if len(result.columns) > SHOWN_COLUMNS:
        notes.append(f"the first {SHOWN_COLUMNS} of {len(result.columns)} columns")
    return MadeUpRows(result.columns[:SHOWN_COLUMNS], rows, len(result.rows), "; ".join(notes))


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:SHOWN_CHARACTERS]
