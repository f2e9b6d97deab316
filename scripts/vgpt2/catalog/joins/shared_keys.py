"""Joins that nobody declared or wrote: a table holds the whole key of another one.

Under the same names (`VendorGroup` and `Vendor`), or for a key of one column with the role in front
(`BillToAddressID` for `AddressID`). Where several tables have that key, the one it belongs to is told by names and by
how often the others refer to it; without any sign there is no join.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from vgpt2.catalog.joins.weak import is_weak_key
from vgpt2.catalog.model import Column, Table
from vgpt2.database_settings import DatabaseSettings

Known = tuple[str, tuple[str, ...], str, str]  # left, its columns, right, origin
Found = tuple[Table, list[str], Table, list[str]]


def shared_keys(tables: list[Table], known: Iterable[Known], database: DatabaseSettings) -> Iterator[Found]:
    """(child, its columns, parent, its key) for every key that a table shares with the one it belongs to.

    Args:
        tables: those that can be joined.
        known: joins that better sources gave; columns of which they say what they refer to are not guessed about,
            unless the tables' names say it (`EmployeePayHistory` belongs to `Employee`).
        database: says which columns hold companies; a key of company, batch, sequence and status alone is no sign.
    """
    known = list(known)
    tables = _without_copies(tables)
    taken = {(left, frozenset(columns)) for left, columns, _, _ in known}
    declared = {(left, frozenset(columns)) for left, columns, _, origin in known if origin == "foreign_key"}
    sides = {(left, right) for left, _, right, _ in known}
    by_key = _by_key(tables)
    parents = _parents(by_key, Counter(right for _, _, right, _ in known), database)
    for child in tables:
        columns = {column.name: column for column in child.columns}
        for parent in parents:
            key = parent.key
            if len(key) == 1:
                yield from _in_roles(child, parent, taken)
            if not all(name in columns for name in key):
                continue
            named = _named_after(child, by_key[tuple(sorted(key))])
            parent = named or parent
            place = (child.qualified, frozenset(key))
            if parent is child or place in declared or (place in taken and not named):
                continue
            if sides & {(parent.qualified, child.qualified), (child.qualified, parent.qualified) if named else ()}:
                continue
            if all(_same_type(columns[name], parent.column(name)) for name in key):
                sides.add((child.qualified, parent.qualified))
                yield child, list(key), parent, list(key)


def _in_roles(child: Table, parent: Table, taken: set) -> Iterator[Found]:
    """`BillToAddressID` and `ShipToAddressID` of a child for the key `AddressID`."""
    key = parent.key[0]
    if len(key) < 4 or not key[0].isupper() or not _named_like(parent, key):
        return
    for column in child.columns:
        role = column.name.removesuffix(key)
        fits = role and role != column.name and (role[-1].islower() or role[-1] in "_123456789")
        free = (child.qualified, frozenset((column.name,))) not in taken
        if fits and free and _same_type(column, parent.column(key)):
            yield child, [column.name], parent, [key]


def _by_key(tables: list[Table]) -> dict[tuple[str, ...], list[Table]]:
    found: dict[tuple[str, ...], list[Table]] = defaultdict(list)
    for table in tables:
        if table.key:
            found[tuple(sorted(table.key))].append(table)
    return found


def _parents(by_key: dict[tuple[str, ...], list[Table]], referred: Counter, database: DatabaseSettings) -> list[Table]:
    """The tables to which a key belongs: one for each set of key columns, cross-reference tables left out."""
    single = {key[0] for key in by_key if len(key) == 1}
    found = []
    for key, candidates in sorted(by_key.items()):
        if len(key) > 1 and single.issuperset(key):
            continue  # (ProductID, LocationID) says which products are where; both have tables of their own
        owner = _owner(candidates, referred)
        if owner is None:
            continue
        columns = [column for name in owner.key if (column := owner.column(name))]
        # A status that has a table of its name is what that table lists.
        own = len(key) == 1 and _named_like(owner, key[0])
        if own or not is_weak_key(columns, database):
            found.append(owner)
    return found


def _owner(tables: list[Table], referred: Counter) -> Table | None:
    """The table that a key belongs to, among those that have exactly this key: the one named like the key's last
    column, else the one that foreign keys and queries refer to most."""
    named = [table for table in tables if _named_like(table, table.key[-1])]
    if len(named) == 1:
        return named[0]
    ranked = sorted(tables, key=lambda item: (-referred[item.qualified], len(item.name), item.qualified))
    if len(tables) == 1:
        return ranked[0] if len(ranked[0].key) > 1 or referred[ranked[0].qualified] else None
    return ranked[0] if referred[ranked[0].qualified] > referred[ranked[1].qualified] else None


def _named_like(table: Table, column: str) -> bool:
    """Whether a key column carries the table's name: ProductID of Product or Products, SalesOrderID of
    SalesOrderHeader, DocumentNode of Document."""
    stem = column.lower().removesuffix("id").removesuffix("code").removesuffix("_")
    name = table.name.lower()
    if not stem:
        return False
    plain = name in (stem, stem + "s", stem + "es", stem.removesuffix("y") + "ies")
    return plain or (len(stem) > 4 and (_begins(table.name, stem) or stem.startswith(name)))


def _begins(name: str, stem: str) -> bool:
    """Whether a name begins with a whole word or more of another: SalesOrderHeader with salesorder."""
    rest = name[len(stem) :]
    return name.lower().startswith(stem) and rest[:1].isupper() and name[len(stem) - 1].islower()


def _named_after(child: Table, tables: list[Table]) -> Table | None:
    """The table whose name begins or ends the child's: EmployeePayHistory and Employee, ProductVendor and Vendor."""

    def within(table: Table) -> bool:
        name, whole = table.name, child.name
        if table is child or len(name) < 5 or len(name) >= len(whole) or not name[-1].islower():
            return False
        return _begins(whole, name.lower()) or (whole.endswith(name) and name[0].isupper())

    found = sorted((table for table in tables if within(table)), key=lambda table: (-len(table.name), table.qualified))
    return found[0] if found else None


def _without_copies(tables: list[Table]) -> list[Table]:
    """The tables without the histories of others: the same columns, a name that goes on where the other's ends."""
    same: dict[frozenset[str], list[str]] = defaultdict(list)
    columns = [frozenset(column.name for column in table.columns) for table in tables]
    for table, own in zip(tables, columns, strict=True):
        same[own].append(table.name)
    return [
        table
        for table, own in zip(tables, columns, strict=True)
        if not any(table.name != name and table.name.startswith(name) for name in same[own])
    ]


def _same_type(left: Column, right: Column | None) -> bool:
    return right is not None and left.base_type.split("(")[0] == right.base_type.split("(")[0]
