"""Defects of names: what a query names is not there, or not there under this name."""

from __future__ import annotations

from vgpt2.synthesis.defects.case import Case, InventingCase
from vgpt2.synthesis.defects.edits import rename_column, rename_table


def invented_table(case: InventingCase) -> bool:
    """`APTH` as `APInvoiceHeader`."""
    _, table = case.rng.choice(case.sources())
    name, _ = case.inventor.table(case.rng, table, case.ctx.table_words(table))
    return bool(name) and rename_table(case, table, name)


def wrong_table(case: Case) -> bool:
    """Another real table, which lacks a column that the query uses."""
    _, table = case.rng.choice(case.sources())
    used = {column.name for column in case.columns() if case.owner(column) is table}
    others = [
        other
        for other in case.catalog.queryable
        if other.module == table.module
        and other.schema == table.schema
        and other.name != table.name
        and other.qualified not in case.example.tables
        and used - {column.name for column in other.columns}
    ]
    return bool(others) and rename_table(case, table, case.rng.choice(others).name)


def invented_column(case: InventingCase) -> bool:
    """`InvTotal` as `InvoiceAmount`."""
    found = case.some_column()
    if not found:
        return False
    name, _ = case.inventor.column(case.rng, found[0], found[1], case.ctx.words(found[0]).get(found[1].name, ""))
    return bool(name) and rename_column(case, found[0], found[1].name, name)


def column_of_other_table(case: Case) -> bool:
    """A real column, of another table of the module."""
    found = case.some_column()
    if not found:
        return False
    table, column = found
    own = {known.name.lower() for name in case.example.tables for known in case.ctx.table(name).columns}
    names = sorted(
        {
            other.name
            for near in case.catalog.queryable
            if near.module == table.module
            for other in near.columns
            if other.base_type == column.base_type and other.name.lower() not in own
        }
    )
    return bool(names) and rename_column(case, table, column.name, case.rng.choice(names))


def wrong_case(case: Case) -> bool:
    """`InvTotal` as `invtotal`, where case counts."""
    found = case.some_column() if case.catalog.database.case_sensitive else None
    if not found:
        return False
    name = case.rng.choice([found[1].name.lower(), found[1].name.upper()])
    return name != found[1].name and rename_column(case, found[0], found[1].name, name)
