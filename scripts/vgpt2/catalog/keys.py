"""Which of a table's unique column sets is its business key."""

from __future__ import annotations

from vgpt2.catalog.model import Key, Table

_RANK = {"primary_key": 0, "unique_clustered": 1, "unique_constraint": 2, "unique_index": 3}


def is_surrogate(columns: list[str]) -> bool:
    """Whether the columns are Vista's technical `KeyID` and nothing else."""
    return len(columns) == 1 and columns[0].lower() == "keyid"


def business_key(table: Table) -> list[str]:
    """The key by which people know a row.

    The primary key, then a unique clustered index, then another unique one (constraint before index, fewer columns
    before more). An index on `KeyID` alone is none; a primary key on it only where nothing else is unique. Row
    GUIDs are keys for replication and are passed over too.
    """
    types = {column.name: column.base_type for column in table.columns}

    def rank(key: Key) -> tuple:
        technical = is_surrogate(key.columns)
        return technical, _RANK.get(key.origin, 9), len(key.columns), key.name

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
