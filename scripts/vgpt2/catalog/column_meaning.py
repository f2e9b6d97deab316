"""What a column holds beside its base type: a company's number, a group's, the first day of a month."""

from __future__ import annotations

from vgpt2.catalog.model import Column, is_company
from vgpt2.database_settings import DatabaseSettings

__all__ = ["is_company", "is_group", "is_month"]


def is_group(database: DatabaseSettings, column: Column) -> bool:
    """Whether a column holds the number of a group of companies, by its type."""
    return database.type_meanings.get(column.type) == "group"


def is_month(database: DatabaseSettings, column: Column) -> bool:
    """Whether a column of dates holds first days of months, by its type or by the end of its name."""
    return database.type_meanings.get(column.type) == "month" or column.name.lower().endswith(("mth", "month"))
