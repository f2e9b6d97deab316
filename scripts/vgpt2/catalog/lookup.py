"""Things of a catalog by the names that queries, answers and documents give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vgpt2.catalog.model import Catalog, Column, Join, Routine, Table, Trigger

# A part of a name, in brackets (first group) or plain.
PART = re.compile(r"\[((?:[^\]]|\]\])+)\]|([^.\[\]]+)")


def find_table(catalog: Catalog, name: str) -> Table | None:
    """A table or view by its name as a query or an answer writes it: bare, or with its schema, in brackets or not.

    A bare name is also found in another schema where only one table has it.
    """
    schema, _, bare = name.rpartition(".")
    if "[" in name:
        parts = [bracketed.replace("]]", "]") or plain for bracketed, plain in PART.findall(name)]
        schema, bare = ".".join(parts[:-1]), "".join(parts[-1:])
    found = catalog.find(bare, schema)
    if found is None and not schema:
        same = catalog.by_name.get(bare, [])
        if not same and not catalog.database.case_sensitive:
            same = [table for table in catalog.tables if table.name.lower() == bare.lower()]
        found = same[0] if same else None
    return found


def columns_to_name(catalog: Catalog) -> dict[str, list[str]]:
    """The columns that questions and answers can name, by the qualified name of their table.

    A name with a dot ([Name.First]) is left out: it would read as a column of another table.
    """
    found = {
        table.qualified: [column.name for column in table.columns if "." not in column.name]
        for table in catalog.queryable
    }
    return {table: names for table, names in found.items() if names}


def find_column(catalog: Catalog, name: str) -> tuple[Table, Column] | None:
    """A column by `APTH.Vendor` or `Sales.Customer.CustomerID`; case counts where the database says so."""
    owner, _, bare = name.rpartition(".")
    table = find_table(catalog, owner) if owner else None
    if table is None:
        return None
    column = table.column(bare)
    if column is None and not catalog.database.case_sensitive:
        column = next((item for item in table.columns if item.name.lower() == bare.lower()), None)
    return (table, column) if column else None


def find_program(catalog: Catalog, name: str) -> Routine | Trigger | None:
    """A procedure, function or trigger by its name, with or without its schema; the first of those of one name."""
    return next(programs(catalog, name), None)


def programs(catalog: Catalog, name: str) -> Iterator[Routine | Trigger]:
    """All procedures, functions and triggers of a name."""
    every: tuple[Routine | Trigger, ...] = (*catalog.routines, *catalog.triggers)
    return (item for item in every if name in (item.name, item.qualified))


def exists(catalog: Catalog, subject: str) -> bool:
    """Whether a table, view, column, procedure, function or trigger of this name exists."""
    return bool(find_table(catalog, subject) or find_column(catalog, subject) or find_program(catalog, subject))


def join_between(catalog: Catalog, left: Table, right: Table) -> Join | None:
    """The best proven join of two tables, seen from `left`: the most supported one, or None."""
    found = catalog.joins_of_both(left.qualified, right.qualified)
    if not found:
        return None
    best = max(found, key=lambda join: (join.support, len(join.left_columns), join.left_columns))
    if best.left == left.qualified:
        return best
    return replace(
        best, left=best.right, left_columns=best.right_columns, right=best.left, right_columns=best.left_columns
    )


def is_best_join(catalog: Catalog, join: Join) -> bool:
    """Whether a join is the one that its two tables are joined by where nothing else is said."""
    best = join_between(catalog, catalog.by_qualified[join.left], catalog.by_qualified[join.right])
    return best is not None and (best.left_columns, best.right_columns) == (join.left_columns, join.right_columns)


def join_text(join: Join) -> str:
    """`APCo, Mth, APTrans`; a pair of different names as `SalesPersonID = BusinessEntityID`."""
    pairs = zip(join.left_columns, join.right_columns, strict=True)
    return ", ".join(left if left == right else f"{left} = {right}" for left, right in pairs)
