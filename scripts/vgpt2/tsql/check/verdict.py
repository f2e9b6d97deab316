"""What the checker says about a SQL text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

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


@dataclass(slots=True)
class Verdict:
    """`status`: `valid` (parses and resolves), `invalid`, or `unknown` (a table-valued function, PIVOT or another
    database is in the way, and nothing is certainly wrong). `tables` and `columns` are qualified names of the catalog
    in the order of their first use. `tree` is None if the text does not parse."""

    status: Literal["valid", "invalid", "unknown"]
    findings: list[Finding]
    tree: Any
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unknown_because: str = ""

    @property
    def valid(self) -> bool:
        """Parses, and every name resolves."""
        return self.status == "valid"

    @property
    def clean(self) -> bool:
        """Valid, and no house rule is broken."""
        return self.status == "valid" and not self.findings

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that are broken, each once, in order."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))
