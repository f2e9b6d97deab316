"""Joins that are proved and yet no use: by who touched a row last, or by keys of other names that nobody joins by."""

from __future__ import annotations

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Catalog, Join
from vgpt2.synthesis.columns import touched_by


def is_weak(catalog: Catalog, join: Join) -> bool:
    """Whether a join is one that nobody would ask by."""
    if join.uses == 0 and join.origin == "shared_key" and join.left_columns != join.right_columns:
        companies = catalog.company_names
        pairs = zip(join.left_columns, join.right_columns, strict=True)
        if any(a != b and not {a, b} <= companies for a, b in pairs):
            return True
    return all(touched_by(name_words(name, catalog.database).lower()) for name in join.left_columns)
