"""What one walk over a statement carries along: the binding that it fills, and how it reads a query inside another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from sqlglot import exp

from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.finding import Finding, Known, position_of
from vgpt2.tsql.check.scope import Ctes, Output, Scope

Place = Literal["statement", "derived", "cte", "value", "in", "exists", "branch"]
# What is said where sqlglot made of a right text a tree that no rule here knows.
NOT_UNDERSTOOD = "a part that is not understood"
Anchor = Callable[[Output], None]


class ResolveQuery(Protocol):
    """`resolve.query`; the clauses call it through the walk, because it calls them."""

    def __call__(
        self,
        node: exp.Expression,
        walk: Walk,
        outer: Scope | None,
        ctes: Ctes,
        place: Place,
        anchor: Anchor | None = None,
    ) -> Output: ...


class Walk:
    """One walk.

    `exposed`: folded names of all sources, CTEs and aliases; `from_calls`: where in
    the text the functions of FROM stand; `typed`: the nodes whose types are looked at, outer ones first.
    """

    __slots__ = ("binding", "bound", "columns", "exposed", "fold", "from_calls", "lookup", "query", "typed")

    def __init__(self, binding: Binding, query: ResolveQuery) -> None:
        self.binding = binding
        self.query = query
        # Read for every column.
        self.bound = binding.bound
        self.columns = binding.columns
        self.lookup = binding.lookup
        self.fold = binding.lookup.fold
        self.exposed: set[str] = set()
        self.from_calls: set[int] = set()
        self.typed: list[exp.Expression] = []

    def syntax(self, message: str, node: exp.Expression, name: str = "", rule: str = "parse_error") -> None:
        """A fault in any database."""
        self.binding.findings.append(Finding("syntax", rule, message, name, position_of(node)))

    def resolve(
        self, rule: str, message: str, node: exp.Expression | None, name: str = "", known: Known | None = None
    ) -> None:
        """A name that this database does not have, or that SQL Server would not bind."""
        self.binding.findings.append(Finding("resolve", rule, message, name, position_of(node), known))

    def cannot_know(self, because: str) -> None:
        """From here on the best verdict is `unknown`."""
        if not self.binding.unknown:
            self.binding.unknown = because
