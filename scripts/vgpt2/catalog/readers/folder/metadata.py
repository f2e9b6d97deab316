"""The JSON metadata of a VGPT2 folder: one reader a kind of row."""

from __future__ import annotations

from vgpt2.catalog.keys import add_key
from vgpt2.catalog.model import Column, ForeignKey, FormField, Index, Join, Key, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.folder.rows import Row

_SIZED = frozenset(("char", "varchar", "nchar", "nvarchar", "binary", "varbinary"))


def name_parts(row: Row, *names: str) -> list[str]:
    """Schema and name of an object: `dbo.bAPTH`, `[dbo].[bAPTH]`, or a name beside `SchemaName`."""
    text = row.text(*names)
    if not text:
        return []
    parts = [part.strip('[]" ') for part in text.split(".")]
    return parts[-2:] if len(parts) > 1 else [row.text("schemaname", "tableschema", "schema"), parts[0]]


def declared_type(row: Row) -> str:
    """`varchar` with MaxLength 30 as `varchar(30)`, `numeric` with 12 and 2 as `numeric(12,2)`; -1 is `max`."""
    name = row.text("datatype", "typename", "type")
    low = name.lower()
    length = row.number("maxlength", "charactermaximumlength", "length")
    if low in _SIZED and length:
        return f"{name}({'max' if length < 0 else length})"
    precision = row.number("precision", "numericprecision")
    if low in ("decimal", "numeric") and precision:
        return f"{name}({precision},{row.number('scale', 'numericscale') or 0})"
    return name


def read_columns(draft: Draft, rows: list[Row], file: str) -> dict[tuple[str, str], list[str]]:
    """All columns, in ordinal order; returns the columns marked as primary key of each table."""
    ordered: dict[tuple[str, str], list[tuple[int, Column, bool]]] = {}
    for number, row in enumerate(rows, 1):
        parts, name = name_parts(row, "objectname", "tablename", "name"), row.text("columnname", "column")
        if not parts or not name:
            draft.not_understood("column without ObjectName or ColumnName", file, number, str(row.values))
            continue
        schema = parts[0] or draft.database.default_schema
        key = draft.key(schema, parts[1])
        if key not in draft.tables:
            kind = "view" if "view" in row.text("objecttype", "tabletype").lower() else "table"
            module = row.text("module") if row.text("module") in draft.database.modules else ""
            draft.tables[key] = Table(
                schema, parts[1], kind, [], module=module or draft.module(schema, parts[1]), source=file
            )
        declared = declared_type(row)
        column = Column(name, declared, draft.base_type(declared))
        column.nullable = row.get("isnullable", "nullable") is None or row.true("isnullable", "nullable")
        column.identity = row.true("isidentity", "identity")
        column.default = row.text("defaultvalue", "columndefault", "default")
        column.description = row.text("description")
        column.description_source = "metadata" if column.description else ""
        position = row.number("ordinalposition", "columnid", "ordinal")
        at = position if position is not None else number
        ordered.setdefault(key, []).append((at, column, row.true("isprimarykey")))
    primary = {}
    for key, found in ordered.items():
        found.sort(key=lambda item: item[0])
        columns = {column.name: column for _, column, _ in reversed(found)}
        draft.tables[key].columns = list(reversed(columns.values()))
        primary[key] = [column.name for _, column, marked in found if marked]
    return primary


def add_marked_keys(draft: Draft, primary: dict[tuple[str, str], list[str]]) -> None:
    """A primary key from the marks in the columns, for tables about which no index or constraint says one."""
    for key, names in primary.items():
        table = draft.tables[key]
        if names and not any(known.origin == "primary_key" for known in table.keys):
            add_key(table, Key("", names, "primary_key"))


def read_type(draft: Draft, row: Row, file: str) -> None:
    """A user-defined type: `{Name, BaseType}`."""
    name, base = row.text("name", "typename"), row.text("basetype", "systemtype", "base")
    if name and base:
        draft.types[name] = base
        for table in draft.tables.values():
            for column in table.columns:
                if column.type == name:
                    column.base_type = draft.base_type(name)


def _table_of(draft: Draft, row: Row, file: str, construct: str) -> Table | None:
    parts = name_parts(row, "tablename", "objectname", "table", "parenttable")
    table = draft.table(parts) if parts else None
    if table is None:
        draft.not_understood(f"{construct} of a table that is not there", file, 1, ".".join(parts))
    return table


