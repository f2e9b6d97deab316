"""Values with the look of a column: by its type, and by what its name says."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from vgpt2.catalog.column_meaning import is_company, is_group, is_month
from vgpt2.catalog.model import Column
from vgpt2.database_settings import DatabaseSettings, MadeUpNames
from vgpt2.tsql.rows.names import made_up_names
from vgpt2.tsql.types import kind_of_type, split_type

# A value of a row; None is NULL.
Value = str | int | float | Decimal | datetime.date | datetime.time | None
TODAY = datetime.date(2024, 6, 15)  # what GETDATE() gives: a day inside the data
MONTHS = [datetime.datetime(2023, month, 1) for month in (10, 11, 12)] + [
    datetime.datetime(2024, month, 1) for month in range(1, 7)
]
_FIRST_DAY = datetime.datetime(2023, 9, 1)
_DAYS = 330
_COMPANIES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
_YEAR = re.compile("year|yr$", re.IGNORECASE)
_PERCENT = re.compile("percent|pct")
_COUNTED = re.compile("hour|hrs|qty|quantity|units")
_COUNTS = (1, 2, 4, 5, 8, 8, 10, 16, 20, 40)
# By its name or its type, halves: what is multiplied by, what is paid an hour, what is measured in hours or pieces.
_SIZES = (
    (re.compile("factor|multiplier"), (2, 2, 3, 4, 5)),
    (re.compile(r"rate(?:amt)?\d?(?:\b|_)"), (24, 30, 36, 45, 50, 64, 85, 110, 150)),
    (re.compile(f"{_COUNTED.pattern}|duration"), tuple(2 * count for count in _COUNTS)),
)
_AMOUNTS = [Decimal(x) for x in ("100", "250", "500", "750", "1000", "1200.5", "1500", "2500", "4800.75", "10000")]


@dataclass(slots=True)
class Looks:
    """What values look like in one database."""

    database: DatabaseSettings
    names: MadeUpNames = field(init=False)
    row_numbers: frozenset[str] = field(init=False)  # columns that count the rows, in lower case

    def __post_init__(self) -> None:
        self.names = made_up_names(self.database)
        self.row_numbers = frozenset({"id", *map(str.lower, self.database.surrogate_keys)})

    def key_domain(self, named: Column, column: Column, alone: bool) -> Sequence[Value]:
        """The values of a key column. `named` is the first column of those tied to it; `alone`: it is a whole key."""
        kind = kind_of_type(column.base_type)
        name = named.name
        if kind == "int":
            if any(is_company(self.database, one) for one in (column, named)):
                return list(_COMPANIES)
            if any(is_group(self.database, one) for one in (column, named)):
                return [1, 1, 1, 2]
            if _YEAR.search(name):
                return [2023, 2024]
            limit = 200 if split_type(column.base_type)[0] == "tinyint" else 30_000
            return list(range(1, min(limit, 60 if alone else 20) + 1))
        if kind == "date":
            months = is_month(self.database, column)
            return list(MONTHS) if months else [MONTHS[0] + datetime.timedelta(days=11 * n) for n in range(24)]
        if kind == "text":
            length = split_type(column.base_type)[1] or 30
            if "state" in name.lower() and length <= 4:
                return list(self.names.states)
            if length <= 3 and (known := self._real_codes(name.lower())):
                return [code for code in known if len(code) <= length]
            count = 40 if alone else 15
            if length <= 2:
                return [chr(65 + n) for n in range(min(count, 20))] if length == 1 else _codes(name, 2, 15)
            return _codes(name, length, count)
        if kind in ("decimal", "float"):
            return [Decimal(n) for n in range(1, 16)]
        if kind == "time":
            return [datetime.time(hour) for hour in range(6, 18)]
        return [f"{name}{n}" for n in range(1, 21)]

    def _real_codes(self, name: str) -> Sequence[str]:
        """The codes of countries, or of currencies, for a key that is called so: made-up ones would be none."""
        if "currency" in name:
            return self.names.currency_codes
        return self.names.country_codes if "country" in name else ()

    def look_alike(self, column: Column, rng: random.Random, number: int) -> Value:
        """A value of the column's type with the look of its name."""
        kind = kind_of_type(column.base_type)
        name = column.name.lower()
        base, length, scale = split_type(column.base_type)
        if kind == "int":
            if base == "bit":
                return int(rng.random() < 0.6)
            if name in self.row_numbers or column.identity:
                return number + 1
            if is_company(self.database, column):
                return rng.choice(_COMPANIES)
            if _YEAR.search(name):
                return rng.choice((2023, 2024))
            if "month" in name:
                return rng.randint(1, 12)
            return rng.choice((0, 1, 1, 2, 3, 5, 8, 10, 12, 15, 20, 30))
        if kind == "decimal":
            return _number(rng, length or 18, scale or (4 if "money" in base else 0), name, column.type.lower())
        if kind == "float":
            return float(_number(rng, 10, 2, name, column.type.lower()))
        if kind == "date":
            if is_month(self.database, column):
                return rng.choice(MONTHS)
            day = _FIRST_DAY + datetime.timedelta(days=rng.randrange(_DAYS))
            if base == "date":
                return day.date()
            return day.replace(hour=rng.randrange(7, 18)) if base != "smalldatetime" and rng.random() < 0.3 else day
        if kind == "time":
            return datetime.time(rng.randrange(6, 18), rng.choice((0, 15, 30, 45)))
        if kind == "text":
            return self._text(column, name, rng, length, number)
        return f"{column.name}{rng.randint(1, 9)}"

    def _text(self, column: Column, name: str, rng: random.Random, length: int | None, number: int) -> str:
        if length == 1:
            return rng.choice("YN") if name.endswith("yn") or column.type.lower().endswith("yn") else rng.choice("ABC")
        if "first" in name:
            text = rng.choice(self.names.first_names)
        elif "last" in name or "contact" in name:
            text = rng.choice(self.names.last_names)
        elif "email" in name or "mail" in name:
            text = f"{rng.choice(self.names.first_names).lower()}{rng.randint(1, 9)}@example.com"
        elif "city" in name:
            text = rng.choice(self.names.cities)
        elif "state" in name:
            text = rng.choice(self.names.states)
        elif "country" in name:
            text = rng.choice(self.names.countries)
        elif "zip" in name or "postal" in name:
            text = f"{rng.randint(80, 99)}{rng.randint(100, 120)}"
        elif "phone" in name or "fax" in name:
            text = f"555-01{rng.randint(10, 40)}"
        elif "address" in name or "addr" in name:
            text = f"{rng.randint(1, 30) * 10} {rng.choice(self.names.streets)}"
        elif "name" in name:
            text = rng.choice(self.names.companies)
        elif "desc" in name or "note" in name or "comment" in name or "title" in name or (length or 99) > 40:
            text = rng.choice(self.names.things)
        elif split_type(column.base_type)[0] == "uniqueidentifier":
            text = f"00000000-0000-0000-0000-{number + 1:012d}"
        else:
            domain = self.key_domain(column, column, False)
            text = str(rng.choice(domain))
        return text[:length] if length else text


