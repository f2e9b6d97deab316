"""What people ask for and a database has not: an e-mail address of vendors, a table of scorecards. Plausible, and
proved absent: nothing in reach is called so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.plain_words import PlainWords, plural
from vgpt2.catalog.unsaid import near_tables, says, texts_of
from vgpt2.database_settings import ColumnKind, Strict, Text
from vgpt2.yaml_file import read_yaml_file

Subjects = Literal["party", "thing", "document", "project", "place", "account", "code"]
# Of "people in sales" nobody has a scorecard.
_LINKS = frozenset(("and", "by", "for", "from", "in", "of", "on", "to", "with"))
_SINGULAR = {"people": "person", "equipment": "equipment", "addresses": "address", "statuses": "status"}


class Attribute(Strict):
    """A column that tables of other firms have; see the file."""

    said: Text
    of: Annotated[list[Subjects], Field(min_length=1)]
    kind: ColumnKind
    words: Annotated[list[Text], Field(min_length=1)]
    near: list[Text]


class Tempting(Strict):
    """The file."""

    subjects: dict[Subjects, Annotated[list[Text], Field(min_length=1)]]
    attributes: Annotated[list[Attribute], Field(min_length=1)]
    records: dict[Subjects, Annotated[list[Text], Field(min_length=1)]]


def read_tempting(path: Path) -> Tempting:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(Tempting)


@cache
def tempting() -> Tempting:
    """What there may be."""
    return read_tempting(Path(__file__).with_name("tempting.yaml"))


@dataclass(slots=True, frozen=True)
class Wanted:
    """A table that the database lacks: `said` "vendor scorecards", `word` that nothing is called by."""

    said: str
    word: str


def camel_case(words: str) -> str:
    """`e-mail address` as EmailAddress."""
    parts = words.replace("-", "").replace("'", "").split()
    return "".join(part[:1].upper() + part[1:] for part in parts)


def singular(words: str) -> str:
    """`purchase orders` as purchase order."""
    before, _, last = words.rpartition(" ")
    if last in _SINGULAR:
        one = _SINGULAR[last]
    elif last.endswith("ies"):
        one = f"{last[:-3]}y"
    else:
        one = last[:-2] if last.endswith(("sses", "xes", "ches")) else last.removesuffix("s")
    return f"{before} {one}".strip()


def subject_of(words: str) -> Subjects | None:
    """What rows of this name are, by their last word."""
    one = singular(words.lower())
    if not one or len(one.split()) > 3 or _LINKS & set(one.split()):
        return None
    last = one.rpartition(" ")[2]
    return next((kind for kind, known in tempting().subjects.items() if last in known), None)


class Temptations:
    """What is asked of the tables of one catalog, and is not there."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._attributes: dict[str, list[Attribute]] = {}
        self._records: dict[str, list[Wanted]] = {}

    def called(self, table: Table) -> str:
        """What people call the rows of a table, where words mean it alone."""
        return PlainWords.of(self.catalog).table(table)

    def attributes(self, table: Table) -> list[Attribute]:
        """What such a table may have and this one lacks, and every table near to it."""
        if table.qualified not in self._attributes:
            kind = subject_of(self.called(table))
            may = [attribute for attribute in tempting().attributes if kind in attribute.of] if kind else []
            near = near_tables(self.catalog, table) if may else []
            self._attributes[table.qualified] = [
                attribute for attribute in may if not any(says(self.catalog, word, near) for word in attribute.words)
            ]
        return self._attributes[table.qualified]

    def records(self, table: Table) -> list[Wanted]:
        """Tables that others keep about such rows, and words of which this database has none."""
        if table.qualified in self._records:
            return self._records[table.qualified]
        called = self.called(table)
        kind = subject_of(called)
        found = self._records[table.qualified] = []
        for record in tempting().records[kind] if kind else ():
            unheard = (word for word in record.split() if not says(self.catalog, word, self.catalog.tables))
            if word := next(unheard, ""):
                found.append(Wanted(f"{singular(called)} {plural(record)}", word))
        return found

    def near(self, table: Table, attribute: Attribute, columns: list[Column]) -> str:
        """Which of these columns is the next best for an attribute, or ''."""
        texts = dict(zip((column.name for column in table.columns), texts_of(self.catalog, table)[1:], strict=True))
        found = (column.name for word in attribute.near for column in columns if word in texts[column.name])
        return next(found, "")
