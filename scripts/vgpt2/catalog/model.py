"""The catalog: what exists in one database, and where each fact comes from.

Names are kept exactly as the sources write them. An object is addressed by its *qualified name*,
`schema.name` (`dbo.APTH`); a column by `schema.name.column`. What objects there are stands in `catalog/objects.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property

from vgpt2.catalog.derived import Derived
from vgpt2.catalog.objects import (
    ASSEMBLY_TYPE,
    Column,
    Difference,
    Document,
    ForeignKey,
    FormField,
    Index,
    Join,
    Key,
    Meaning,
    Parameter,
    Routine,
    Sequence,
    SqlMix,
    Table,
    Trigger,
    Unread,
)
from vgpt2.catalog.standing import hiding_views, standing_views
from vgpt2.database_settings import DatabaseSettings
from vgpt2.sqltext.names import quote

__all__ = [
    "ASSEMBLY_TYPE",
    "Catalog",
    "Column",
    "Difference",
    "Document",
    "ForeignKey",
    "FormField",
    "Index",
    "Join",
    "Key",
    "Meaning",
    "Parameter",
    "Routine",
    "Sequence",
    "SqlMix",
    "Table",
    "Trigger",
    "Unread",
    "is_company",
]


@dataclass
class Catalog:
    """One database. Lists are sorted by qualified name, so that the same sources give the same bytes."""

    database: DatabaseSettings
    tables: list[Table] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)  # user type: base type
    table_types: list[Table] = field(default_factory=list)  # types of table variables; no query can name them in FROM
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    routines: list[Routine] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    form_fields: list[FormField] = field(default_factory=list)
    sequences: list[Sequence] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    sql_mix: SqlMix = field(default_factory=SqlMix)

    @cached_property
    def derived(self) -> Derived:
        """What others worked out from this catalog; no field, so neither saved nor compared nor copied."""
        return Derived()

    def __getstate__(self) -> dict[str, object]:
        """What a copy and another process get: the fields, and nothing that was worked out of them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def by_qualified(self) -> dict[str, Table]:
        """Tables and views by qualified name, exact case."""
        return {table.qualified: table for table in self.tables}

    @cached_property
    def by_folded(self) -> dict[str, Table]:
        """Tables and views by lower-cased qualified name."""
        return {table.qualified.lower(): table for table in self.tables}

    @cached_property
    def by_name(self) -> dict[str, list[Table]]:
        """Tables and views by bare name, exact case, for names without a schema."""
        names: dict[str, list[Table]] = {}
        for table in self.tables:
            names.setdefault(table.name, []).append(table)
        return names

    def find(self, name: str, schema: str = "") -> Table | None:
        """The table or view that T-SQL would find: `schema`, else the default schema, else the only one of that name.

        Case counts where the database says so.
        """
        wanted = f"{schema or self.database.default_schema}.{name}"
        found = self.by_qualified.get(wanted)
        if found is None and not self.database.case_sensitive:
            found = self.by_folded.get(wanted.lower())
        return found

    @cached_property
    def queryable(self) -> list[Table]:
        """What questions are about: tables and views, but no table behind a view (`hidden_behind`). What was not
        understood has no columns and is not asked about, and a synonym is another name for what is."""
        known = (table for table in self.tables if table.columns and table.kind != "synonym")
        return [table for table in known if table.qualified not in self.hidden_behind]

    @cached_property
    def hidden_behind(self) -> dict[str, Table]:
        """By the qualified name of a base table that is never asked, the view that is asked in its place; see
        `hiding_views`."""
        return hiding_views(self.tables, self.database)

    @cached_property
    def stands_for(self) -> dict[str, Table]:
        """By the qualified name of a base table, the view that stands before it; see `standing_views`."""
        return standing_views(self.tables, self.database)

    def sql_name(self, table: Table) -> str:
        """The table's name as a query writes it: bare in the default schema, else with its schema."""
        name = quote(table.name)
        return name if table.schema == self.database.default_schema else f"{quote(table.schema)}.{name}"

    def joins_of(self, qualified: str) -> list[Join]:
        """The joins in which this table is one side."""
        return self._joins_by_table.get(qualified, [])

    def joins_of_both(self, one: str, two: str) -> list[Join]:
        """The joins of two tables, whichever of them is left."""
        return self._joins_by_pair.get((one, two) if one <= two else (two, one), [])

    @cached_property
    def _joins_by_pair(self) -> dict[tuple[str, str], list[Join]]:
        by_pair: dict[tuple[str, str], list[Join]] = {}
        for join in self.joins:
            pair = (join.left, join.right) if join.left <= join.right else (join.right, join.left)
            by_pair.setdefault(pair, []).append(join)
        return by_pair

    @cached_property
    def _joins_by_table(self) -> dict[str, list[Join]]:
        by_table: dict[str, list[Join]] = {}
        for join in self.joins:
            for side in {join.left, join.right}:
                by_table.setdefault(side, []).append(join)
        return by_table

    def said(self, of: Table | Routine, column: str = "", value: str = "") -> list[list[str]]:
        """What the database itself calls a table, a routine, a column or a value of one: [text, kind, source], the
        most trusted first. A view that shows one table is called what that table is."""
        name = (of.base_table if isinstance(of, Table) else "") or of.qualified
        found = self._said.get((f"{name}.{column}" if column else name, value))
        return found.words if found else []

    def said_values(self, of: Table, column: str) -> dict[str, list[list[str]]]:
        """The same for every value of a column that is called something."""
        return self._said_values.get(f"{of.base_table or of.qualified}.{column}", {})

    @cached_property
    def _said(self) -> dict[tuple[str, str], Meaning]:
        return {(meaning.of, meaning.value): meaning for meaning in self.meanings}

    @cached_property
    def _said_values(self) -> dict[str, dict[str, list[list[str]]]]:
        found: dict[str, dict[str, list[list[str]]]] = {}
        for meaning in self.meanings:
            if meaning.value:
                found.setdefault(meaning.of, {})[meaning.value] = meaning.words
        return found

    def company_column(self, table: Table) -> str:
        """The company column of a table, or an empty string: that of its module (`APCo` of `APTH`), else the first one
        of its key, or of its columns where it has no key, if that holds a company (`Co` of a batch)."""
        name = self.database.company_columns.get(table.module, "")
        if name and table.column(name):
            return name
        first = table.column(table.key[0]) if table.key else next(iter(table.columns), None)
        return first.name if first is not None and is_company(self.database, first) else ""

    @cached_property
    def company_names(self) -> frozenset[str]:
        """The names of all columns in which companies stand."""
        found = {self.company_column(table) for table in self.tables}
        return frozenset(found | set(self.database.company_columns.values())) - {""}

    def counts(self) -> dict[str, int]:
        """How many of each kind; `columns` are those of tables, not of views."""
        return {
            "tables": sum(table.kind == "table" for table in self.tables),
            "views": sum(table.kind == "view" for table in self.tables),
            "columns": sum(len(table.columns) for table in self.tables if table.kind == "table"),
            "foreign_keys": len(self.foreign_keys),
            "procedures": sum(routine.kind == "procedure" for routine in self.routines),
            "functions": sum(routine.kind == "function" for routine in self.routines),
            "triggers": len(self.triggers),
            "sequences": len(self.sequences),
            "joins": len(self.joins),
            "documents": len(self.documents),
            "form_fields": len(self.form_fields),
            "words": sum(len(meaning.words) for meaning in self.meanings),
            "unread": len(self.unread),
        }


def is_company(database: DatabaseSettings, column: Column) -> bool:
    """Whether a column holds the number of a company, by its type or because a module's companies stand in it."""
    return database.type_meanings.get(column.type) == "company" or column.name in database.company_columns.values()
