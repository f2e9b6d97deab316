"""A query with its columns bound to the catalog: which table's column each name is, whatever the aliases."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from vgpt2.catalog.model import Table
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.scope import BoundColumn, Source


class Bound:
    """One resolved query; a base table counts as the view that shows it.

    A query that does not resolve is bound as far as it goes; what is not bound keeps its bare name.
    """

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self.catalog = binding.lookup.catalog
        self.tree = binding.tree

    @property
    def fold(self) -> Callable[[str], str]:
        """Makes two names that the database holds to be one the same text."""
        return self._binding.fold

    def sources(self, select: exp.Select) -> list[Source]:
        """What the FROM of a SELECT of this query holds."""
        return next((scope.sources for scope in self._binding.selects if scope.select is select), [])

    def place(self, node: exp.Expression) -> BoundColumn | None:
        """The source of a FROM and its column that a column node stands for."""
        return self._binding.column(node)

    def column(self, node: exp.Expression) -> tuple[Table, str] | None:
        """The table and column that a column node stands for, through aliases, derived tables and CTEs."""
        found = self._binding.column(node)
        for _ in range(20):
            if found is None:
                return None
            source, key = found
            if source.info is not None:
                table = self._shown(source.info.qualified)
                return (table, source.columns[key]) if table and source.columns else None
            found = next(iter(source.origins.get(key) or ()), None)
        return None

    def name(self, node: exp.Expression) -> str:
        """`APTH.Vendor`, or the bare name of a column that is not bound."""
        found = self.column(node)
        return f"{self.catalog.sql_name(found[0])}.{found[1]}" if found else node.name

    def table(self, name: str, schema: str = "") -> str:
        """The name of a table that the query reads, that of the view for a base table; as it stands if unknown."""
        info = self._binding.lookup.table(name, schema)
        table = self._shown(info.qualified) if info is not None else None
        return self.catalog.sql_name(table) if table else ".".join(filter(None, (schema, name)))

    def info(self, node: exp.Table) -> Table | None:
        """The table or view of the catalog that a table node names; None for a CTE."""
        if not node.db and self._binding.fold(node.name) in self._binding.cte_names:
            return None
        info = self._binding.lookup.table(node.name, node.db)
        return self.catalog.by_qualified.get(info.qualified) if info is not None else None

    def tables(self) -> set[str]:
        """The names of all tables that the query reads, as `table` gives them; no CTE."""
        ctes = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        return {self.table(table.name, table.db) for table in self.tree.find_all(exp.Table) if table.name not in ctes}

    def _shown(self, qualified: str) -> Table | None:
        return self._binding.lookup.shown_by.get(qualified) or self.catalog.by_qualified.get(qualified)
