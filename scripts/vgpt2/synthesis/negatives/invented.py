"""Names that do not exist: plausible ones, made from real names in the ways in which people and models make them up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.database_settings import ColumnKind
from vgpt2.errors import nearest
from vgpt2.records.prompt import short_type
from vgpt2.sqltext.names import PLAIN_NAME, RESERVED
from vgpt2.synthesis.context import EXACT, base_word
from vgpt2.synthesis.negatives.name_parts import name_parts

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


def suffixed(rng: random.Random, catalog: Catalog, name: str, words: str, others: list[str]) -> str:
    """The column's name with a common ending: `PayTerms` as `PayTermsCode`."""
    return name + rng.choice(name_parts(catalog.database).column_endings)


TABLE_MAKERS: dict[str, Maker] = {
    "business": business, "plural": plural, "other_module": other_module, "typo": typo, "camel": camel,
    "neighbour": neighbour,
}  # fmt: skip
COLUMN_MAKERS: dict[str, Maker] = {
    "suffixed": suffixed, "camel": camel, "typo": typo, "neighbour": neighbour, "plural": plural,
}  # fmt: skip


def nearest_column(made: str, way: str, column: str, others: Iterable[str]) -> str:
    """The real column that a refusal offers for an invented one: that which the name was made from.

    A name with a part of another column, or a common word, may be spelled more like one of `others`: then that one.
    """
    return nearest(made, [column, *others]) or column if way in ("neighbour", "column_word") else column


class Inventor:
    """Makes names that no object, column or type of the catalog has in any case."""

    def __init__(self, catalog: Catalog, taken: frozenset[str] | None = None) -> None:
        self.catalog = catalog
        self.taken = existing_names(catalog) if taken is None else taken
        self._tables = sorted({table.name for table in catalog.queryable})

    def table(self, rng: random.Random, table: Table, words: str = "") -> tuple[str, str]:
        """(an invented bare table name near `table`, the way it was made); two empty strings where none was found."""
        return self._make(rng, TABLE_MAKERS, table.name, words or table.description, self._tables)

    def column(self, rng: random.Random, table: Table, column: Column, words: str = "") -> tuple[str, str]:
        """(an invented column near `column` of `table`, the way it was made), or two empty strings."""
        names = [other.name for other in table.columns if other.name != column.name]
        if rng.random() < 0.3:
            base = base_word(column)
            made = rng.choice(name_parts(self.catalog.database).columns[column_kind(base)])
            if made.lower() not in self.taken:
                return made, "column_word"
        return self._make(rng, COLUMN_MAKERS, column.name, words or column.description, names)

    def _make(
        self, rng: random.Random, makers: dict[str, Maker], name: str, words: str, others: list[str]
    ) -> tuple[str, str]:
        ways = list(makers)
        rng.shuffle(ways)
        for way in ways * 2:
            made = makers[way](rng, self.catalog, name, words, others)
            plain = 3 <= len(made) <= 40 and PLAIN_NAME.match(made) and made.upper() not in RESERVED
            if plain and made.lower() not in self.taken:
                return made, way
        return "", ""
