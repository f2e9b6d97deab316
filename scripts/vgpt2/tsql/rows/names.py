"""Made-up texts for synthetic rows: names.yaml, or what the database's own file has in its place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vgpt2.database_settings import DatabaseSettings, MadeUpNames
from vgpt2.yaml_file import read_yaml_file


def read_names(path: Path) -> MadeUpNames:
    """The file of made-up texts.

    Raises:
        UserError: a fault in the file, with its line and key; an empty list is one.
    """
    file = read_yaml_file(path)
    names = file.check(MadeUpNames)
    for key, texts in names:
        if not texts:
            raise file.fault((key,), "expected at least one text")
    return names


@cache
def general_names() -> MadeUpNames:
    """Names of no trade."""
    return read_names(Path(__file__).with_name("names.yaml"))


def made_up_names(database: DatabaseSettings) -> MadeUpNames:
    """The names for the rows of a database: its own lists, the general ones where it has none."""
    own = {key: texts for key, texts in database.made_up_names if texts}
    return general_names().model_copy(update=own)
