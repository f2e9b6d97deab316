"""What a query may do and take in the embedded engine, whoever wrote it: one SELECT, no file, so much time and memory.

These limits hold inside of the process. Between two looks at the clock the engine may still be in one call of a string
function that counts nothing: `tsql.run.sandbox` is for SQL that a model wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, Statement

SECONDS = 2.0
MEMORY = "512MB"
MAX_ROWS = 20_000
# Characters of text in a result: 20,000 rows of three columns of varchar(8000) would be half a gigabyte.
MAX_CHARACTERS = 50_000_000
_BATCH = 1_000


class TooMuch(Exception):
    """A result that is larger than anyone would read."""


class NoSelect(Exception):
    """A text for the engine that is not exactly one SELECT."""


def connect() -> DuckDBPyConnection:
    """A connection to a new database in memory: no files, no extensions, nothing spilled to disk."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "memory_limit": MEMORY,
        "threads": "1",
        "temp_directory": "",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(":memory:", config=config)


def one_select(connection: DuckDBPyConnection, sql: str) -> Statement:
    """The statement of a text in DuckDB's SQL.

    Raises:
        NoSelect: it is another statement than a SELECT, or more than one.
        duckdb.Error: it does not parse.
    """
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise NoSelect("not exactly one SELECT")
    return statements[0]


def fetch(cursor: DuckDBPyConnection) -> list[tuple]:
    """All rows of a result.

    Raises:
        TooMuch: more than MAX_ROWS rows or MAX_CHARACTERS characters.
    """
    rows: list[tuple] = []
    characters = 0
    while batch := cursor.fetchmany(_BATCH):
        rows += batch
        characters += sum(len(value) for row in batch for value in row if type(value) is str)
        if len(rows) > MAX_ROWS:
            raise TooMuch(f"more than {MAX_ROWS:,} rows")
        if characters > MAX_CHARACTERS:
            raise TooMuch(f"more than {MAX_CHARACTERS:,} characters")
    return rows