def _codes(name: str, length: int, count: int) -> list[str]:
    return list(_known_codes(name, length, count))


@lru_cache(maxsize=4096)  # asked for with every row
def _known_codes(name: str, length: int, count: int) -> tuple[str, ...]:
    letters = "".join(character for character in name if character.isalpha()).upper()[:2] or "C"
    if length <= 2:
        return tuple(f"{letters[0]}{n}"[:2] for n in range(1, min(count, 9) + 1))
    digits = min(4, length - min(2, length - 2))
    start = 10 ** (digits - 1)
    return tuple(
        f"{letters[: max(1, length - digits)]}{start + n}"[:length] for n in range(1, min(count, 9 * start) + 1)
    )


def _number(rng: random.Random, precision: int, scale: int, name: str, declared: str) -> Decimal:
    if _PERCENT.search(name):
        value = Decimal(rng.choice((0, 5, 10, 15, 25, 50, 75, 100)))
    elif scale >= 4 and precision - scale <= 3:
        value = Decimal(rng.choice((0, 5, 10, 15, 25, 50, 75, 100))) / 100
    elif _COUNTED.search(name):
        value = Decimal(rng.choice(_COUNTS))
    else:
        dice = rng.random()
        if dice < 0.45:
            value = rng.choice(_AMOUNTS)
        elif dice < 0.5:
            value = Decimal(0)
        elif dice < 0.55:
            value = -Decimal(rng.randrange(100, 90_000)) / 100
        else:
            value = Decimal(rng.randrange(1_000, 2_000_000)) / 100
        # Taken by the amount that is drawn, so that the other columns of the row stay what they are.
        for known, sizes in _SIZES:
            if known.search(f"{name} {declared}"):
                value = Decimal(sizes[int(abs(value) * 100) % len(sizes)]) / 2
                break
    limit = Decimal(10) ** (precision - scale)
    if abs(value) >= limit:
        value %= limit
    return value.quantize(Decimal(1).scaleb(-scale))
