"""What a query gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Result:
    """What a query gave.

    `status`: `rows` (it ran), `error` (SQL Server would refuse it, or it failed here: time, memory, too many
    rows, two rows of a subquery that may give one) or `not_executable` (this engine has no equivalent; says nothing
    about the query).
    `rows` are normalised: decimals and floats rounded to 6 places, dates in ISO form, no trailing blanks.
    `order`: positions of the columns that ORDER BY sorts by, None where they are not all selected.
    """

    status: Literal["rows", "error", "not_executable"]
    columns: tuple[str, ...] = ()
    rows: list[tuple] = field(default_factory=list)
    message: str = ""
    order: tuple[int, ...] | None = ()

    @property
    def says_something(self) -> bool:
        """Whether it ran and returned something: an aggregate over nothing is one row of NULL or 0."""
        return self.status == "rows" and any(value not in (None, 0) for row in self.rows for value in row)
