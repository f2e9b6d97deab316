"""Values for the parameters of a query (`@Co`, `@Mth`), so that it can run.

By name first (the database's own file, then parameters.yaml), else a value that occurs in the column that the parameter
is compared with.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.database_settings import DatabaseSettings, Pattern, Value
from vgpt2.yaml_file import read_yaml_file


def read_values(path: Path) -> dict[str, Value]:
    """The file of patterns of whole names and their values.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    return read_yaml_file(path).check(dict[Pattern, Value])


@cache
def general_values() -> dict[str, Value]:
    """What is true in any database; the first pattern that fits decides."""
    return read_values(Path(__file__).with_name("parameters.yaml"))


def value_of(name: str, database: DatabaseSettings) -> str | None:
    """The T-SQL literal for a parameter of this name (without @), or None where the name says nothing."""
    for values in (database.parameters, general_values()):
        for pattern, value in values.items():
            if re.fullmatch(pattern, name, re.IGNORECASE):
                return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
    return None
