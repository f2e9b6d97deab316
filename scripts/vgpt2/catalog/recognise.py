"""Which database it is, where no YAML is named: some are known by their tables."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.catalog.readers.draft import Draft
from vgpt2.database_settings import DatabaseSettings

# A name of four letters may stand in any database; so many of them, each with its column, do not.
LEAST = 3
SHOWN = 4


def recognise(
    draft: Draft, known: Sequence[DatabaseSettings], guess: str = ""
) -> tuple[DatabaseSettings, list[str]] | None:
    """The settings whose `known_by` tables are there, with those tables; None where it is none of these databases.

    Of several the one with the most tables is taken. Of the one that is likely for the layout of its source
    (`guess`, its name) one table is enough.
    """
    found = [(settings, tables_of(draft, settings)) for settings in known]
    enough = [item for item in found if len(item[1]) >= (1 if item[0].name == guess else LEAST)]
    return max(enough, key=lambda item: len(item[1]), default=None)


def tables_of(draft: Draft, settings: DatabaseSettings) -> list[str]:
    """The tables of `known_by` that are there with their column, as `known_by` names them, whatever their schema."""
    columns: dict[str, set[str]] = {}
    for table in draft.tables.values():
        columns.setdefault(table.name, set()).update(column.name for column in table.columns)
    prefix = settings.base_table_prefix
    return [
        name
        for name, column in settings.known_by.items()
        if column in columns.get(name, ()) or (prefix and column in columns.get(prefix + name, ()))
    ]


def note(settings: DatabaseSettings, tables: list[str]) -> str:
    """What is said of it on the screen."""
    more = f" and {len(tables) - SHOWN} more" if len(tables) > SHOWN else ""
    return (
        f"{settings.title}, known by its tables ({', '.join(tables[:SHOWN])}{more}): read with {settings.name}.yaml; "
        "DATABASE= (--database) names another"
    )
