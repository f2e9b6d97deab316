"""The tables, functions and types of a catalog by the names that a SQL text may give them."""

from __future__ import annotations

from vgpt2.catalog.model import ASSEMBLY_TYPE, Catalog, Table
from vgpt2.tsql.check.functions.signatures import server_of, signatures
from vgpt2.tsql.check.functions.versions import features, lacking
from vgpt2.tsql.check.scope import TableInfo


class CatalogLookup:
    """Finds what the names of a text stand for, as SQL Server would: made once for a catalog, used for every text.

    `fold` makes two names that the database holds to be one the same text.
    """

    def __init__(self, catalog: Catalog) -> None:
        database = catalog.database
        self.catalog = catalog
        self.case_sensitive = database.case_sensitive
        self.default_schema = database.default_schema
        self.fold = _as_it_is if database.case_sensitive else str.lower
        self.functions = {
            routine.qualified.lower(): routine for routine in catalog.routines if routine.kind == "function"
        }
        self.sequences = {sequence.qualified.lower() for sequence in catalog.sequences}
        self.types = {name.lower() for name in catalog.types}
        # Of these the reader of scripts knows the names.
        self.assembly_types = {
            unread.text.split(".")[-1].lower() for unread in catalog.unread if unread.construct == ASSEMBLY_TYPE
        }
        self.shown_by = catalog.stands_for
        self.server = server_of(database)
        self.signatures = signatures(self.server)
        self.lacking = lacking(self.server)
        self._infos: dict[tuple[str, str], TableInfo | None] = {}
        self._folded_names: dict[str, Table] = {}
        for table in catalog.tables:
            self._folded_names.setdefault(table.name.lower(), table)

    def table(self, name: str, schema: str = "") -> TableInfo | None:
        """The catalog's table of this name as SQL Server would find it, or None."""
        key = (schema, name)
        try:
            return self._infos[key]
        except KeyError:
            table = self.catalog.find(name, schema)
            if table is None and schema and not self.case_sensitive:
                table = self.catalog.by_folded.get(f"{schema}.{name}".lower())
            info = None
            if table is not None:
                info = self._infos.get((table.schema, table.name)) or TableInfo(table, self.catalog, self.fold)
                self._infos[(table.schema, table.name)] = info
            if len(self._infos) < 50_000:
                self._infos[key] = info
            return info

    def table_in_other_case(self, name: str, schema: str = "") -> Table | None:
        """In a case-sensitive database: the table that differs from this name by case only."""
        if not self.case_sensitive:
            return None
        return self.catalog.by_folded.get(f"{schema or self.default_schema}.{name}".lower())

    def has(self, name: str) -> bool:
        """Whether the database's server has a function (by its name in upper case) or a form (of versions.yaml).

        Raises:
            KeyError: there is no such function or form on any version.
        """
        if name in features():
            return name not in self.lacking
        return not self.signatures[name].refused

    def known_names(self, name: str, schema: str = "") -> list[str]:
        """What an unknown table may have been meant to be: one of the same name elsewhere, else all queryable ones."""
        same = self._folded_names.get(name.lower())
        tables = [same] if same is not None else self.catalog.queryable
        qualified = bool(schema) or (same is not None and same.schema != self.default_schema)
        return [table.qualified if qualified else self.catalog.sql_name(table) for table in tables]


def _as_it_is(name: str) -> str:
    return name
