"""What parts of names stand for: abbreviations.yaml, which is true in any database, under the database's own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.catalog.model import Table
from vgpt2.database_settings import DatabaseSettings, Part, Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Readings(Strict):
    """The file: abbreviations by where they may stand, words that names write as two, and prefixes."""

    anywhere: dict[Part, Text]
    first: dict[Part, Text]
    last: dict[Part, Text]
    one_word: list[Part]
    view_prefixes: list[Text]
    table_prefixes: list[Text]


def read_readings(path: Path) -> Readings:
    """The file of abbreviations.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    return read_yaml_file(path).check(Readings)


@cache
def general_readings() -> Readings:
    """What is true in any database."""
    return read_readings(Path(__file__).with_name("abbreviations.yaml"))


def whole_words(parts: list[str], database: DatabaseSettings) -> list[str]:
    """The parts of a name, two of them as one where they are one word: `Sub`, `Total` as `SubTotal`; not where the
    database itself says what the first one stands for."""
    one_word = general_readings().one_word
    found: list[str] = []
    for part in parts:
        before = found[-1] if found else ""
        own = before in database.word_hints or before.lower() in database.abbreviations
        if before and not own and (before + part).lower() in one_word:
            found[-1] += part
        else:
            found.append(part)
    return found


def written_out(part: str, place: int, count: int, database: DatabaseSettings) -> str:
    """What a part stands for, or '' where it is no abbreviation.

    Args:
        part: in lower case.
        place: which of the `count` parts of its name it is, from 0.
    """
    if part in database.abbreviations:
        return database.abbreviations[part]
    general = general_readings()
    if part in general.anywhere:
        return general.anywhere[part]
    if count > 1 and place == 0:
        return general.first.get(part, "")
    return general.last.get(part, "") if count > 1 and place == count - 1 else ""


def without_prefix(table: Table, database: DatabaseSettings) -> str:
    """The name of a table or view without what only says its kind: `vOpenOrders`, `tblOrders`, `vw_Orders`."""
    general = general_readings()
    own = general.view_prefixes if table.kind == "view" else general.table_prefixes
    for prefix in sorted({*own, *database.name_prefixes}, key=len, reverse=True):
        rest = table.name.removeprefix(prefix)
        # A prefix that ends in an underscore needs no capital after it.
        if rest != table.name and re.match(r"[A-Z]|_." if prefix[-1].isalpha() else ".", rest):
            return rest.lstrip("_")
    return table.name
