"""What a SELECT can see: the sources of its FROM clause, and the queries around it."""

from __future__ import annotations

from collections.abc import Callable

from vgpt2.catalog.model import Catalog, Table


class TableInfo:
    """A catalog table as the checker needs it: names folded as the database compares them.

    `columns` maps a folded name to the name as the catalog writes it; `lower` does so by lower case, to tell a wrong
    case from a wrong name. No columns in the catalog: `columns` is None, and nothing about them can be known.
    """

    __slots__ = ("columns", "company", "lower", "qualified", "table")

    def __init__(self, table: Table, catalog: Catalog, fold: Callable[[str], str]):
        self.table = table
        self.qualified = table.qualified
        self.columns = {fold(column.name): column.name for column in table.columns} if table.columns else None
        self.lower = {column.name.lower(): column.name for column in table.columns}
        self.company = fold(catalog.company_column(table))


class Source:
    """One entry of a FROM clause.

    `columns` maps folded names to names, or is None where they cannot be known (a table-valued function, PIVOT).
    `origins` maps a folded column to the (source, column) pairs that it shows, for derived tables and CTEs.
    `kind`: table, derived, cte or opaque.
    """

    __slots__ = ("aliased", "columns", "info", "kind", "name", "node", "origins", "output", "schema")

    def __init__(self, name: str, kind: str, columns: dict[str, str] | None, node, info: TableInfo | None = None):
        self.name = name
        self.kind = kind
        self.columns = columns
        self.node = node
        self.info = info
        self.schema = ""
        self.aliased = False
        self.origins: dict[str, tuple] = {}
        self.output: Output | None = None


BoundColumn = tuple[Source, str]
"""A source and the folded name of one of its columns."""


class Scope:
    """One SELECT while it is resolved.

    `clause` is the part that is being resolved; `uses` holds the columns of this scope that queries inside it read
    (with the clause of that moment), which GROUP BY has to allow as well.
    """

    __slots__ = ("aliases", "by_name", "clause", "ctes", "node", "ons", "outer", "sources", "uses")

    def __init__(self, outer: Scope | None, ctes: dict, node=None):
        self.outer = outer
        self.ctes = ctes
        self.node = node
        self.sources: list[Source] = []
        self.by_name: dict[str, list[Source]] = {}
        self.aliases: set[str] = set()
        self.clause = "from"
        self.uses: list[tuple] = []
        self.ons: list = []


class Output:
    """The columns that a query gives: `names` (None for one without a name), `origins` and `nodes` (the expression,
    None where a star stands for it) beside them.

    `known` is False where a star over something opaque stands among them.
    """

    __slots__ = ("known", "names", "nodes", "origins")

    def __init__(self) -> None:
        self.names: list[str | None] = []
        self.origins: list[tuple] = []
        self.nodes: list = []
        self.known = True

    def add(self, name: str | None, origins: tuple = (), node=None) -> None:
        """One more column."""
        self.names.append(name)
        self.nodes.append(node)
        self.origins.append(origins)
