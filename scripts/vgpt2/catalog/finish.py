"""From facts to a catalog: what all readers share."""

from __future__ import annotations

from vgpt2.catalog.checks import apply_checks
from vgpt2.catalog.draft import Draft
from vgpt2.catalog.joins import find_joins
from vgpt2.catalog.keys import business_key
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.scripted.properties import apply_descriptions
from vgpt2.catalog.views import link_base_tables, resolve_computed, resolve_views


def finish(draft: Draft) -> Catalog:
    """Base types, keys, foreign keys, descriptions, views and joins, in the order in which they need one another."""
    for table in draft.tables.values():
        for column in table.columns:
            if column.type:
                column.base_type = draft.base_type(column.type)
        table.keys.sort(key=lambda key: (key.origin, key.name, key.columns))
        table.key = business_key(table)
        apply_checks(draft, table)
        table.indexes.sort(key=lambda index: (index.name, index.columns))
    _resolve_foreign_keys(draft)
    resolve_computed(draft)
    apply_descriptions(draft)
    queries = resolve_views(draft)
    apply_descriptions(draft)  # once more: the columns of views exist only now
    link_base_tables(draft, queries)
    catalog = draft.catalog()
    catalog.joins = find_joins(draft, queries)
    return catalog


def _resolve_foreign_keys(draft: Draft) -> None:
    """Spell names as their tables do, fill in the referenced key where it was left out, drop what refers to nothing."""
    kept, seen = [], set()
    for key in draft.foreign_keys:
        table = draft.table(key.table.split(".", 1))
        schema, name = key.referenced_table.split(".", 1)
        referenced = draft.table([schema, name]) or draft.table([name])
        columns = key.referenced_columns
        if referenced is not None and not columns:
            primary = next((item.columns for item in referenced.keys if item.origin == "primary_key"), [])
            columns = primary if len(primary) == len(key.columns) else []
        if table is None or referenced is None or not columns:
            draft.not_understood("foreign key to what is not there", key.table, 1, f"{key.name} {key.referenced_table}")
            continue
        key.table, key.referenced_table = table.qualified, referenced.qualified
        key.columns = draft.column_names(table, key.columns)
        key.referenced_columns = draft.column_names(referenced, columns)
        same = (key.table, tuple(key.columns), key.referenced_table, tuple(key.referenced_columns), key.name)
        if same not in seen:
            seen.add(same)
            kept.append(key)
    draft.foreign_keys = kept
