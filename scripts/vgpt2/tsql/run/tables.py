"""Tables of a catalog in the embedded engine, with their rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
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
        _insert(connection, table, {column.name: [row.get(column.name) for row in rows] for column in table.columns})


def columns_named(table: Table, text: str) -> list[str]:
    """The columns of a table that a text in DuckDB's SQL names: all, where it is empty or has a `*`; the first one,
    where it names none."""
    everything = not text or "*" in text.replace("COUNT(*)", "")
    named = [column.name for column in table.columns if everything or quoted(column.name) in text]
    return named or [table.columns[0].name]


def replace_rows(connection: DuckDBPyConnection, table: Table, columns: dict[str, list[Value]]) -> None:
    """Put rows in place of a table's own: the values of some of its columns by row, the others are NULL.

    Raises:
        duckdb.Error: the engine does not take them.
    """
    connection.execute(f"DELETE FROM {name_of(table)}")
    if any(columns.values()):
        _insert(connection, table, columns)


def _insert(connection: DuckDBPyConnection, table: Table, columns: dict[str, list[Value]]) -> None:
    """Add rows, a column as one list of texts: to read as many literals takes the engine three times as long."""
    names = ", ".join(map(quoted, columns))
    lists = ", ".join(["unnest(?::VARCHAR[])"] * len(columns))
    texts = [[None if value is None else as_text(value) for value in values] for values in columns.values()]
    connection.execute(f"INSERT INTO {name_of(table)} ({names}) SELECT {lists}", texts)


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
    if isinstance(value, (str, datetime.date, datetime.time)):
        return "'" + as_text(value).replace("'", "''") + "'"
    return as_text(value)


def as_text(value: str | float | Decimal | datetime.date | datetime.time) -> str:
    """A value as the engine reads it from a text."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)
