"""Which columns nobody asks for, and which numbers nobody adds up: columns.yaml with what the database's file adds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.database_settings import DatabaseSettings, Pattern, Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Columns(Strict):
    """The file."""

    internal_columns: list[Text]
    kept_for_itself: list[Pattern]
    of_versions: list[Pattern]
    not_added: list[Pattern]
    not_added_said: list[Pattern]
    not_averaged: list[Pattern]
    counted: list[Pattern]
    gauged: list[Pattern]
    counters: list[Pattern]
    quantities: list[Pattern]
    units: list[Pattern]
    not_grouped: list[Pattern]
    kept_links: list[Pattern]


def read_columns(path: Path) -> Columns:
    """The file of what names of columns say.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    return read_yaml_file(path).check(Columns)


@cache
def general_columns() -> Columns:
    """What is true in any database."""
    return read_columns(Path(__file__).with_name("columns.yaml"))


def _says(patterns: list[Pattern], words: str) -> bool:
    """Whether any of these is found in a text."""
    return any(re.search(pattern, words) for pattern in patterns)


def internal_columns(database: DatabaseSettings) -> frozenset[str]:
    """The columns that a database keeps for itself, in lower case."""
    return frozenset(map(str.lower, (*general_columns().internal_columns, *database.internal_columns)))


def not_added(database: DatabaseSettings) -> re.Pattern[str]:
    """What is found in the name or type of a number whose sum means nothing."""
    return re.compile("|".join(f"(?:{part})" for part in (*general_columns().not_added, *database.not_added)))


def is_kept_for_itself(words: str, temporal: bool) -> bool:
    """Whether a column of this written-out name says who touched a row when, or which version it is.

    Args:
        temporal: the table keeps its history.
    """
    general = general_columns()
    return _says([*general.kept_for_itself, *(general.of_versions if temporal else ())], words.lower())


def is_said_of_one(description: str) -> bool:
    """Whether a description says that a number is of one piece, or a share: nobody adds it up."""
    return _says(general_columns().not_added_said, description.lower())


def is_gauged(words: str) -> bool:
    """Whether a whole number of this written-out name is measured: no group, and no sum."""
    return _says(general_columns().gauged, words.lower())


def is_counter(words: str) -> bool:
    """Whether a number of this written-out name says where a counter stands."""
    return _says(general_columns().counters, words.lower())


def is_counted(words: str) -> bool:
    """Whether a whole number of this written-out name is a quantity and no code."""
    return _says(general_columns().counted, words)


def is_control(words: str) -> bool:
    """Whether a column of this written-out name is the program's own, or tells single rows apart: no group."""
    return _says(general_columns().not_grouped, words)


def is_averaged(words: str) -> bool:
    """Whether the average of a number of this written-out name says anything."""
    return not _says(general_columns().not_averaged, words.lower())


def is_quantity(words: str) -> bool:
    """Whether a number of this written-out name counts units, which may differ from row to row."""
    return _says(general_columns().quantities, words)


def measured_in(words: str) -> bool:
    """Whether a column of this written-out name says what a row's quantities are measured in."""
    return _says(general_columns().units, words.lower())


def touched_by(words: str) -> bool:
    """Whether a column of this written-out name says who touched a row last, or where else it was booked, by which
    nobody asks."""
    return _says(general_columns().kept_links, words)
