"""Two readings of one database: a VGPT2 folder's metadata and documents, and its scripts."""

from __future__ import annotations

from vgpt2.catalog.keys import business_key
from vgpt2.catalog.model import Column, Difference, Table
from vgpt2.catalog.readers.draft import Draft


def merge_scripts(folder: Draft, scripts: Draft) -> None:
    """Add what scripts say to what was read of a VGPT2 folder, object by object, by (schema, name).

    The scripts are right about structure: their columns, types, keys and definitions are taken, and what the folder
    said otherwise becomes a `Difference`. The folder keeps what scripts do not have: descriptions, documents, modules,
    form fields, join recipes.
    """
    folder.types.update(scripts.types)
    for draft in (folder, scripts):
        draft.types = folder.types
        for table in draft.tables.values():
            for column in table.columns:
                column.base_type = draft.base_type(column.type) if column.type else ""
    for key, table in scripts.tables.items():
        known = folder.tables.get(key)
        if known is not None:
            _compare(folder, known, table)
            _keep(known, table)
        folder.tables[key] = table
    only_folder = [table for key, table in folder.tables.items() if key not in scripts.tables and table.kind == "table"]
    folder.differences += [Difference(table.qualified, "table", "is there", "not there") for table in only_folder]
    for key, routine in scripts.routines.items():
        known_routine = folder.routines.get(key)
        if known_routine is not None and known_routine.description:
            routine.description, routine.description_source = (
                known_routine.description, known_routine.description_source,
            )  # fmt: skip
            described = {item.name.lower(): item.description for item in known_routine.parameters}
            for item in routine.parameters:
                item.description = described.get(item.name.lower(), "")
        folder.routines[key] = routine
    for key, trigger in scripts.triggers.items():
        known_trigger = folder.triggers.get(key)
        if known_trigger is not None:
            known_trigger.table, known_trigger.events = trigger.table, trigger.events
        else:
            folder.triggers[key] = trigger
    declared = {(item.table, tuple(item.columns), item.referenced_table) for item in scripts.foreign_keys}
    folder.foreign_keys = [
        *scripts.foreign_keys,
        *(i for i in folder.foreign_keys if (i.table, tuple(i.columns), i.referenced_table) not in declared),
    ]
    folder.sequences.update(scripts.sequences)
    folder.functions.update(scripts.functions)
    folder.table_types.update(scripts.table_types)
    folder.referred.update(scripts.referred)
    folder.descriptions += scripts.descriptions
    folder.synonyms.update(scripts.synonyms)
    folder.selected_into += scripts.selected_into
    folder.not_null_types |= scripts.not_null_types
    folder.silent_columns += scripts.silent_columns
    folder.notes += scripts.notes
    folder.said += scripts.said
    folder.unread += scripts.unread


def _compare(draft: Draft, folder: Table, scripts: Table) -> None:
    def differ(name: str, what: str, left: str, right: str) -> None:
        if left != right:
            draft.differences.append(Difference(name, what, left, right))

    if scripts.kind == "view":  # its columns are known only when its SQL has been read
        return
    columns = {column.name: column for column in folder.columns}
    for column in scripts.columns:
        known = columns.pop(column.name, None)
        name = f"{scripts.qualified}.{column.name}"
        if known is None:
            differ(name, "column", "not there", "is there")
        else:
            differ(name, "type", _type_of(known), _type_of(column))
            differ(name, "nullable", str(known.nullable), str(column.nullable))
    for name in columns:
        differ(f"{scripts.qualified}.{name}", "column", "is there", "not there")
    if folder.keys and scripts.keys:
        left, right = (business_key(table, draft.database.surrogate_keys) for table in (folder, scripts))
        differ(scripts.qualified, "key", ", ".join(left), ", ".join(right))


def _type_of(column: Column) -> str:
    return "" if column.computed else column.base_type


def _keep(known: Table, table: Table) -> None:
    """What the folder knows and scripts do not say."""
    table.module = known.module or table.module
    table.description, table.description_source = known.description, known.description_source
    if not table.keys:
        table.keys = known.keys
    table.indexes = table.indexes or known.indexes
    table.checks += [check for check in known.checks if check not in table.checks]
    described = {column.name: column for column in known.columns}
    if table.kind == "view" and not table.columns:
        table.columns = known.columns
    for column in table.columns:
        before = described.get(column.name)
        if before is not None:
            column.description, column.description_source = before.description, before.description_source
            column.default = column.default or before.default
            column.values = column.values or before.values
