"""Days of reports: the day as of which something is asked, written out, given as a parameter, or today."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import base_word
from vgpt2.synthesis.intents.reports.sheet import Sheet
from vgpt2.synthesis.literals import MONTHS, literal, month_name, next_month

# Types in which a day has hours.
TIMED = frozenset(("datetime", "datetime2", "datetimeoffset"))
PARAMETER = "@AsOfDate"
TODAY = "CAST(GETDATE() AS date)"


def is_timed(column: Column) -> bool:
    """Whether a column holds times of a day too."""
    return base_word(column) in TIMED


@dataclass(slots=True, frozen=True)
class Day:
    """A day as T-SQL has it and as a question says it."""

    sql: str
    said: str

    def back(self, days: int) -> str:
        """So many days before, as T-SQL."""
        return f"DATEADD(day, -{days}, {self.sql})"

    def on(self, days: int) -> str:
        """So many days after, as T-SQL."""
        return f"DATEADD(day, {days}, {self.sql})"

    def to_its_end(self, column: Column) -> str:
        """How a column is compared for the rows up to the end of this day: where a day has hours, it is over when the
        next one begins."""
        return f"< {self.on(1)}" if is_timed(column) else f"<= {self.sql}"

    def past(self, column: Column) -> str:
        """How a column is compared for the rows of later days."""
        return f">= {self.on(1)}" if is_timed(column) else f"> {self.sql}"


def day_of(sheet: Sheet, column: Column, late: bool = True, table: Table | None = None) -> Day | None:
    """A day as of which the rows are looked at: with `late` one that most rows have passed, else any of the middle."""
    values = sheet.ctx.values(table or sheet.table, column)
    days = sorted(value for value in values if isinstance(value, datetime.date))
    if not days:
        return None
    form = sheet.rng.random()
    if form < 0.12:
        return Day(TODAY, "today")
    if form < 0.24:
        return Day(PARAMETER, PARAMETER)
    start, end = (len(days) // 2, len(days)) if late else (len(days) // 3, max(len(days) // 3 + 1, 2 * len(days) // 3))
    day = sheet.rng.choice(days[start:end])
    said = f"{MONTHS[day.month - 1]} {day.day}, {day.year}" if sheet.rng.random() < 0.4 else day.isoformat()
    return Day(literal(day), said)


@dataclass(slots=True, frozen=True)
class Period:
    """A month or a year: its first day, the first one behind it, and how it is said."""

    start: datetime.date
    end: datetime.date
    said: str

    def covers(self, months: bool = False) -> str:
        """The condition on a date, or on a column of first days of months."""
        if months and next_month(self.start) == self.end:
            return f"{{0}} = {literal(self.start)}"
        return f"{{0}} >= {literal(self.start)} AND {{0}} < {literal(self.end)}"


def month_of(sheet: Sheet, column: Column, table: Table | None = None) -> Period | None:
    """A month in which there are rows."""
    days = [value for value in sheet.ctx.values(table or sheet.table, column) if isinstance(value, datetime.date)]
    if not days:
        return None
    first = sheet.rng.choice(days).replace(day=1)
    return Period(first, next_month(first), month_name(first))


def year_of(sheet: Sheet, column: Column, table: Table | None = None) -> Period | None:
    """The year with the most rows."""
    days = [value for value in sheet.ctx.values(table or sheet.table, column) if isinstance(value, datetime.date)]
    if not days:
        return None
    years = [day.year for day in days]
    year = max(sorted(set(years)), key=years.count)
    return year_period(year)


def year_period(year: int) -> Period:
    """A whole year."""
    return Period(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1), str(year))
