"""The order of the dates of a row, as the names of its columns let one infer it: no period ends before it begins."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.types import kind_of_type
from vgpt2.yaml_file import read_yaml_file

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# A later date that was drawn too early comes so many days after the first at most.
_DAYS = 60


@cache
def words() -> dict[str, frozenset[str]]:
    """The words of order.yaml.

    Raises:
        UserError: a fault in the file, with its line and key.
    """
    lists = read_yaml_file(Path(__file__).with_name("order.yaml")).check(dict[str, list[str]])
    return {name: frozenset(found) for name, found in lists.items()}


@dataclass(slots=True)
class DateOrder:
    """The dates of one table: the first ones, the later ones, those that hold months, and those that stay as drawn."""

    first: list[str]
    later: list[str]
    months: frozenset[str]
    fixed: frozenset[str]

    def mend(self, row: dict[str, Value], parents: Iterable[datetime.date]) -> None:
        """Move dates of a row that contradict the order; `parents`: first dates of the rows that it belongs to.

        A later date comes after the first ones; where it may not be moved, the first comes before it.
        """
        begun = [row[name] for name in self.first]
        for name in self.later:
            value = row.get(name)
            if name in self.months or name in self.fixed or not isinstance(value, datetime.date):
                continue
            bound = _latest([*begun, *parents], value)
            if bound is not None and value < bound:
                row[name] = bound + datetime.timedelta(days=(bound - value).days % _DAYS)
        for name in self.first:
            value = row.get(name)
            if name in self.months or name in self.fixed or not isinstance(value, datetime.date):
                continue
            for other in self.later:
                end = row.get(other)
                fixed = other in self.fixed and other not in self.months
                if fixed and type(end) is type(value) and isinstance(end, datetime.date) and end < value:
                    value = row[name] = end - datetime.timedelta(days=(value - end).days % _DAYS)
        self._months(row)

    def _months(self, row: dict[str, Value]) -> None:
        starts = [value for name in self.first if name in self.months and isinstance(value := row[name], datetime.date)]
        for name in self.later:
            value = row.get(name)
            if name in self.months and name not in self.fixed and isinstance(value, datetime.date) and starts:
                row[name] = max(value, *starts)


def _latest(dates: Iterable[Value], like: datetime.date) -> datetime.date | None:
    """The latest of the dates that are of the same type as another."""
    return max((one for one in dates if isinstance(one, datetime.date) and type(one) is type(like)), default=None)


def date_order(database: DatabaseSettings, table: Table, fixed: Iterable[str]) -> DateOrder:
    """The order of a table's dates; `fixed`: columns that other tables know by their values."""
    dates = [column for column in table.columns if kind_of_type(column.base_type) == "date"]
    months = frozenset(column.name for column in dates if is_month(database, column))
    first, later = [], []
    for column in dates:
        named = {word.lower() for word in _WORD.findall(column.name)}
        # The month of a row is the first; the month of what comes of it has a word of its own.
        if named & words()["later"]:
            later.append(column.name)
        elif named & words()["first"] or named == {"mth"}:
            first.append(column.name)
    return DateOrder(first, later, months, frozenset(fixed) | frozenset(table.key))
