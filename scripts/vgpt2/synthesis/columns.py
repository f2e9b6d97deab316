"""Which columns nobody asks for, and which numbers nobody adds up: columns.yaml with what the database's file adds."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    quantity_alone: list[Pattern]
    of_one_beside: list[Pattern]
    not_added_said: list[Pattern]
    percents: list[Pattern]
    not_averaged: list[Pattern]
    many_alike: list[Pattern]
    span_from: Pattern
    span_to: Pattern
    kinds_of_row: list[Pattern]
    journals: list[Pattern]
    of_all_kinds: list[Pattern]
    opposed: list[tuple[Pattern, Pattern]]
    of_one_kind: list[Pattern]
    netted: list[Pattern]
    counted: list[Pattern]
    gauged: list[Pattern]
    counters: list[Pattern]
    references: list[Pattern]
    technical: list[Pattern]
    quantities: list[Pattern]
    units: list[Pattern]
    not_grouped: list[Pattern]
    sorts: list[Pattern]
    kept_links: list[Pattern]
    likely_texts: list[Pattern]
    of_companies: list[Pattern]
    of_goods: list[Pattern]
    not_guessed: list[Pattern]


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


def of_one_piece(names: Sequence[str]) -> frozenset[str]:
    """Of the written-out names of a table's numbers the one money beside a bare quantity, which is that of a piece."""
    general = general_columns()
    money = [words for words in names if _says(general.of_one_beside, words.lower())]
    beside = any(_says(general.quantity_alone, words.lower()) for words in names)
    return frozenset(money if beside and len(money) == 1 else ())


def ends_of_spans(names: Sequence[str]) -> frozenset[str]:
    """Of the written-out names of a table's numbers those that are the lowest or the highest that a row allows: of a
    salary from and to."""
    general = general_columns()
    rests = [
        {re.sub(end, "", words.lower()).strip(): words for words in names if re.search(end, words.lower())}
        for end in (general.span_from, general.span_to)
    ]
    return frozenset(found[noun] for found in rests for noun in rests[0].keys() & rests[1].keys())


def is_kind_of_row(words: str) -> bool:
    """Whether a column of this written-out name says of which kind a row is: an invoice or a payment."""
    return _says(general_columns().kinds_of_row, words.lower())


def is_journal(words: str) -> bool:
    """Whether a column of this written-out name says in which journal a row is, of which there are several kinds."""
    return _says(general_columns().journals, words.lower())


def is_netted(words: str, of_kinds: bool) -> bool:
    """Whether amounts of this written-out name cancel when they are added up over all.

    Args:
        of_kinds: the rows of the table are of different kinds.
    """
    general = general_columns()
    return _says([*general.netted, *(general.of_all_kinds if of_kinds else ())], words.lower())


def are_opposed(texts: Sequence[str]) -> bool:
    """Whether of these words of rows, and of their kinds, some say one thing and some its opposite: a receipt and an
    issue."""
    said = [text.lower() for text in texts]
    return any(
        all(any(re.search(side, text) for text in said) for side in sides) for sides in general_columns().opposed
    )


def is_of_one_kind(words: str) -> bool:
    """Whether of rows of different kinds only one has an amount of this written-out name; the others count as 0."""
    return _says(general_columns().of_one_kind, words.lower())


def is_gauged(words: str) -> bool:
    """Whether a whole number of this written-out name is measured: no group, and no sum."""
    return _says(general_columns().gauged, words.lower())


def is_percent(words: str) -> bool:
    """Whether a number of this written-out name is a part of a hundred."""
    return _says(general_columns().percents, words.lower())


def is_counter(words: str) -> bool:
    """Whether a number of this written-out name says where a counter stands."""
    return _says(general_columns().counters, words.lower())


def is_counted(words: str) -> bool:
    """Whether a whole number of this written-out name is a quantity and no code."""
    return _says(general_columns().counted, words)


def is_control(words: str) -> bool:
    """Whether a column of this written-out name is the program's own, or tells single rows apart: no group."""
    return _says(general_columns().not_grouped, words)


def sorts_rows(words: str) -> bool:
    """Whether a column of this written-out name sorts rows into kinds."""
    return _says(general_columns().sorts, words.lower())


def is_averaged(words: str) -> bool:
    """Whether the average of a number of this written-out name says anything."""
    return not _says(general_columns().not_averaged, words.lower())


def is_ranked(words: str, whole: bool) -> bool:
    """Whether the highest number of this written-out name says something: of percents, rates and set bounds many rows
    have the same.

    Args:
        whole: a whole number, which is that of a piece or of days, if it is no quantity.
    """
    return not _says(general_columns().many_alike, words.lower()) and (not whole or is_counted(words))


def reference_rank(words: str) -> int | None:
    """How surely a column of this written-out name is what people call a document by, 0 for most; None: it is not."""
    patterns = enumerate(general_columns().references)
    return next((rank for rank, pattern in patterns if re.search(pattern, words.lower())), None)


def is_technical(words: str) -> bool:
    """Whether a table of this written-out name is one that a program keeps about itself."""
    return _says(general_columns().technical, words.lower())


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
