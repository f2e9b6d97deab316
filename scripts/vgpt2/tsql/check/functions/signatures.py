"""What every built-in function takes: how many arguments and of which kinds, what it gives, and since which version.

`signatures/*.yaml` has a line for each function:

    takes: [number, int?, any...]   kinds of types.yaml; `?` may be left out, `...` none or more of them.
                                    Without `takes` the function is known and its arguments are not.
    is: aggregate, window (needs OVER), table (stands in FROM), predicate, niladic (has no brackets); else scalar
    gives: int                      the type of its value, where that does not depend on the arguments
    since: 2017, level: 130         the version that brought it, the compatibility level that it needs
    with: {"3": 2022}                that many arguments need this version, with_level: that level;
    without: {"2": 2025}             so few do
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from vgpt2.database_settings import NEWEST, SERVER_YEARS, DatabaseSettings, Strict
from vgpt2.errors import UserError, did_you_mean
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.check.functions.words import words
from vgpt2.yaml_file import YamlFile, read_yaml_file

MANY = 1 << 16
FOLDER = Path(__file__).with_name("signatures")
Use = Literal["scalar", "aggregate", "window", "table", "predicate", "niladic"]


class Entry(Strict):
    """One line of a file."""

    takes: list[Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\?|\.\.\.)?$")]] | None = None
    use: Use = Field("scalar", alias="is")
    gives: str = ""
    since: int = 0
    level: int = 0
    with_: dict[int, int] = Field(default_factory=dict, alias="with")
    with_level: dict[int, int] = Field(default_factory=dict)
    without: dict[int, int] = Field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Signature:
    """What one function takes on one version. `kinds`: of the arguments in order, the last one repeated.

    `counted`: whether the number of its arguments is known; `refused`: why this version has it not, or empty.
    """

    name: str
    least: int = 0
    most: int = MANY
    kinds: tuple[str, ...] = ()
    use: Use = "scalar"
    gives: str = ""
    counted: bool = True
    refused: str = ""
    later: str = ""  # the version that more arguments need, or (`later_is_more` False) fewer
    later_is_more: bool = True
    word: bool = False  # a type or a keyword, and no function
    takes_date_part: bool = False
    restricted: bool = False  # some kind of its arguments refuses some types
    special: bool = False  # not to be called with brackets, or not known enough, or not on this version

    def miscounted(self, number: int) -> str:
        """What is wrong with a call that has so many arguments, as a message; empty where nothing is."""
        if self.use == "niladic":
            return f"{self.name} is written without brackets"
        if not self.counted or self.least <= number <= self.most:
            return ""
        return f"{self.name} takes {self.numbers()}, not {number}"

    def numbers(self) -> str:
        """How many arguments, as a message says it: `2 or 3 arguments`."""
        least, most = self.least, self.most
        if most == 0:
            return "no arguments"
        if most == MANY:
            return f"{least} {_plural(least)} or more"
        if least == most:
            return f"{least} {_plural(least)}"
        if least == 0:
            return f"at most {most} {_plural(most)}"
        return f"{least} {'or' if most == least + 1 else 'to'} {most} arguments"


@dataclass(slots=True, frozen=True)
class Server:
    """A version by its year, and a compatibility level."""

    year: int = NEWEST
    level: int = 0

    def lacks(self, since: int, level: int, name: str) -> str:
        """Why there is no `name` here, as a message; empty where there is."""
        if since > self.year:
            return f"{name} came with SQL Server {since}; this database is on {self.year}"
        if self.level and level > self.level:
            return f"{name} needs compatibility level {level}; this database has {self.level}"
        return ""


def server_of(database: DatabaseSettings) -> Server:
    """The version of a database; the newest where nothing is known of it."""
    year = int(database.server_version or NEWEST)
    return Server(year, database.compatibility_level or default_level(year))


def default_level(year: int) -> int:
    """The compatibility level of a database that is made on this version."""
    return next(number for number, known in SERVER_YEARS.items() if known == year) * 10


def read_entries(folder: Path) -> dict[str, Entry]:
    """The lines of all files of a folder.

    Raises:
        UserError: a fault in a file, with its line and key.
    """
    found: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = read_yaml_file(path)
        for name, entry in file.check(dict[str, Entry]).items():
            _check(file, name, entry)
            if name in found:
                raise file.fault((name,), "stands in another file too")
            found[name] = entry
    if not found:
        raise UserError(f"{folder}: no signatures there")
    return found


def _check(file: YamlFile, name: str, entry: Entry) -> None:
    """What the types of the fields cannot say."""
    rules = type_rules()
    optional = False
    for place, kind in enumerate(entry.takes or ()):
        bare = kind.rstrip("?.")
        if bare not in rules.arguments:
            raise file.fault((name, "takes", place), f"no such kind '{bare}'{did_you_mean(bare, rules.arguments)}")
        if kind == bare and optional:
            raise file.fault((name, "takes", place), "an argument that is needed behind one that is not")
        optional = kind != bare
    if entry.gives and entry.gives not in rules.family_of:
        raise file.fault((name, "gives"), f"no such type '{entry.gives}'{did_you_mean(entry.gives, rules.family_of)}")
    if name != name.upper():
        raise file.fault((name,), "names stand in upper case")


@cache
def entries() -> dict[str, Entry]:
    """The functions of the T-SQL reference by name, in upper case."""
    return read_entries(FOLDER)


@cache
def signatures(server: Server) -> dict[str, Signature]:
    """By upper-case name all functions, and the types and keywords that may stand before a bracket."""
    found = {name: Signature(name, counted=False, word=True) for name in (*words().types, *words().keywords)}
    for name, entry in entries().items():
        found[name] = _signature(name, entry, server)
    return found


def _signature(name: str, entry: Entry, server: Server) -> Signature:
    takes = entry.takes or []
    kinds = tuple(kind.rstrip("?.") for kind in takes)
    refused = server.lacks(entry.since, entry.level, name)
    most = MANY if entry.takes is None or (takes and takes[-1].endswith("...")) else len(takes)
    made = Signature(
        name,
        sum(kind[-1] not in "?." for kind in takes),
        most,
        kinds,
        entry.use,
        entry.gives,
        counted=entry.takes is not None,
        refused=refused,
        takes_date_part="date_part" in kinds[:1],
        special=entry.takes is None or entry.use == "niladic" or bool(refused),
        restricted=any(type_rules().arguments[kind] for kind in kinds),
    )
    for number in sorted({*entry.with_, *entry.with_level}):
        why = server.lacks(
            entry.with_.get(number, 0), entry.with_level.get(number, 0), f"{name} with {number} {_plural(number)}"
        )
        if why:
            made = replace(made, most=number - 1, later=why)
            break
    for number in sorted(entry.without, reverse=True):
        if why := server.lacks(entry.without[number], 0, f"{name} with {number} {_plural(number)}"):
            made = replace(made, least=number + 1, later=why, later_is_more=False)
            break
    return made


def _plural(number: int) -> str:
    return "argument" if number == 1 else "arguments"
