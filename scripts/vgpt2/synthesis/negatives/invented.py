"""Names that do not exist: plausible ones, made from real names in the ways in which people and models make them up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.plain_words import plural as plural_words
from vgpt2.database_settings import ColumnKind
from vgpt2.errors import nearest
from vgpt2.records.prompt import short_type
from vgpt2.sqltext.names import PLAIN_NAME, RESERVED
from vgpt2.synthesis.column_roles import EXACT, base_word
from vgpt2.synthesis.negatives.name_parts import name_parts
from vgpt2.synthesis.negatives.tempting import Temptations, camel_case, singular, subject_of

LONGEST = 40
# Parts of names that say nothing about likeness.
_COMMON = frozenset(("id", "code", "name", "type", "date", "no", "nbr", "time", "by", "on", "last", "total"))
Maker = Callable[[random.Random, Catalog, str, str, list[str]], str]


def column_kind(base: str) -> ColumnKind:
    """The kind of a column by the first word of its base type."""
    if base in EXACT:
        return "number"
    short = short_type(base)
    return "date" if short == "date" else "text" if short == "text" else "other"


def existing_names(catalog: Catalog) -> frozenset[str]:
    """Every name of the catalog in lower case: objects, columns, types, parameters, forms."""
    names = {table.name for table in catalog.tables} | set(catalog.types)
    names |= {column.name for table in catalog.tables for column in table.columns}
    names |= {routine.name for routine in catalog.routines} | {trigger.name for trigger in catalog.triggers}
    names |= {field.form for field in catalog.form_fields} | {document.name for document in catalog.documents}
    names |= {table.schema for table in catalog.tables} | set(catalog.database.modules)
    return frozenset(name.lower() for name in names)


def plural(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """`Customer` as `Customers`, `Addresses` as `Address`."""
    if name.endswith("ses") or name.endswith("ies"):
        return name[:-3] + ("y" if name.endswith("ies") else "s")
    if name.endswith("s"):
        return name[:-1]
    return name + ("es" if name.endswith(("x", "ch", "sh")) else "s")


def typo(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """One letter dropped, doubled, or swapped with the next; never the first one."""
    if len(name) < 4:
        return name + rng.choice("XZQ")
    place = rng.randrange(1, len(name) - 1)
    return rng.choice(
        (
            name[:place] + name[place + 1 :],
            name[:place] + name[place] + name[place:],
            name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        )
    )


def camel(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """The description in CamelCase: "AP invoice header" as `APInvoiceHeader`."""
    parts = [part for part in words.replace("-", " ").replace("/", " ").split() if part.isalnum()][:4]
    return "".join(part[:1].upper() + part[1:] for part in parts)


def neighbour(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """The beginning of this name with the end of another one: `APTH` and `ARCM` as `APCM`."""
    other = rng.choice(others) if others else ""
    if name.isupper() or len(split_name(name)) < 2:
        return name[:2] + other[2:] if name.isupper() == other.isupper() else ""
    return "".join([*split_name(name)[:-1], (split_name(other) or ["Info"])[-1].capitalize()])


def other_module(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """Another module's prefix: `APTH` as `EMTH`; empty where names carry none."""
    modules = sorted(catalog.database.modules)
    mine = next((module for module in modules if name.startswith(module)), "")
    rest = [module for module in modules if module != mine]
    return rng.choice(rest) + name[len(mine) :] if mine and rest else ""


