"""What a column holds, by its base type and beside it: a company's number, a group's, the first day of a month."""

from __future__ import annotations

from vgpt2.catalog.model import Column, is_company
from vgpt2.database_settings import DatabaseSettings

__all__ = ["DATES", "EXACT", "TEXT", "base_word", "is_company", "is_group", "is_month"]

EXACT = frozenset({"money", "smallmoney", "decimal", "numeric", "float", "real"})
DATES = frozenset({"date", "datetime", "datetime2", "smalldatetime"})
TEXT = frozenset({"char", "varchar", "nchar", "nvarchar", "sysname"})


def base_word(column: Column) -> str:
    """The first word of the base type, in lower case: `varchar(30)` is `varchar`."""
    return column.base_type.split("(")[0].strip().lower()


def is_group(database: DatabaseSettings, column: Column) -> bool:
    """Whether a column holds the number of a group of companies, by its type."""
    return database.type_meanings.get(column.type) == "group"


def is_month(database: DatabaseSettings, column: Column) -> bool:
    """Whether a column of dates holds first days of months, by its type or by the end of its name."""
    return database.type_meanings.get(column.type) == "month" or column.name.lower().endswith(("mth", "month"))
