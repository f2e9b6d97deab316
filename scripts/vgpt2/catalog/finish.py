"""From facts to a catalog: what all readers share."""

from __future__ import annotations

from vgpt2.catalog.cache import LATE, Cache
from vgpt2.catalog.joins.joins import find_joins
from vgpt2.catalog.joins.views import computed_query, link_base_tables, resolve_computed, resolve_views
from vgpt2.catalog.keys import business_key
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.readers.checks import apply_checks
from vgpt2.catalog.readers.descriptions import apply_descriptions
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.shapes import shape_of
from vgpt2.catalog.work import SECONDS, each_limited


def finish(draft: Draft, cache: Cache) -> Catalog:
    """Base types, keys, foreign keys, descriptions, views and joins, in the order in which they need one another."""
    for table in draft.tables.values():
        for column in table.columns:
            if column.type:
                column.base_type = draft.base_type(column.type)
        table.keys.sort(key=lambda key: (key.origin, key.name, key.columns))
        table.key = business_key(table, draft.database.surrogate_keys)
        apply_checks(draft, table)
        table.indexes.sort(key=lambda index: (index.name, index.columns))
    _resolve_foreign_keys(draft)
    parse_queries(draft, cache)
    resolve_computed(draft)
    apply_descriptions(draft)
    queries = resolve_views(draft)
    apply_descriptions(draft)  # once more: the columns of views exist only now
    link_base_tables(draft, queries)
    _resolve_references(draft)
    catalog = draft.catalog()
    catalog.joins = find_joins(draft, queries)
    return catalog


def parse_queries(draft: Draft, cache: Cache) -> None:
    """The shape of every query of the draft, from the cache or parsed in other processes under a time limit."""
    wanted = dict.fromkeys(table.sql for table in draft.tables.values() if table.kind == "view" and table.sql)
    for table in draft.tables.values():
        wanted.update(
            (computed_query(table, column), None) for column in table.columns if column.computed and not column.type
        )
    wanted.update((sql, None) for routine in draft.routines.values() for sql in routine.queries)
    wanted.update((document.sql, None) for document in draft.documents if document.sql)
    todo = [sql for sql in wanted if not cache.shape(sql)[0]]
    shapes, late = each_limited(shape_of, todo)
    for number, (sql, shape) in enumerate(zip(todo, shapes, strict=True)):
        cache.put_shape(sql, LATE if number in late else shape)
    for sql in wanted:
        shape = cache.shape(sql)[1]
        if shape == LATE:
            draft.not_understood(f"query that takes longer than {SECONDS:g} s to parse", "", 1, sql)
        draft.shapes[sql] = None if isinstance(shape, str) else shape


def _resolve_references(draft: Draft) -> None:
    """What routines read and write, as far as it is known here."""
    for routine in draft.routines.values():
        for names, chains in zip(("reads", "writes"), draft.referred.get(routine.qualified, ([], [])), strict=True):
            found = {table.qualified for chain in chains if (table := draft.table(chain))}
            setattr(routine, names, sorted(found | set(getattr(routine, names))))


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