def business(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """What the table is about with a common ending: "AP invoice header" as `APInvoiceHistory`, else `APTHHistory`."""
    parts = camel(rng, catalog, name, " ".join(words.split()[:2]), others)
    return (parts.removesuffix("s") or name) + rng.choice(name_parts(catalog.database).table_endings)


def master(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """What people call the rows, as models name tables: "vendors" as `APVendors`, `APVendorMaster` or `Vendors`."""
    one = singular(words)
    many = one if one == words else plural_words(one)
    ending = rng.choice(("", "", "Master", "Table", "Data"))
    parts = camel_case(one if ending else many) if subject_of(words) else ""
    module = next((one for one in sorted(catalog.database.modules) if name.startswith(one)), "")
    prefix = module if module and not parts.startswith(module) and rng.random() < 0.6 else ""
    return f"{prefix}{parts}{ending}" if parts else ""


def suffixed(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """The column's name with a common ending: `PayTerms` as `PayTermsCode`."""
    return name + rng.choice(name_parts(catalog.database).column_endings)


# The first of each are inventions from the words of the business, which tempt most; they come up more often.
TEMPTING = 0.7
TABLE_MAKERS: dict[str, Maker] = {
    "business": business, "master": master, "plural": plural, "other_module": other_module, "typo": typo,
    "camel": camel, "neighbour": neighbour,
}  # fmt: skip
TEMPTING_TABLES = ("business", "master")
COLUMN_MAKERS: dict[str, Maker] = {
    "suffixed": suffixed, "camel": camel, "typo": typo, "neighbour": neighbour, "plural": plural,
}  # fmt: skip


def nearest_column(made: str, way: str, column: str, others: Iterable[str]) -> str:
    """The real column that a refusal offers for an invented one: that which the name was made from.

    A name with a part of another column, or a common word, may be spelled more like one of `others`: then that one;
    '' where the common word shares no part with any.
    """
    if way not in ("neighbour", "column_word"):
        return column
    found = nearest(made, [column, *others]) or column
    return found if way == "neighbour" or _share_a_part(made, found) else ""


def _share_a_part(made: str, real: str) -> bool:
    """StatusCode and Status are alike; EndTime and Department are not."""
    parts = {part.lower() for part in split_name(made)} - _COMMON
    return bool(parts & {part.lower() for part in split_name(real)})


class Inventor:
    """Makes names that no object, column or type of the catalog has in any case."""

    def __init__(self, catalog: Catalog, taken: frozenset[str] | None = None) -> None:
        self.catalog = catalog
        self.taken = existing_names(catalog) if taken is None else taken
        self.temptations = Temptations(catalog)
        self._tables = sorted({table.name for table in catalog.queryable})

    def table(self, rng: random.Random, table: Table, words: str = "") -> tuple[str, str]:
        """(an invented bare table name near `table`, the way it was made); two empty strings where none was found."""
        tempts = rng.random() < TEMPTING
        if tempts and rng.random() < 0.5 and (wanted := self.temptations.records(table)):
            made = camel_case(rng.choice(wanted).said)
            made = made if rng.random() < 0.5 else singular(made)
            if made.lower() not in self.taken and len(made) <= LONGEST:
                return made, "record"
        called = self.temptations.called(table) or words or table.description
        first = TEMPTING_TABLES if tempts else ()
        return self._make(rng, TABLE_MAKERS, table.name, called, self._tables, first)

    def wanted_column(
        self, rng: random.Random, table: Table, shown: Sequence[Column]
    ) -> tuple[Column, str, str] | None:
        """(a real column, an attribute of its kind that such a table may have, the column next to that or ''), in a
        share of the cases and where the table lacks some."""
        wanted = self.temptations.attributes(table) if rng.random() < TEMPTING else []
        for attribute in rng.sample(wanted, len(wanted)):
            alike = [column for column in shown if column_kind(base_word(column)) == attribute.kind]
            made = camel_case(attribute.said)
            if alike and made.lower() not in self.taken:
                return rng.choice(alike), made, self.temptations.near(table, attribute, list(shown))
        return None

    def column(self, rng: random.Random, table: Table, column: Column, words: str = "") -> tuple[str, str]:
        """(an invented column near `column` of `table`, the way it was made), or two empty strings."""
        names = [other.name for other in table.columns if other.name != column.name]
        if rng.random() < 0.5:
            base = base_word(column)
            made = rng.choice(name_parts(self.catalog.database).columns[column_kind(base)])
            if made.lower() not in self.taken:
                return made, "column_word"
        return self._make(rng, COLUMN_MAKERS, column.name, words or column.description, names)

    def _make(
        self,
        rng: random.Random,
        makers: dict[str, Maker],
        name: str,
        words: str,
        others: list[str],
        first: Sequence[str] = (),
    ) -> tuple[str, str]:
        """`first`: the ways that are tried before the others."""
        ways = list(makers)
        rng.shuffle(ways)
        ways.sort(key=lambda way: way not in first)
        for way in ways * 2:
            made = makers[way](rng, self.catalog, name, words, others)
            plain = 3 <= len(made) <= LONGEST and PLAIN_NAME.match(made) and made.upper() not in RESERVED
            if plain and made.lower() not in self.taken:
                return made, way
        return "", ""
