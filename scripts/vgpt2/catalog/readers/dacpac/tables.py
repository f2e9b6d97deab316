"""Tables, types and sequences of a package's model, and the constraints and indexes that refer to them."""

from __future__ import annotations

from vgpt2.catalog.keys import add_key
from vgpt2.catalog.model import Column, ForeignKey, Index, Key, Sequence, Table
from vgpt2.catalog.readers.dacpac.package import Node
from vgpt2.catalog.readers.draft import Draft
from vgpt2.sqltext.names import quote

# Element types that are tables with columns of their own.
TABLES = frozenset(("SqlTable", "SqlExternalTable", "SqlFileTable"))
CONSTRAINTS = frozenset(
    """
    SqlPrimaryKeyConstraint SqlUniqueConstraint SqlIndex SqlForeignKeyConstraint SqlCheckConstraint SqlDefaultConstraint
    """.split()
)


def declared_type(specifier: Node) -> str:
    """A type as scripts write it: `nvarchar(25)`, `decimal(19,4)`, `Name` (a type of the database), `xml(schemas)`."""
    target = next(iter(specifier.related("Type")), None)
    if target is None or not target.name:
        return ""
    name = target.name[-1]
    collection = next((".".join(item.name) for item in specifier.related("XmlSchemaCollection")), "")
    if collection:
        return f"{name}({'document ' if specifier.property('XmlStyle') == '2' else ''}{collection})"
    if specifier.flag("IsMax"):
        return f"{name}(max)"
    sizes = [size for size in (specifier.property("Length"), specifier.property("Precision")) if size]
    if scale := specifier.property("Scale"):
        sizes.append(scale)
    return f"{name}({','.join(sizes)})" if sizes else name


def type_of(node: Node, relationship: str = "TypeSpecifier") -> str:
    """The declared type of a column, parameter or sequence, or ''."""
    return next((declared_type(item) for item in node.related(relationship)), "")


def read_table(draft: Draft, node: Node) -> None:
    """A table with its columns."""
    schema, name = draft.schema_and_name(node.name)
    columns = [column_of(item) for item in node.related("Columns") if item.name]
    table = Table(schema, name, "table", columns, module=draft.module(schema, name), source=_source(node))
    table.temporal = any(node.related("TemporalSystemVersioningHistoryTable"))
    draft.tables[draft.key(schema, name)] = table


def column_of(node: Node) -> Column:
    """A column with its type, computed or not."""
    column = Column(node.name[-1], type_of(node), "", nullable=node.flag("IsNullable", default=True))
    if node.kind.endswith("ComputedColumn"):
        column.computed = _one_line(node.property("ExpressionScript"))
        column.nullable = not node.flag("IsPersisted") or node.flag("IsPersistedNullable", default=True)
    column.identity = node.flag("IsIdentity")
    return column


def read_type(draft: Draft, node: Node) -> None:
    """A user-defined type, and what it comes down to."""
    draft.types[node.name[-1]] = declared_type(node)


def read_table_type(draft: Draft, node: Node) -> None:
    """A type of table variables, with its columns and what stands within it of keys, checks, defaults and indexes."""
    schema, name = draft.schema_and_name(node.name)
    columns = [column_of(item) for item in node.related("Columns") if item.name]
    table = Table(schema, name, "table_type", columns, module=draft.module(schema, name), source=_source(node))
    draft.table_types[draft.key(schema, name)] = table
    for item in [*node.related("Constraints"), *node.related("Indexes")]:
        put_constraint(draft, table, item, item.kind.replace("SqlTableType", "Sql"))


def read_sequence(draft: Draft, node: Node) -> None:
    """A source of numbers."""
    schema, name = draft.schema_and_name(node.name)
    draft.sequences[draft.key(schema, name)] = Sequence(schema, name, type_of(node) or "bigint", _source(node))


def apply_constraint(draft: Draft, node: Node) -> None:
    """A key, foreign key, check, default or index, put on its table; all tables are read by now."""
    owner = next((item.name for item in node.related("DefiningTable") or node.related("IndexedObject")), [])
    table = draft.table(owner)
    if table is None:
        if owner:
            draft.not_understood(f"{node.kind} of what is not there", _source(node), 1, ".".join(owner))
        return
    put_constraint(draft, table, node, node.kind)


def put_constraint(draft: Draft, table: Table, node: Node, kind: str) -> None:
    """Put a constraint or index on its table; `kind` is the element type."""
    name = node.name[-1] if node.name else ""
    columns = draft.column_names(table, [item.name[-1] for item in _indexed(node)])
    if kind == "SqlPrimaryKeyConstraint":
        add_key(table, Key(name, columns, "primary_key"))
        for column in table.columns:
            column.nullable = column.nullable and column.name not in columns
    elif kind == "SqlUniqueConstraint":
        add_key(table, Key(name, columns, "unique_clustered" if node.flag("IsClustered") else "unique_constraint"))
    elif kind == "SqlIndex":
        _index(node, table, name, columns)
    elif kind == "SqlForeignKeyConstraint":
        _foreign_key(draft, node, table, name)
    elif kind == "SqlCheckConstraint":
        table.checks.append(_one_line(node.property("CheckExpressionScript")))
    elif kind == "SqlDefaultConstraint":
        target = next((item.name[-1] for item in node.related("ForColumn")), "")
        if found := draft.column(table, target):
            found.default = _one_line(node.property("DefaultExpressionScript"))


def _indexed(node: Node) -> list[Node]:
    """The columns of a key or index, in its order."""
    return [column for item in node.related("ColumnSpecifications") for column in item.related("Column")]


def _index(node: Node, table: Table, name: str, columns: list[str]) -> None:
    """An index; a unique one without a filter is a key."""
    unique = node.flag("IsUnique")
    if unique and not node.property("FilterPredicate"):
        add_key(table, Key(name, columns, "unique_clustered" if node.flag("IsClustered") else "unique_index"))
    else:
        table.indexes.append(Index(name, columns, unique))


def _foreign_key(draft: Draft, node: Node, table: Table, name: str) -> None:
    target = next((item.name for item in node.related("ForeignTable")), [])
    if not target:
        draft.not_understood("foreign key to what is not there", _source(node), 1, name)
        return
    schema, referenced = draft.schema_and_name(target)
    columns = draft.column_names(table, [item.name[-1] for item in node.related("Columns")])
    referenced_columns = [item.name[-1] for item in node.related("ForeignColumns")]
    disabled = node.flag("IsDisabled")
    draft.foreign_keys.append(
        ForeignKey(name, table.qualified, columns, f"{schema}.{referenced}", referenced_columns, disabled)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _source(node: Node) -> str:
    return ".".join(quote(part) for part in node.name)
