"""From facts to a catalog: what all readers share."""

from __future__ import annotations

import re
from dataclasses import replace

from vgpt2.catalog.cache import LATE, Cache
from vgpt2.catalog.disarm import disarm
from vgpt2.catalog.joins.joins import find_joins
from vgpt2.catalog.joins.views import (
    computed_query,
    give_columns,
    link_base_tables,
    resolve_computed,
    resolve_views,
)
from vgpt2.catalog.joins.weights import weigh
from vgpt2.catalog.keys import business_key
from vgpt2.catalog.meaning.settle import find_meanings
from vgpt2.catalog.mix import own_mix
from vgpt2.catalog.model import Catalog, Document, Routine, Table
from vgpt2.catalog.readers.checks import apply_checks
from vgpt2.catalog.readers.descriptions import apply_descriptions
from vgpt2.catalog.readers.draft import Draft, place_of
from vgpt2.catalog.shapes import NO_SELECT, Shape, read_shape
from vgpt2.catalog.work import each_limited
from vgpt2.sqltext.names import quote

_GIVES_ROWS = re.compile(r"\s*SELECT\b(?!\s+@\w+\s*[-+*/]?=)", re.IGNORECASE)


def finish(draft: Draft, cache: Cache) -> Catalog:
    """Base types, keys, foreign keys, descriptions, views and joins, in the order in which they need one another."""
    for column in draft.silent_columns:
        column.nullable = column.nullable and column.type.lower() not in draft.not_null_types
    for table in draft.tables.values():
        with draft.reading(table.kind, *place_of(table), table.qualified):
            _finish_table(draft, table)
    for table in [*draft.functions.values(), *draft.table_types.values()]:
        with draft.reading(table.kind.replace("_", " "), *place_of(table), table.qualified):
            _finish_table(draft, table)
    _resolve_foreign_keys(draft)
    parse_queries(draft, cache)
    resolve_computed(draft)
    apply_descriptions(draft)
    queries = resolve_views(draft)
    apply_descriptions(draft)  # once more: the columns of views exist only now
    link_base_tables(draft, queries)
    _settle_kinds(draft)
    give_columns(draft)
    _resolve_references(draft)
    catalog = draft.catalog()
    catalog.joins = find_joins(draft, queries)
    weigh(catalog, draft.shapes)
    catalog.sql_mix = own_mix(catalog, draft.shapes)
    catalog.meanings = find_meanings(catalog, draft.said, draft.shapes)
    disarm(catalog)
    return catalog


def _finish_table(draft: Draft, table: Table) -> None:
    for column in table.columns:
        if column.type:
            column.base_type = draft.base_type(column.type)
    table.keys.sort(key=lambda key: (key.origin, key.name, key.columns))
    table.key = business_key(table, draft.database.surrogate_keys)
    apply_checks(draft, table)
    table.indexes.sort(key=lambda index: (index.name, index.columns))


def _settle_kinds(draft: Draft) -> None:
    """What was a view for as long as its columns were not known, synonyms, and views that are left without columns."""
    for table in draft.selected_into:
        table.kind, table.sql, table.reads = "table", "", []
    for key, (synonym, target) in sorted(draft.synonyms.items()):
        if key in draft.tables:
            continue
        if draft.key(*draft.schema_and_name(target)) in draft.routines:
            continue
        found = draft.table(target) if len(target) < 3 else None
        draft.tables[key] = synonym
        if found is None:
            draft.not_understood("synonym for what is not in this database", *place_of(synonym), ".".join(target))
            continue
        if found.kind == "view" and not found.base_table:
            # Whoever runs queries makes its rows as those of a view.
            synonym.sql, synonym.reads = f"SELECT * FROM {quote(found.schema)}.{quote(found.name)}", [found.qualified]
        else:
            synonym.base_table = found.base_table or found.qualified
        synonym.columns = [replace(column) for column in found.columns]
        synonym.key, synonym.keys = list(found.key), list(found.keys)
    _list_empty(draft)


def _list_empty(draft: Draft) -> None:
    """A table or view without columns is always listed, with the reason."""
    listed = {item.text.split(":")[0] for item in draft.unread}
    for table in draft.tables.values():
        if table.columns or table.kind == "synonym" or table.qualified in listed:
            continue
        if table.kind == "table":
            draft.not_understood("table without columns", *place_of(table), table.qualified, "table")
            continue
        shape = draft.shapes.get(table.sql)
        known = [(".".join(parts).lstrip("."), draft.table(parts)) for parts in (shape["tables"] if shape else [])]
        missing = [name for name, found in known if found is None]
        empty = [name for name, found in known if found is not None and not found.columns]
        if missing:
            why = f"it reads {', '.join(missing)}, not there"
        elif empty:
            why = f"it reads {', '.join(empty)}, whose columns are not known"
        elif called := _unknown_functions(draft, shape):
            why = f"it reads {', '.join(called)}(), whose columns are not known"
        else:
            why = "its query names no column"
        draft.not_understood("view without columns", *place_of(table), f"{table.qualified}: {why}", "view")


def _unknown_functions(draft: Draft, shape: Shape | None) -> list[str]:
    sources = (source for scope in (shape["scopes"] if shape else []) for _, source, _ in scope["sources"])
    called = {".".join(source[1:3]).lstrip("."): draft.key(*source[1:3]) for source in sources if source[0] == "f"}
    known = {key for key, function in draft.functions.items() if function.columns}
    return [name for name, key in called.items() if key not in known]


def parse_queries(draft: Draft, cache: Cache) -> None:
    """The shape of every query of the draft, from the cache or parsed in other processes under a time limit."""
    wanted = dict.fromkeys(table.sql for table in draft.tables.values() if table.kind == "view" and table.sql)
    wanted.update((function.sql, None) for function in draft.functions.values() if function.sql)
    for table in draft.tables.values():
        wanted.update(
            (computed_query(table, column), None) for column in table.columns if column.computed and not column.type
        )
    wanted.update((sql, None) for routine in draft.routines.values() for sql in routine.queries)
    wanted.update((document.sql, None) for document in draft.documents if document.sql)
    todo = [sql for sql in wanted if not cache.shape(sql)[0]]
    shapes, late = each_limited(read_shape, todo)
    for number, (sql, shape) in enumerate(zip(todo, shapes, strict=True)):
        cache.put_shape(sql, LATE if number in late else shape)
    for sql in wanted:
        shape = cache.shape(sql)[1]
        if shape is None or isinstance(shape, str):
            draft.failed[sql] = shape or NO_SELECT
            draft.shapes[sql] = None
        else:
            draft.shapes[sql] = shape
    _list_failed(draft)


def _list_failed(draft: Draft) -> None:
    """Queries of programs and documents, and computed columns, that have no shape."""
    for table in draft.tables.values():
        for column in table.columns:
            if column.computed and not column.type and (why := draft.failed.get(computed_query(table, column), "")):
                draft.not_understood("computed column", *place_of(table), f"{table.qualified}.{column.name}: {why}")
    things: list[tuple[Routine | Document, str]] = [
        *((routine, sql) for routine in draft.routines.values() for sql in routine.queries),
        *((document, document.sql) for document in draft.documents),
    ]
    for thing, sql in things:
        why = draft.failed.get(sql, "")
        # A WITH may open an UPDATE, and a SELECT that only sets variables gives out nothing.
        if why and (why != NO_SELECT or _GIVES_ROWS.match(sql)):
            draft.not_understood("query of a program or document", *place_of(thing), f"{thing.name}: {why}")


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
