"""What a reader has found so far: facts in any order, before they are put together to a catalog."""

from __future__ import annotations

from dataclasses import dataclass, field

from vgpt2.catalog.model import (
    Catalog,
    Column,
    Document,
    ForeignKey,
    FormField,
    Join,
    Routine,
    Table,
    Trigger,
    Unread,
)
from vgpt2.settings import DatabaseSettings

# Built-in types, and what the longer and older spellings of some come down to.
BUILT_IN = frozenset(
    """
    bigint int smallint tinyint bit decimal numeric money smallmoney float real date time datetime datetime2
    smalldatetime datetimeoffset char varchar text nchar nvarchar ntext binary varbinary image xml json uniqueidentifier
    sql_variant hierarchyid geometry geography rowversion timestamp sysname cursor table vector
    """.split()
)
SYNONYMS = {
    "integer": "int", "dec": "decimal", "double precision": "float", "character": "char", "char varying": "varchar",
    "character varying": "varchar", "national char": "nchar", "national character": "nchar",
    "national char varying": "nvarchar", "national character varying": "nvarchar", "national text": "ntext",
    "binary varying": "varbinary", "rowversion": "rowversion",
}  # fmt: skip


@dataclass
class Draft:
    """Facts about one database. Objects are found by (schema, name), in other case too where the database allows it."""

    database: DatabaseSettings
    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    recipes: list[Join] = field(default_factory=list)
    routines: dict[tuple[str, str], Routine] = field(default_factory=dict)
    triggers: dict[tuple[str, str], Trigger] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    form_fields: list[FormField] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # optional files that are not there
    descriptions: list[tuple[list[str], str, str]] = field(default_factory=list)  # name parts, text, source

    def key(self, schema: str, name: str) -> tuple[str, str]:
        """The dictionary key of an object: default schema filled in, lower-cased where case does not count."""
        schema = schema or self.database.default_schema
        return (schema, name) if self.database.case_sensitive else (schema.lower(), name.lower())

    def table(self, parts: list[str]) -> Table | None:
        """The table or view of a name chain (`[schema,] name`; longer chains by their last two)."""
        if not parts:
            return None
        return self.tables.get(self.key(parts[-2] if len(parts) > 1 else "", parts[-1]))

    def column(self, table: Table, name: str) -> Column | None:
        """The column of this name, in other case too where the database allows it."""
        found = table.column(name)
        if found is None and not self.database.case_sensitive:
            found = next((column for column in table.columns if column.name.lower() == name.lower()), None)
        return found

    def column_names(self, table: Table, names: list[str]) -> list[str]:
        """These column names as the table spells them."""
        found = [(self.column(table, name), name) for name in names]
        return [column.name if column else name for column, name in found]

    def base_type(self, declared: str) -> str:
        """What a declared type comes down to: user types followed to a built-in one, spelled in lower case."""
        seen = set()
        while True:
            head, bracket, rest = declared.partition("(")
            head = head.strip()
            low = head.lower()
            if low == "sysname":
                return "nvarchar(128)"
            if low in SYNONYMS or low in BUILT_IN:
                rest = "" if low == "xml" else bracket + rest.replace(" ", "").lower()
                return SYNONYMS.get(low, low) + rest
            below = self.types.get(head) or self._folded_types().get(low)
            if below is None or low in seen:
                return declared
            seen.add(low)
            declared = below

    def _folded_types(self) -> dict[str, str]:
        return {name.lower(): base for name, base in self.types.items()}

    def module(self, schema: str, name: str) -> str:
        """The module of an object: its schema, or the two upper-case letters after any lower-case prefix."""
        if self.database.modules_from == "schema":
            return schema
        rest = name.lstrip("abcdefghijklmnopqrstuvwxyz_")
        return rest[:2] if rest[:2] in self.database.modules else ""

    def not_understood(self, construct: str, file: str, line: int, text: str = "") -> None:
        """Record something that was skipped."""
        self.unread.append(Unread(construct, file, line, " ".join(text.split())[:120]))

    def catalog(self) -> Catalog:
        """All facts, sorted, as a catalog without inferred joins."""
        return Catalog(
            database=self.database,
            tables=sorted(self.tables.values(), key=lambda item: item.qualified),
            types=dict(sorted(self.types.items())),
            foreign_keys=sorted(self.foreign_keys, key=lambda item: (item.table, item.columns, item.name)),
            routines=sorted(self.routines.values(), key=lambda item: item.qualified),
            triggers=sorted(self.triggers.values(), key=lambda item: item.qualified),
            documents=sorted(self.documents, key=lambda item: (item.kind, item.name, item.source)),
            form_fields=sorted(self.form_fields, key=lambda item: (item.form, item.tab, item.column, item.description)),
            unread=sorted(self.unread, key=lambda item: (item.construct, item.file, item.line)),
        )
