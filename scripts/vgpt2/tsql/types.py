"""SQL Server types: what DuckDB stores them as, and which of a few kinds they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Kind = Literal["int", "decimal", "float", "text", "date", "time", "binary", "other"]

_KINDS: dict[str, tuple[Kind, str]] = {
    "bit": ("int", "INTEGER"),
    "tinyint": ("int", "INTEGER"),
    "smallint": ("int", "INTEGER"),
    "int": ("int", "INTEGER"),
    "integer": ("int", "INTEGER"),
    "bigint": ("int", "BIGINT"),
    "timestamp": ("binary", "VARCHAR"),
    "rowversion": ("binary", "VARCHAR"),
    "decimal": ("decimal", "DECIMAL"),
    "numeric": ("decimal", "DECIMAL"),
    "dec": ("decimal", "DECIMAL"),
    "money": ("decimal", "DECIMAL(19, 4)"),
    "smallmoney": ("decimal", "DECIMAL(10, 4)"),
    "float": ("float", "DOUBLE"),
    "real": ("float", "DOUBLE"),
    "date": ("date", "DATE"),
    "datetime": ("date", "TIMESTAMP"),
    "datetime2": ("date", "TIMESTAMP"),
    "smalldatetime": ("date", "TIMESTAMP"),
    "datetimeoffset": ("date", "TIMESTAMP"),
    "time": ("time", "TIME"),
    "char": ("text", "VARCHAR"),
    "varchar": ("text", "VARCHAR"),
    "nchar": ("text", "VARCHAR"),
    "nvarchar": ("text", "VARCHAR"),
    "text": ("text", "VARCHAR"),
    "ntext": ("text", "VARCHAR"),
    "sysname": ("text", "VARCHAR"),
    "uniqueidentifier": ("text", "VARCHAR"),
    "xml": ("other", "VARCHAR"),
    "hierarchyid": ("other", "VARCHAR"),
    "geography": ("other", "VARCHAR"),
    "geometry": ("other", "VARCHAR"),
    "sql_variant": ("other", "VARCHAR"),
    "binary": ("binary", "VARCHAR"),
    "varbinary": ("binary", "VARCHAR"),
    "image": ("binary", "VARCHAR"),
}
_TYPE = re.compile(r"\s*\[?(?:dbo\.|sys\.)?(\w+)\]?\s*(?:\(\s*(\w+)\s*(?:,\s*(\d+)\s*)?\))?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def split_type(base_type: str) -> tuple[str, int | None, int | None]:
    """`numeric(12,2)` as ("numeric", 12, 2); `varchar(max)` has the length None.

    Kept: a database has a few dozen types, and making its rows asks for them a thousand times a table.
    """
    match = _TYPE.match(base_type or "")
    if match is None:
        return "", None, None
    name, first, second = match.groups()
    return (
        name.lower(),
        int(first) if first and first.isdigit() else None,
        int(second) if second else None,
    )


@lru_cache(maxsize=4096)
def kind_of_type(base_type: str) -> Kind:
    """The kind of a SQL Server base type; `other` for what is not known."""
    return _KINDS.get(split_type(base_type)[0], ("other", ""))[0]


def duckdb_type(base_type: str) -> str:
    """The DuckDB type that stores a SQL Server base type; VARCHAR for what is not known."""
    name, precision, scale = split_type(base_type)
    stored = _KINDS.get(name, ("other", "VARCHAR"))[1]
    if stored == "DECIMAL":
        return f"DECIMAL({min(precision or 18, 38)}, {scale or 0})"
    return stored