def read_index(draft: Draft, row: Row, file: str) -> None:
    """`{TableName, IndexName, Columns|IndexColumns, IsUnique, IsPrimaryKey, IsClustered|IndexType}`."""
    table = _table_of(draft, row, file, "index")
    names = row.names("columns", "indexcolumns", "keycolumns", "columnnames")
    if table is None or not names:
        return
    columns, name = draft.column_names(table, names), row.text("indexname", "name")
    kind = row.text("indextype", "typedesc", "type").lower()
    clustered = row.true("isclustered") or kind.startswith("clustered") or kind == "unique clustered"
    if row.true("isprimarykey"):
        add_key(table, Key(name, columns, "primary_key"))
    elif row.true("isunique") or "unique" in kind.split():
        add_key(table, Key(name, columns, "unique_clustered" if clustered else "unique_index"))
    else:
        table.indexes.append(Index(name, columns))


def read_constraint(draft: Draft, row: Row, file: str) -> None:
    """`{TableName, ConstraintName, ConstraintType, Definition|CheckClause}`: checks, keys where columns are named."""
    table = _table_of(draft, row, file, "constraint")
    if table is None:
        return
    kind = row.text("constrainttype", "type").upper().replace("_", " ")
    columns = draft.column_names(table, row.names("columns", "columnnames", "columnname"))
    definition = row.text("definition", "checkclause", "clause")
    if "CHECK" in kind or (not kind and definition):
        table.checks.append(definition)
    elif "PRIMARY" in kind and columns:
        add_key(table, Key(row.text("constraintname", "name"), columns, "primary_key"))
    elif "UNIQUE" in kind and columns:
        add_key(table, Key(row.text("constraintname", "name"), columns, "unique_constraint"))
    elif "DEFAULT" in kind and columns and (column := draft.column(table, columns[0])):
        column.default = definition


def read_foreign_key(draft: Draft, row: Row, file: str) -> None:
    """`{ParentTable, ParentColumns, ChildTable, ChildColumns, ConstraintName}`.

    The child refers to the parent; SQL Server's own catalog views call the referring table parent, so where only
    the child's columns are a key, the roles are taken the other way.
    """
    parent = draft.table(name_parts(row, "parenttable", "referencedtable"))
    child = draft.table(name_parts(row, "childtable", "referencingtable"))
    parent_columns, child_columns = (row.names(f"{side}columns", f"{side}column") for side in ("parent", "child"))
    name = row.text("constraintname", "name", "fkname")
    if parent is None or child is None or not parent_columns or len(parent_columns) != len(child_columns):
        what = f"{name} {row.text('parenttable')} {row.text('childtable')}"
        draft.not_understood("foreign key to what is not there", file, 1, what)
        return
    if _is_key(child, child_columns) and not _is_key(parent, parent_columns):
        parent, child, parent_columns, child_columns = child, parent, child_columns, parent_columns
    disabled = row.true("isdisabled", "disabled")
    draft.foreign_keys.append(
        ForeignKey(name, child.qualified, child_columns, parent.qualified, parent_columns, disabled)
    )


def _is_key(table: Table, columns: list[str]) -> bool:
    return any(set(key.columns) == set(columns) for key in table.keys)


def read_listed(draft: Draft, row: Row, file: str) -> None:
    """The list of all objects: one without columns cannot be asked about, and is said to be so."""
    parts = name_parts(row, "name", "tablename", "objectname", "viewname")
    if parts and draft.table(parts) is None:
        draft.not_understood("listed object without columns", file, 1, ".".join(part for part in parts if part))


def read_form_field(draft: Draft, row: Row, file: str) -> None:
    """`{Form, Tab, Description, ColumnName}`; with a view it describes that view's column as well."""
    column = row.text("columnname", "column", "viewcolumn")
    if not row.text("form") or not column:
        return
    description = row.text("description", "label")
    view = name_parts(row, "viewname", "tablename", "view", "table")
    table = draft.table(view)
    shown = table.qualified if table else ""
    draft.form_fields.append(FormField(row.text("form"), row.text("tab"), description, column, shown))
    if table and description:
        draft.descriptions.append(([*view, column], description, f"form field of {row.text('form')}"))


def read_recipe(draft: Draft, row: Row, file: str) -> None:
    """A join recipe: `{view, hops: [{from, to, join_type, left_on, right_on}]}`."""
    for hop in row.get("hops", "joins") or []:
        step = Row(hop) if isinstance(hop, dict) else Row({})
        left, right = (draft.table(name_parts(step, *names)) for names in (("from", "left"), ("to", "right")))
        left_columns, right_columns = step.names("lefton", "leftcolumns"), step.names("righton", "rightcolumns")
        if left is None or right is None or not left_columns or len(left_columns) != len(right_columns):
            draft.not_understood("hop of a join recipe", file, 1, f"{step.text('from')} {step.text('to')}")
            continue
        draft.recipes.append(
            Join(
                left.qualified,
                draft.column_names(left, left_columns),
                right.qualified,
                draft.column_names(right, right_columns),
                "recipe",
            )
        )
