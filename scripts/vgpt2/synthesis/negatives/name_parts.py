"""What invented names are made with: invented.yaml, or what the database's own file has in its place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import get_args

from vgpt2.database_settings import ColumnKind, DatabaseSettings, InventedNames
from vgpt2.yaml_file import read_yaml_file


def read_parts(path: Path) -> InventedNames:
    """The file of endings and columns.

    Raises:
        UserError: a fault in the file, with its line and key; an empty list and a kind that is left out are faults.
    """
    file = read_yaml_file(path)
    parts = file.check(InventedNames)
    for key, texts in parts:
        if not texts:
            raise file.fault((key,), "expected at least one text")
    for kind in get_args(ColumnKind):
        if kind not in parts.columns:
            raise file.fault(("columns",), f"'{kind}' is missing")
    return parts


@cache
def general_parts() -> InventedNames:
    """Endings and columns of no trade."""
    return read_parts(Path(__file__).with_name("invented.yaml"))


def name_parts(database: DatabaseSettings) -> InventedNames:
    """What names are made with in a database: its own lists, the general ones where it has none."""
    own, general = database.invented_names, general_parts()
    return InventedNames.model_construct(
        table_endings=own.table_endings or general.table_endings,
        column_endings=own.column_endings or general.column_endings,
        columns={**general.columns, **own.columns},
    )
