"""Tables of a catalog in the embedded engine, with their rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog, Table
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.run.limits import connect
from vgpt2.tsql.types import duckdb_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def open_database(catalog: Catalog) -> DuckDBPyConnection:
    """A connection to a new database with the catalog's schemas, and its settings locked."""
    connection = connect()
    for schema in sorted({table.schema for table in catalog.tables}):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    if not catalog.database.case_sensitive:
        connection.execute("SET default_collation = 'NOCASE'")
    connection.execute("SET lock_configuration = true")
    return connection


def create_table(connection: DuckDBPyConnection, table: Table, rows: Sequence[dict[str, Value]]) -> None:
    """Create a table with these rows; a column that a row leaves out is NULL.

    Raises:
        duckdb.Error: the engine does not take them.
    """
    columns = ", ".join(f"{quoted(column.name)} {duckdb_type(column.base_type)}" for column in table.columns)
    connection.execute(f"CREATE TABLE {name_of(table)} ({columns})")
    if rows:
        values = ", ".join(
            "(" + ", ".join(written(row.get(column.name)) for column in table.columns) + ")" for row in rows
        )
        connection.execute(f"INSERT INTO {name_of(table)} VALUES {values}")


def replace_rows(connection: DuckDBPyConnection, table: Table, rows: Sequence[dict[str, Value]], text: str) -> None:
    """Put these rows in place of a table's own; of the columns only those that `text` names (all, where it is empty or
    has a `*`), the others NULL.

    Raises:
        duckdb.Error: the engine does not take them.
    """
    connection.execute(f"DELETE FROM {name_of(table)}")
    everything = not text or "*" in text.replace("COUNT(*)", "")
    columns = [column.name for column in table.columns if everything or quoted(column.name) in text]
    if not rows:
        return
    columns = columns or [table.columns[0].name]
    values = ", ".join("(" + ", ".join(written(row[name]) for name in columns) + ")" for row in rows)
    names = ", ".join(quoted(name) for name in columns)
    connection.execute(f"INSERT INTO {name_of(table)} ({names}) VALUES {values}")


def drop_table(connection: DuckDBPyConnection, table: Table) -> None:
    """Forget a table."""
    connection.execute(f"DROP TABLE IF EXISTS {name_of(table)}")


def create_from_query(connection: DuckDBPyConnection, table: Table, sql: str) -> None:
    """Create a table with what a query in DuckDB's SQL gives, its columns named as the table's.

    Raises:
        duckdb.Error: the engine does not take it.
    """
    names = ", ".join(quoted(column.name) for column in table.columns)
    connection.execute(f"CREATE TABLE {name_of(table)} AS SELECT * FROM ({sql}) AS v({names})")


def update_table(connection: DuckDBPyConnection, table: Table, columns: dict[str, list[Value]]) -> None:
    """Give columns of a table other values, in turn by row; those of the second column change as the first's begin
    anew, so that all pairs occur.

    Raises:
        duckdb.Error: a value is none of the column's type.
    """
    turn, sets = 1, []
    for name, values in columns.items():
        cases = " ".join(f"WHEN {place} THEN {written(value)}" for place, value in enumerate(values))
        sets.append(f"{quoted(name)} = CASE (rowid // {turn}) % {len(values)} {cases} END")
        turn *= len(values)
    connection.execute(f"UPDATE {name_of(table)} SET {', '.join(sets)}")


def name_of(table: Table) -> str:
    """A table's name as DuckDB's SQL writes it."""
    return f"{quoted(table.schema)}.{quoted(table.name)}"


def quoted(name: str) -> str:
    """A name as DuckDB's SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def written(value: Value) -> str:
    """A value as DuckDB's SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.datetime):
        return f"'{value.isoformat(' ')}'"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"'{value.isoformat()}'"
    return str(value)
