"""Which of a table's unique column sets is its business key."""

from __future__ import annotations

from collections.abc import Collection

from vgpt2.catalog.model import Key, Table

_RANK = {"primary_key": 0, "unique_clustered": 1, "unique_constraint": 2, "unique_index": 3}


def business_key(table: Table, surrogates: Collection[str] = ()) -> list[str]:
    """The key by which people know a row.

    The primary key, then a unique clustered index, then another unique one (constraint before index, fewer columns
    before more). An index on a surrogate alone is none; a primary key on one only where nothing else is unique. Row
    GUIDs are keys for replication and are passed over too.

    Args:
        surrogates: columns that number rows and say nothing; case does not count.
    """
    numbers = {name.lower() for name in surrogates}
    types = {column.name: column.base_type for column in table.columns}

    def is_surrogate(columns: list[str]) -> bool:
        return len(columns) == 1 and columns[0].lower() in numbers

    def rank(key: Key) -> tuple[bool, int, int, str]:
        return is_surrogate(key.columns), _RANK.get(key.origin, 9), len(key.columns), key.name

    def useful(key: Key) -> bool:
        if key.origin == "primary_key":
            return True
        guid = len(key.columns) == 1 and types.get(key.columns[0]) == "uniqueidentifier"
        return not guid and not is_surrogate(key.columns)

    candidates = sorted((key for key in table.keys if key.columns and useful(key)), key=rank)
    return list(candidates[0].columns) if candidates else []


def add_key(table: Table, key: Key) -> None:
    """Add a candidate key, unless the same columns are known as a key of the same or a better origin."""
    for known in list(table.keys):
        if set(known.columns) == set(key.columns):
            if _RANK.get(known.origin, 9) <= _RANK.get(key.origin, 9):
                return
            table.keys.remove(known)
    table.keys.append(key)
    table.keys.sort(key=lambda item: (_RANK.get(item.origin, 9), item.name, item.columns))
