"""What the checker says about a SQL text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.finding import Finding

__all__ = ["Finding", "Status", "Verdict"]

Status = Literal["valid", "invalid", "unknown"]


@dataclass(slots=True)
class Verdict:
    """`status`: `valid` (parses and resolves), `invalid`, or `unknown` (a table-valued function, PIVOT or another
    database is in the way, and nothing is certainly wrong). `tables` and `columns` are qualified names of the catalog
    in the order of their first use. `tree` and `binding` (what each name stands for) are None if the text does not
    parse."""

    status: Status
    findings: list[Finding]
    tree: exp.Expression | None
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unknown_because: str = ""
    binding: Binding | None = field(default=None, repr=False, compare=False)

    @property
    def valid(self) -> bool:
        """Parses, and every name resolves."""
        return self.status == "valid"

    @property
    def unread(self) -> bool:
        """T-SQL by the grammar, and not followed here: neither right nor wrong can be said of it."""
        return self.status == "unknown" and self.tree is None

    @property
    def clean(self) -> bool:
        """Valid, and no house rule is broken."""
        return self.status == "valid" and not self.findings

    @property
    def parsed(self) -> exp.Query:
        """The tree of a text that is one query, as every valid one is.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(self.tree, exp.Query):
            raise ValueError("the text is no query, and so has no tree")
        return self.tree

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that are broken, each once, in order."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))
