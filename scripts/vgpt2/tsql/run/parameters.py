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


@cache
def general_values() -> dict[str, Value]:
    """Patterns of whole names in lower case and their values, true in any database; the first that fits decides.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    return read_yaml_file(Path(__file__).with_name("parameters.yaml")).check(dict[Pattern, Value])


def value_of(name: str, database: DatabaseSettings) -> str | None:
    """The T-SQL literal for a parameter of this name (without @), or None where the name says nothing."""
    folded = name.lower()
    for values in (database.parameters, general_values()):
        for pattern, value in values.items():
            if re.fullmatch(pattern, folded):
                return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
    return None
