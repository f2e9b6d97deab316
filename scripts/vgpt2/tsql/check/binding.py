"""What the names of one SQL text stand for: kept with its verdict, so that nobody has to resolve the text again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.scope import BoundColumn, Output, Scope


@dataclass(slots=True, eq=False, repr=False)
class Binding:
    """One resolved statement.

    `bound` and `outputs` go by the id of a node of `tree`: they hold as long as the tree is kept and not changed. Who
    changes the tree takes a binding of his own (`Checker.bind`).

    `text`: what the tree was made of, for what it no longer shows.
    `findings`: what is wrong with it, house rules aside. `unknown`: why it cannot be known whether it is right, or
    empty. `tables`, `columns`: qualified names of the catalog in the order of their first use. `cte_names`: folded.
    `selects`: what each SELECT sees, inner ones first.
    """

    tree: exp.Expression
    lookup: CatalogLookup
    bound: dict[int, BoundColumn] = field(default_factory=dict)
    outputs: dict[int, Output] = field(default_factory=dict)
    selects: list[Scope] = field(default_factory=list)
    tables: dict[str, None] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    cte_names: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    unknown: str = ""
    text: str = ""

    @property
    def fold(self) -> Callable[[str], str]:
        """Makes two names that the database holds to be one the same text."""
        return self.lookup.fold

    def column(self, node: exp.Expression) -> BoundColumn | None:
        """The source and folded name that a column node stands for; None where it is not bound."""
        return self.bound.get(id(node))

    def output(self, query: exp.Expression) -> Output | None:
        """The columns that a query of the statement gives."""
        return self.outputs.get(id(query))
