"""What a reader has found so far: facts in any order, before they are put together to a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vgpt2.catalog.meaning.program import Said
from vgpt2.catalog.model import (
    Catalog,
    Column,
    Difference,
    Document,
    ForeignKey,
    FormField,
    Join,
    Routine,
    Sequence,
    Table,
    Trigger,
    Unread,
)
from vgpt2.catalog.shapes import Shape
from vgpt2.database_settings import DatabaseSettings
from vgpt2.errors import caught

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

Named = TypeVar("Named", Table, Routine, Trigger, Sequence)


def place_of(thing: Table | Routine | Document) -> tuple[str, int]:
    """File and line of something that was read, as far as its source tells them."""
    file, _, line = thing.source.rpartition(":")
    return (file, int(line)) if file and line.isdigit() else (thing.source or thing.name, 1)


@dataclass
class Draft:
    """Facts about one database. Objects are found by (schema, name), in other case too where the database allows it."""

    database: DatabaseSettings
    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    recipes: list[Join] = field(default_factory=list)
    routines: dict[tuple[str, str], Routine] = field(default_factory=dict)
    # functions that give tables, with their columns or the query that gives them; each is a routine as well
    functions: dict[tuple[str, str], Table] = field(default_factory=dict)
    table_types: dict[tuple[str, str], Table] = field(default_factory=dict)
    # checks and defaults that have a name: (identity of the table, folded name) to kind, and expression or column
    named: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    triggers: dict[tuple[str, str], Trigger] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    form_fields: list[FormField] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # optional files that are not there
    notes: list[str] = field(default_factory=list)  # what a user should know of how it was read
    descriptions: list[tuple[list[str], str, str]] = field(default_factory=list)  # name parts, text, source
    sequences: dict[tuple[str, str], Sequence] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    # routine: name chains of what it reads and writes, looked up when all tables are known
    referred: dict[str, tuple[list[list[str]], list[list[str]]]] = field(default_factory=dict)
    # synonyms, with the name chain of what each stands for
    synonyms: dict[tuple[str, str], tuple[Table, list[str]]] = field(default_factory=dict)
    # history tables and ledger views: whose they are, name chain, what a view has beside its table's columns, place
    versions: list[tuple[Table, list[str], list[Column] | None, str]] = field(default_factory=list)
    selected_into: list[Table] = field(default_factory=list)  # made by SELECT INTO: views until their columns are known
    not_null_types: set[str] = field(default_factory=set)  # types that allow no NULL where a column does not say
    silent_columns: list[Column] = field(default_factory=list)  # columns that do not say whether they allow NULL
    said: list[Said] = field(default_factory=list)  # what programs say of what things mean
    failed: dict[str, str] = field(default_factory=dict)  # why a query has no shape, by its SQL
    shapes: dict[str, Shape | None] = field(default_factory=dict)  # of every query, by its SQL

    def settle(self, setting: str, value: Any, source: str) -> None:
        """A setting as the source has it: taken where the YAML is silent, said where the YAML has another."""
        known = getattr(self.database, setting)
        if setting not in self.database.model_fields_set:
            self.database = self.database.model_copy(update={setting: value})
        elif known != value:
            self.notes.append(f"{setting}: {known} in the database's YAML, {value} in {source}; the YAML counts")

    def key(self, schema: str, name: str) -> tuple[str, str]:
        """The dictionary key of an object: default schema filled in, lower-cased where case does not count."""
        schema = schema or self.database.default_schema
        return (schema, name) if self.database.case_sensitive else (schema.lower(), name.lower())

    def schema_and_name(self, parts: list[str]) -> tuple[str, str]:
        """The last two of a name chain, the default schema filled in."""
        return (parts[-2] if len(parts) > 1 and parts[-2] else self.database.default_schema), parts[-1]

    def table(self, parts: list[str]) -> Table | None:
        """The table or view of a name chain (`[schema,] name`; longer chains by their last two), through synonyms."""
        seen: set[tuple[str, str]] = set()
        while parts:
            key = self.key(parts[-2] if len(parts) > 1 else "", parts[-1])
            if key in self.tables:
                return self.tables[key]
            if key in seen or key not in self.synonyms or len(self.synonyms[key][1]) > 2:
                return None
            seen.add(key)
            parts = self.synonyms[key][1]
        return None

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
            below = self.types.get(head) or self._type_in_other_case(low)
            if below is None or low in seen:
                return declared
            seen.add(low)
            declared = below

    def _type_in_other_case(self, low: str) -> str | None:
        return next((base for name, base in self.types.items() if name.lower() == low), None)

    def module(self, schema: str, name: str) -> str:
        """The module of an object: its schema, or the two upper-case letters after any lower-case prefix."""
        if self.database.modules_from == "schema":
            return schema
        rest = name.lstrip("abcdefghijklmnopqrstuvwxyz_")
        return rest[:2] if rest[:2] in self.database.modules else ""

    def rename_object(self, old: list[str], new: str) -> bool:
        """Give a table, view, routine or constraint another name in its schema; False where it is not there."""
        schema, name = self.schema_and_name(old)
        key, target = self.key(schema, name), self.key(schema, new)
        renamed = (
            _rename(self.tables, key, target, new)
            or _rename(self.routines, key, target, new)
            or _rename(self.triggers, key, target, new)
            or _rename(self.table_types, key, target, new)
        )
        _rename(self.functions, key, target, new)
        if renamed:
            self._refer_anew(*renamed)
            return True
        for foreign in self.foreign_keys:
            if foreign.name == name:
                foreign.name = new
                return True
        keys = (item for table in self.tables.values() for item in table.keys)
        found_key = next((item for item in keys if item.name == name), None)
        if found_key:
            found_key.name = new
        return found_key is not None

    def move_object(self, old: list[str], schema: str) -> bool:
        """Put a table, view, routine, trigger, sequence or type into another schema; False where it is not there."""
        before, name = self.schema_and_name(old)
        key, target = self.key(before, name), self.key(schema, name)
        moved = (
            _move(self.tables, key, target, schema)
            or _move(self.routines, key, target, schema)
            or _move(self.triggers, key, target, schema)
            or _move(self.sequences, key, target, schema)
            or _move(self.table_types, key, target, schema)
        )
        _move(self.functions, key, target, schema)
        if moved:
            self._refer_anew(*moved)
            return True
        return name in self.types  # a type is known by its name alone

    def name(self, table: Table, name: str, kind: str, of: str) -> None:
        """Remember the name of a check (`of`: its expression) or of a default (`of`: its column)."""
        if name:
            self.named[id(table), name.lower()] = (kind, of)

    def drop_named(self, table: Table, name: str) -> bool:
        """Take a check or a default off its table; False where it has none of this name."""
        kind, of = self.named.pop((id(table), name.lower()), ("", ""))
        if kind == "check" and of in table.checks:
            table.checks.remove(of)
        elif kind == "default" and (column := self.column(table, of)):
            column.default = ""
        return bool(kind)

    def add_synonym(self, parts: list[str], target: list[str], source: str) -> None:
        """Another name for an object."""
        schema, name = self.schema_and_name(parts)
        table = Table(schema, name, "synonym", [], module=self.module(schema, name), source=source)
        self.synonyms[self.key(schema, name)] = (table, target)

    def _refer_anew(self, before: str, after: str) -> None:
        for foreign in self.foreign_keys:
            foreign.table = after if foreign.table == before else foreign.table
            if foreign.referenced_table == before:
                foreign.referenced_table = after
        for trigger in self.triggers.values():
            trigger.table = after if trigger.table == before else trigger.table

    def rename_column(self, owner: list[str], old: str, new: str) -> bool:
        """Give a column another name, in the table's keys as well; False where it is not there."""
        table = self.table(owner)
        column = self.column(table, old) if table else None
        if table is None or column is None:
            return False
        before, column.name = column.name, new
        lists = [*(key.columns for key in table.keys), *(index.columns for index in table.indexes)]
        lists += [key.columns for key in self.foreign_keys if key.table == table.qualified]
        lists += [key.referenced_columns for key in self.foreign_keys if key.referenced_table == table.qualified]
        for names in lists:
            names[:] = [new if name == before else name for name in names]
        return True

    @contextmanager
    def reading(self, what: str, file: str, line: int, text: str = "", lost: str = "") -> Iterator[None]:
        """Whatever goes wrong within is one object's own entry in the list of what was not understood.

        The one place where every error is caught: no object may take the others down with it.
        """
        try:
            yield
        except Exception as error:
            self.not_understood(f"{what} that cannot be read ({caught(error)})", file, line, text, lost)

    def not_understood(self, construct: str, file: str, line: int, text: str = "", lost: str = "") -> None:
        """Record something that was skipped. `lost`: table or view, where one is missing for it."""
        self.unread.append(Unread(construct, file, line, " ".join(text.split())[:120], lost))

    def catalog(self) -> Catalog:
        """All facts, sorted, as a catalog without inferred joins."""
        return Catalog(
            database=self.database,
            tables=sorted(self.tables.values(), key=lambda item: item.qualified),
            types=dict(sorted(self.types.items())),
            table_types=sorted(self.table_types.values(), key=lambda item: item.qualified),
            foreign_keys=sorted(self.foreign_keys, key=lambda item: (item.table, item.columns, item.name)),
            routines=sorted(self.routines.values(), key=lambda item: item.qualified),
            triggers=sorted(self.triggers.values(), key=lambda item: item.qualified),
            documents=sorted(self.documents, key=lambda item: (item.kind, item.name, item.source)),
            form_fields=sorted(self.form_fields, key=lambda item: (item.form, item.tab, item.column, item.description)),
            sequences=sorted(self.sequences.values(), key=lambda item: item.qualified),
            differences=sorted(self.differences, key=lambda item: (item.name, item.what)),
            unread=sorted(self.unread, key=lambda item: (item.construct, item.file, item.line)),
        )


def _rename(
    objects: dict[tuple[str, str], Named], key: tuple[str, str], target: tuple[str, str], new: str
) -> tuple[str, str] | None:
    """Move an object to its new key; its qualified name before and after, or None where it is not among these."""
    found = objects.pop(key, None)
    if found is None:
        return None
    before, found.name = found.qualified, new
    objects[target] = found
    return before, found.qualified


def _move(
    objects: dict[tuple[str, str], Named], key: tuple[str, str], target: tuple[str, str], schema: str
) -> tuple[str, str] | None:
    """Put an object that is there into another schema; its qualified names before and after."""
    found = objects.pop(key, None)
    if found is None:
        return None
    before, found.schema = found.qualified, schema
    objects[target] = found
    return before, found.qualified
