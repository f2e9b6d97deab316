"""One fault of a SQL text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from vgpt2.errors import nearest

Known = Callable[[], Iterable[str]] | Iterable[str]
"""The names that a wrong one may have been meant to be; called when asked for, where they are many."""


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
    known: Known | None = field(default=None, repr=False, compare=False)

    @property
    def nearest(self) -> str | None:
        """The real name most like `name`, or None. Computed when asked for: it costs more than the check."""
        if self.known is None:
            return None
        names = self.known() if callable(self.known) else self.known
        return nearest(self.name, names)


def position_of(node: exp.Expression | None) -> int:
    """Where a node starts in the text, -1 where sqlglot does not keep it."""
    if node is None:
        return -1
    identifier = node if type(node) is exp.Identifier else node.find(exp.Identifier)
    start = identifier.meta.get("start") if identifier is not None else None
    return start if isinstance(start, int) else -1
