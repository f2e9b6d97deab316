"""What a SELECT can see: the sources of its FROM clause, and the queries around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from vgpt2.catalog.model import Catalog, Table
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.types import split_type

Clause = Literal["from", "on", "where", "group", "having", "select", "order"]


class TableInfo:
    """A catalog table as the checker needs it: names folded as the database compares them.

    `columns` maps a folded name to the name as the catalog writes it; `lower` does so by lower case, to tell a wrong
    case from a wrong name. No columns in the catalog: `columns` is None, and nothing about them can be known.
    `types`: base types without their lengths by folded name, where they are declared.
    `incomparable`: whether values of one of them are never compared.
    `company_column` is empty where there is none; `company` is its folded name.
    """

    __slots__ = ("columns", "company", "company_column", "incomparable", "lower", "qualified", "table", "types")

    def __init__(self, table: Table, catalog: Catalog, fold: Callable[[str], str]) -> None:
        self.table = table
        self.qualified = table.qualified
        self.columns = {fold(column.name): column.name for column in table.columns} if table.columns else None
        self.lower = {column.name.lower(): column.name for column in table.columns}
        self.company = fold(catalog.company_column(table))
        self.company_column = (self.columns or {}).get(self.company, "")
        # Of other views the types are worked out and not declared.
        declared = table.columns if table.kind == "table" or table.base_table else []
        self.types = {fold(column.name): split_type(column.base_type)[0] for column in declared if not column.computed}
        self.incomparable = not type_rules().arguments["grouped"].isdisjoint(self.types.values())


class Source:
    """One entry of a FROM clause.

    `columns` maps folded names to names, or is None where they cannot be known (a table-valued function, PIVOT).
    `origins` maps a folded column to the (source, column) pairs that it shows, for derived tables and CTEs.
    """

    __slots__ = ("aliased", "columns", "info", "kind", "name", "node", "origins", "output", "schema")

    def __init__(
        self,
        name: str,
        kind: Literal["table", "derived", "cte", "opaque", "missing"],
        columns: dict[str, str] | None,
        node: exp.Expression,
        info: TableInfo | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.columns = columns
        self.node = node
        self.info = info
        self.schema = ""
        self.aliased = False
        self.origins: dict[str, tuple[BoundColumn, ...]] = {}
        self.output: Output | None = None


BoundColumn = tuple[Source, str]
"""A source and the folded name of one of its columns."""


class Output:
    """The columns that a query gives: `names` (None for one without a name), `origins` and `nodes` (the expression,
    None where a star stands for it) beside them.

    `known` is False where a star over something opaque stands among them; `several`: they are of a UNION or its like.
    """

    __slots__ = ("known", "names", "nodes", "origins", "several")

    def __init__(self, known: bool = True) -> None:
        self.names: list[str | None] = []
        self.origins: list[tuple[BoundColumn, ...]] = []
        self.nodes: list[exp.Expression | None] = []
        self.known = known
        self.several = False

    def add(self, name: str | None, origins: tuple[BoundColumn, ...] = (), node: exp.Expression | None = None) -> None:
        """One more column."""
        self.names.append(name)
        self.nodes.append(node)
        self.origins.append(origins)


@dataclass(slots=True)
class Cte:
    """A common table expression. The output of a recursive one is that of its first branch while the second is read."""

    name: str
    output: Output


Ctes = dict[str, Cte]
"""The CTEs that a query sees, by folded name."""


class Scope:
    """One SELECT while it is resolved, and after.

    `clause` is the part that is being resolved; `uses` holds the columns of this scope that queries inside it read
    (with the clause of that moment), which GROUP BY has to allow as well. `ons`: the conditions of its joins.
    """

    __slots__ = ("aliases", "by_name", "clause", "ctes", "ons", "outer", "select", "sources", "uses")

    def __init__(self, select: exp.Select, outer: Scope | None, ctes: Ctes) -> None:
        self.select = select
        self.outer = outer
        self.ctes = ctes
        self.sources: list[Source] = []
        self.by_name: dict[str, list[Source]] = {}
        self.aliases: set[str] = set()
        self.clause: Clause = "from"
        self.uses: list[tuple[Clause, exp.Expression, BoundColumn]] = []
        self.ons: list[exp.Expression] = []


def visible(scope: Scope | None) -> list[Source]:
    """The sources of a scope and of those around it, inner ones first."""
    sources: list[Source] = []
    while scope is not None:
        sources += scope.sources
        scope = scope.outer
    return sources
