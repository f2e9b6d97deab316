"""Which columns hold made-up values that look like what stands there, so that a question compares with one."""

from __future__ import annotations

import re
from typing import Any

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.synthesis.column_roles import DATES, EXACT, TEXT, WHOLE, base_word, text_length, within_company
from vgpt2.synthesis.columns import general_columns

# A text of more characters is a description, and no code.
LONGEST_CODE = 40


def _says(name: str, words: str) -> bool:
    return any(re.search(pattern, words) for pattern in getattr(general_columns(), name))


def is_likely(catalog: Catalog, table: Table, column: Column, called: str = "") -> bool:
    """Whether a condition on a column compares with what may stand there: known values always; made-up ones where the
    name says of which sort they are (`tsql/rows/looks.py`), and no shift called Toys, no 2,000 degrees in a cold room.

    Args:
        called: what people call the rows of the table.
    """
    if column.values or column.name in table.key or catalog.said_values(table, column.name):
        return True
    words, base = name_words(column.name, catalog.database).lower(), base_word(column)
    if base == "bit":
        return True
    if base in WHOLE | EXACT | DATES:
        return not _says("not_guessed", words)
    if base not in TEXT or (text_length(column) == 1 and "(" not in column.base_type):
        return False
    if _says("likely_texts", words):
        return True
    of = f"{words} {name_words(table.name, catalog.database)} {called}".lower()
    if "name" in words.split():
        return _says("of_companies", of)
    described = re.search(r"\b(?:description|desc|note|comment|title)s?\b", words)
    if described or text_length(column) > LONGEST_CODE:
        return bool(catalog.database.made_up_names.things) or _says("of_goods", of)
    return not _says("not_guessed", words)


class Numbers(frozenset[str]):
    """Names of columns that alone tell the rows of a table apart, within a company and its group: the number of a
    customer, of an employee."""

    @classmethod
    def of(cls, catalog: Catalog) -> Numbers:
        """Those of a catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls(cls._names(catalog)))

    @staticmethod
    def _names(catalog: Catalog) -> set[str]:
        own = [within_company(catalog, table) for table in catalog.tables]
        return {key[0].name for key in own if len(key) == 1}


def is_nobody(catalog: Catalog, column: Column, value: Any) -> bool:
    """Whether a value is 0 where the number of a customer stands: no customer has it, and nobody asks for it."""
    return value == 0 and base_word(column) in WHOLE and not column.values and column.name in Numbers.of(catalog)
