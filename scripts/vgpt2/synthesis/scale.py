"""Numbers whose scale the schema does not tell: ten in a hundred is stored as 10, or as 0.1."""

from __future__ import annotations

import re

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.synthesis.columns import is_percent


def is_part_of_one(table: Table, column: Column) -> bool:
    """Whether a computed column of the table takes it from 1, as a price less a discount of 0.1 is computed."""
    left = re.compile(rf"(?<![\d.])1(?:\.0*)?\)?\s*-\s*\(?\[?{re.escape(column.name)}\b", re.IGNORECASE)
    return any(left.search(other.computed) for other in table.columns if other.computed)


def has_scale(catalog: Catalog, table: Table, column: Column) -> bool:
    """Whether one knows what a number compared with this column means: of a percent only where a CHECK or its
    description speaks of a hundred."""
    if is_part_of_one(table, column):
        return False
    if not is_percent(name_words(column.name, catalog.database)):
        return True
    named = [check for check in table.checks if re.search(rf"\b{re.escape(column.name)}\b", check)]
    return any(re.search(r"(?<![\d.])100(?![\d])", text) for text in (*named, column.description))
