"""What says little: keys of companies, batches and states alone, and tables that are copies of others."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.column_meaning import is_company
from vgpt2.catalog.model import Column, Table
from vgpt2.database_settings import DatabaseSettings, Part, Strict
from vgpt2.yaml_file import read_yaml_file

# 20131105, 131105, 2013_11_05; not the 1099 or 2000 of a form or a product.
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[_-]?[01]\d[_-]?[0-3]\d|[01]\d[_-]?[0-3]\d[_-]?(?:19|20)?\d\d)(?:\d{4,6})?(?!\d)"
)
# Jan2024, 20Jan2024; not Plan2024.
_MONTH = re.compile(
    r"(?<![A-Za-z])\d{0,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[_-]?(?:19|20)\d\d(?!\d)", re.IGNORECASE
)


class Lists(Strict):
    """weak.yaml."""

    weak_key: list[Part]
    endings: list[Part]
    month: list[Part]
    copies: list[Part]
    copies_of_others: list[Part]


@cache
def lists() -> Lists:
    """The word lists."""
    return read_yaml_file(Path(__file__).with_name("weak.yaml")).check(Lists)


def is_weak_key(columns: list[Column], database: DatabaseSettings) -> bool:
    """Whether a key is made of company, batch, sequence and status alone (and the month of a batch)."""
    weak, endings, months = (frozenset(words) for words in (lists().weak_key, lists().endings, lists().month))
    words = [_words(column.name, database) for column in columns]
    batch = any("batch" in parts for parts in words)
    return all(
        is_company(database, column)
        or (weak.intersection(parts) and set(parts) <= weak | endings)
        or (batch and set(parts) <= months)
        for column, parts in zip(columns, words, strict=True)
    )


def _words(name: str, database: DatabaseSettings) -> list[str]:
    """The parts of a name in lower case, the module in front left out: APSeq is a sequence."""
    parts = split_name(name)
    if len(parts) > 1 and parts[0] in database.modules:
        parts = parts[1:]
    return [part.lower() for part in parts]


def is_copy(name: str, database: DatabaseSettings, others: Collection[str]) -> bool:
    """Whether a table's name says that it is a copy, a backup or in passing. What the database's own abbreviations
    read otherwise (a Temp that is a template) says nothing.

    Args:
        others: the names of all tables, in lower case.
    """
    if _DATE.search(name) or _MONTH.search(name):
        return True
    low, prefix = (
        re.sub(r"^copy_of_", "copyof_", name.lower().rstrip("0123456789_- ")),
        database.base_table_prefix.lower(),
    )
    for word in (*lists().copies, *lists().copies_of_others):
        for rest in (low.removeprefix(word), low.removesuffix(word)):
            rest = rest.strip("_- ")
            if rest and rest != low and not {rest, prefix + rest, rest.removeprefix(prefix)}.isdisjoint(others):
                return True
    parts = [part.lower() for part in split_name(name) if not part.isdigit()]
    ends = {parts[0], parts[-1]} if len(parts) > 1 else set()
    return not ends.isdisjoint(set(lists().copies).difference(database.abbreviations))


def same_columns(tables: list[Table]) -> dict[str, list[Table]]:
    """By qualified name, the other tables with just the same columns and types, four or more."""
    groups: dict[tuple, list[Table]] = {}
    for table in tables:
        if len(table.columns) >= 4:
            groups.setdefault(tuple(sorted((column.name, column.base_type) for column in table.columns)), []).append(
                table
            )
    return {
        table.qualified: [other for other in group if other is not table]
        for group in groups.values()
        for table in group
        if len(group) > 1
    }
