"""The sentences that refuse, or deny, an object: the name that was asked about comes first, then that it is missing.

An answer about what exists begins with its name too. A small model then copies the name before it must decide, and
sees whether the prompt's schema goes on with it.
"""

from __future__ import annotations

from collections.abc import Sequence


def no_table(name: str, nearest: str) -> str:
    """That a table does not exist, and what is nearest to it."""
    return f"{name} is not a table here. The nearest is {nearest}."


def no_column(table: str, column: str, nearest: str) -> str:
    """That a table has no such column, and what is nearest to it."""
    return f"{column} is not in {table}. The nearest is {nearest}."


def in_other_table(table: str, column: str, owner: str) -> str:
    """That a table has no such column, and which one has it."""
    return f"{column} is not in {table}. {owner} has it."


def which_table(column: str, owners: Sequence[str]) -> str:
    """That several tables have a column, with two of them, and the question which one is meant."""
    return f"{column} is in several tables, {' and '.join(owners)} among them. Which one do you mean?"
