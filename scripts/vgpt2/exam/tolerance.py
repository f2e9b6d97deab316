"""How far an answer's values may be from the gold's: what a question leaves open, it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vgpt2.tsql.run.result import Result

_MONTH = re.compile(r"(\d{4})[-/.]?(\d\d)(?:[-/.]?01)?\Z|(\d\d)[-/.](\d{4})\Z")
_MOST_COLUMNS = 6  # of which any may hold percents


@dataclass(slots=True, frozen=True)
class Tolerance:
    """`places`: numbers are compared rounded to so many decimal places. `percent`: a share may be given in percent, and
    a percent as a share. `months`: a month may be given as its first day, as 2024-03, 03/2024 or 202403."""

    places: int | None = None
    percent: bool = False
    months: bool = False

    @classmethod
    def from_json(cls, value: dict) -> Tolerance:
        """The inverse of `dataclasses.asdict`."""
        return cls(**value)

    def __bool__(self) -> bool:
        """Whether it allows anything."""
        return self.places is not None or self.percent or self.months

    def pairs(self, wanted: Result, given: Result) -> Iterator[tuple[Result, Result]]:
        """The two results in the forms in which they may be the same; as they are comes first."""
        yield wanted, given
        if not self:
            return
        gold = self._plain(wanted)
        yield gold, self._plain(given)
        columns = range(min(len(given.columns), _MOST_COLUMNS)) if self.percent else ()
        for column in columns:
            for factor in (100, 0.01):
                yield gold, self._plain(_scaled(given, column, factor))

    def _plain(self, result: Result) -> Result:
        return replace(result, rows=[tuple(map(self._value, row)) for row in result.rows])

    def _value(self, value: object) -> object:
        if isinstance(value, float) and self.places is not None:
            # A half is rounded up or down by who rounds first: both sides once more, from what is shown.
            return round(value + 1e-9, self.places)
        if (
            self.months
            and isinstance(value, str | int)
            and (match := _MONTH.match(str(value).removesuffix(" 00:00:00")))
        ):
            return f"{match[1] or match[4]}-{match[2] or match[3]}"
        return value


EXACT = Tolerance()


def _scaled(result: Result, column: int, factor: float) -> Result:
    def scaled(row: tuple) -> tuple:
        value = row[column]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return (*row[:column], round(value * factor, 6) if number else value, *row[column + 1 :])

    return replace(result, rows=[scaled(row) for row in result.rows])
