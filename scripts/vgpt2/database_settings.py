"""What one database says of itself: a file of `automation/configs/databases/`.

The word lists here go over the general ones, which lie as YAML beside the code that uses them. All of it travels inside
catalog.json, so that later steps read no other file.
"""

from __future__ import annotations

import codecs
import datetime
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

# The years of SQL Server by the major version that SERVERPROPERTY('ProductVersion') begins with; the compatibility
# level of a new database is ten times that.
SERVER_YEARS = {
    8: 2000, 9: 2005, 10: 2008, 11: 2012, 12: 2014, 13: 2016, 14: 2017, 15: 2019, 16: 2022, 17: 2025
}  # fmt: skip
NEWEST = max(SERVER_YEARS.values())


class Strict(BaseModel):
    """A section of a YAML file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError("pattern", "no regular expression: {why}", {"why": str(error)}) from None
    return pattern


def _plain(value: object) -> object:
    """YAML reads 2024-01-01 as a date and `yes` as true; JSON has no dates, T-SQL no booleans."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not isinstance(value, int | float | str):
        raise PydanticCustomError("value", "expected a number, a date or a text")
    return value


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        raise PydanticCustomError(
            "encoding", "no encoding '{name}'; give one such as cp1251, cp932 or latin-1", {"name": name}
        ) from None
    return name


def server_year(text: str) -> str:
    """The year of a version of SQL Server: given as such, as a number (15.0.4223), or as `azure`, which is the newest;
    empty where it is none."""
    if re.search("azure", text, re.IGNORECASE):
        return str(NEWEST)
    year = re.search(r"\b2\d{3}\b", text)
    number = re.match(r"\d{1,2}(?=\.|$)", text)
    if year is not None:
        return year[0] if int(year[0]) in SERVER_YEARS.values() else ""
    if number is not None:
        return str(NEWEST if int(number[0]) > max(SERVER_YEARS) else SERVER_YEARS.get(int(number[0]), ""))
    return ""


def _server(version: object) -> object:
    text = str(version).strip()
    year = server_year(text)
    if text and not year:
        raise PydanticCustomError(
            "server",
            "no version of SQL Server; give a year such as 2019, a number such as 15.0, or azure ({years})",
            {"years": ", ".join(map(str, SERVER_YEARS.values()))},
        )
    return year


def _level(level: int) -> int:
    if level and level not in {number * 10 for number in SERVER_YEARS}:
        raise PydanticCustomError("level", "no compatibility level; give one such as 130, 150 or 160")
    return level


Text = Annotated[str, Field(min_length=1)]
Part = Annotated[Text, AfterValidator(str.lower)]  # of a name; case does not count
Pattern = Annotated[Text, AfterValidator(_compiles)]
Value = Annotated[int | float | str, BeforeValidator(_plain)]
# A type that says what its columns hold: the number of a company, that of a group of companies, a first day of a month.
Meaning = Literal["company", "group", "month"]
ColumnKind = Literal["date", "number", "text", "other"]


class HouseRules(Strict):
    """Conventions that the SQL of one database follows; all off unless its YAML says otherwise."""

    nolock: bool = False
    company_filter: bool = False
    full_table_names: bool = False
    views_only: bool = False
    whole_keys_in_joins: bool = False
    no_select_star: bool = True
    no_function_on_filter: bool = False


class MadeUpNames(Strict):
    """Texts of synthetic rows, by what a column holds; `things` are descriptions. An empty list: the general one."""

    companies: list[Text] = []
    things: list[Text] = []
    first_names: list[Text] = []
    last_names: list[Text] = []
    cities: list[Text] = []
    states: list[Text] = []
    countries: list[Text] = []
    country_codes: list[Text] = []
    currency_codes: list[Text] = []
    streets: list[Text] = []


class InventedNames(Strict):
    """What names that do not exist are made with: ends of tables, ends of columns, and whole columns by their kind
    (`other`: numbers without fractions, flags). An empty list: the general one."""

    table_endings: list[Text] = []
    column_endings: list[Text] = []
    columns: dict[ColumnKind, Annotated[list[Text], Field(min_length=1)]] = {}


class DatabaseSettings(Strict):
    """One file of `automation/configs/databases/`; `generic.yaml` says there what each key means."""

    name: str
    prefix: str
    title: str
    case_sensitive: bool = False
    collation: str = ""
    compatibility_level: Annotated[int, AfterValidator(_level)] = 0  # 0: not known
    server_version: Annotated[str, BeforeValidator(_server)] = ""  # a year; empty: not known, the newest
    encoding: Annotated[str, AfterValidator(_encoding)] = ""
    default_schema: str = "dbo"
    modules_from: Literal["prefix", "schema"] = "schema"
    modules: dict[str, str] = {}
    company_columns: dict[str, str] = {}
    base_table_prefix: str = ""
    house_rules: HouseRules = HouseRules()
    curated_suite: str = ""
    curated_for: str = ""  # the SOURCE that the curated questions are about; empty: whatever is read with this file
    known_by: dict[Text, Text] = {}  # tables, with a column of each, by which this database is recognised
    word_hints: dict[str, str] = {}
    also_called: dict[str, list[Text]] = {}
    abbreviations: dict[Part, Text] = {}
    name_prefixes: list[Text] = []
    internal_columns: list[Text] = []
    surrogate_keys: list[Text] = []
    not_added: list[Pattern] = []
    type_meanings: dict[Text, Meaning] = {}
    parameters: dict[Pattern, Value] = {}
    made_up_names: MadeUpNames = MadeUpNames()
    invented_names: InventedNames = InventedNames()
