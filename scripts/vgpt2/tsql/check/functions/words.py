"""Words that may stand before a bracket and are no functions, and the words for the parts of a date."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

from vgpt2.database_settings import Strict
from vgpt2.yaml_file import read_yaml_file


class DateParts(Strict):
    """The words, all spellings, by what has such a part."""

    of_dates: frozenset[str]
    of_times: frozenset[str]
    of_zones: frozenset[str]

    @cached_property
    def all(self) -> frozenset[str]:
        """Every spelling of every part."""
        return self.of_dates | self.of_times | self.of_zones


class Words(Strict):
    """The file."""

    types: frozenset[str]
    keywords: frozenset[str]
    odbc: frozenset[str]
    static_methods: dict[str, list[str]]
    date_parts: DateParts


def read_words(path: Path) -> Words:
    """The file of words.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(Words)


@cache
def words() -> Words:
    """Those of T-SQL."""
    return read_words(Path(__file__).with_name("words.yaml"))
