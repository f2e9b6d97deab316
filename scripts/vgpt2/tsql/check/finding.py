"""One fault of a SQL text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from vgpt2.errors import nearest


@dataclass(slots=True)
class Finding:
    """One fault.

    `kind`: `syntax` (no T-SQL SELECT, whatever the database), `resolve` (this database has no such thing, or SQL
    Server would not bind it), `house` (a convention of the database is broken). `name` is the name at fault as the SQL
    writes it; `position` its offset in the text, -1 where not known.
    """

    kind: Literal["syntax", "resolve", "house"]
    rule: str
    message: str
    name: str = ""
    position: int = -1
    known: Callable[[], Iterable[str]] | Iterable[str] | None = field(default=None, repr=False, compare=False)

    @property
    def nearest(self) -> str | None:
        """The real name most like `name`, or None. Computed when asked for: it costs more than the check."""
        if self.known is None:
            return None
        names = self.known() if callable(self.known) else self.known
        return nearest(self.name, names)
