"""Which tables hold the documents of sales and of purchases, and their lines: by partner, number, day and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.finding.companions import Floats, Refers, Titles
from vgpt2.catalog.finding.deal_words import deal_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import text_words

# What is said of a deal by a document that has lines, by lines, and by a document that has none.
DOCUMENT, LINES, SINGLE = 0.95, 1.0, 0.7
# What a table of both deals says of each, and one that nothing uses.
OF_BOTH, UNUSED = 0.6, 0.85
MONEY = ("money", "smallmoney", "decimal", "numeric", "float", "real")
WHOLE = ("int", "bigint", "smallint")
DAYS = ("date", "datetime", "datetime2", "smalldatetime")


@dataclass(slots=True, frozen=True)
class Deal:
    """Sales, or purchases. `says`: by place, what a table of documents or of their lines says of it; `partners`: the
    tables of those with whom it is made. The same by place for all tables, with 0 for the others: `row` (of `says`),
    `of_partners`, `of_goods` (what the lines are about), `of_days` (documents that have a day)."""

    says: dict[int, float]
    partners: list[int]
    row: Floats
    of_partners: Floats
    of_goods: Floats
    of_days: Floats


@dataclass(slots=True, frozen=True)
class Deals:
    """Tables by their place in the index. `documents`: of each table of lines, that of the documents; `lines`: the
    other way; `goods`: of each table of lines, what they are about."""

    of: dict[str, Deal]
    documents: dict[int, int]
    lines: dict[int, int]
    goods: dict[int, int]


def deals_of(catalog: Catalog, tables: Sequence[Table], titles: Titles, refers: Sequence[list[Refers]]) -> Deals:
    """The documents of each deal and their lines."""
    numbered = {place for place, table in enumerate(tables) if _numbered(table, refers[place])}
    dated = {place for place in numbered if any(_is_day(catalog, column) for column in tables[place].columns)}
    counted = {place for place in numbered if any(_is_amount(catalog, column) for column in tables[place].columns)}
    documents = _documents(catalog, tables, refers, numbered & counted, dated)
    whole = set(documents.values())
    says: dict[str, dict[int, float]] = {}
    with_whom = {name: _titled(titles, deal.partners) for name, deal in deal_words().deals.items()}
    for name, partners in with_whom.items():
        own = {
            place: DOCUMENT if place in whole else SINGLE
            for place in sorted(dated.difference(partners))
            if place not in documents
            and (place in whole or place in counted)
            and any(one.to in partners for one in refers[place])
        }
        own |= {line: LINES for line, document in documents.items() if document in own}
        says[name] = {place: says * _use(tables[place]) for place, says in own.items()}
    for place in {place for found in says.values() for place in found}:
        both = [found for found in says.values() if place in found]
        for found in both if len(both) > 1 else ():
            found[place] *= OF_BOTH
    goods = _goods(refers, documents, _titled(titles, deal_words().goods))
    of = {name: _deal(len(tables), own, with_whom[name], refers, goods, dated) for name, own in says.items()}
    return Deals(of, documents, {whole: line for line, whole in sorted(documents.items(), reverse=True)}, goods)


def _deal(
    count: int,
    says: dict[int, float],
    partners: Sequence[int],
    refers: Sequence[list[Refers]],
    goods: dict[int, int],
    dated: set[int],
) -> Deal:
    met = {one.to for place in says for one in refers[place]}
    own = [place for place in partners if place in met]

    def row(values: dict[int, float]) -> Floats:
        made = np.zeros(count, np.float32)
        made[list(values)] = list(values.values())
        return made

    return Deal(
        says=says,
        partners=own,
        row=row(says),
        of_partners=row(dict.fromkeys(own, 1.0)),
        of_goods=row({goods[place]: 1.0 for place in says if place in goods}),
        of_days=row({place: 1.0 for place in says if place in dated}),
    )


def _titled(titles: Titles, phrases: Sequence[str]) -> list[int]:
    """The tables that are called just so, those of the first phrase first."""
    wanted = [tuple(sorted(set(text_words(phrase)))) for phrase in phrases]
    return list(dict.fromkeys(place for title in wanted for place, every in enumerate(titles) if title in every))


def _goods(refers: Sequence[list[Refers]], documents: dict[int, int], goods: list[int]) -> dict[int, int]:
    """Of each table of lines, what they are about: of several, the first."""
    found = {line: [one.to for one in refers[line] if one.to in goods] for line in documents}
    return {line: min(ends, key=goods.index) for line, ends in found.items() if ends}


def _use(table: Table) -> float:
    return UNUSED + (1 - UNUSED) * table.weight


def _numbered(table: Table, refers: Sequence[Refers]) -> bool:
    """Whether a table counts its own rows: its key is more than what leads to others."""
    return bool(set(table.key) - {name for one in refers for name in one.columns})


def _documents(
    catalog: Catalog, tables: Sequence[Table], refers: Sequence[list[Refers]], counted: set[int], dated: set[int]
) -> dict[int, int]:
    """Of each table of lines, the table of their documents: the one whose key its own begins with, or whose name it
    has with a word as line or detail."""
    found = {}
    for place in sorted(counted):
        table = tables[place]
        fitting = [
            one
            for one in refers[place]
            if one.to in dated
            and one.by_key
            and (table.key[: len(one.columns)] == one.columns or _is_part(catalog, table, tables[one.to]))
        ]
        if fitting:
            found[place] = max(fitting, key=lambda one: (len(one.columns), -one.to)).to
    return found


def _is_part(catalog: Catalog, lines: Table, document: Table) -> bool:
    parts = set(deal_words().parts)
    own, its = (set(text_words(name_words(table.name, catalog.database))) for table in (lines, document))
    return bool(own & parts - its) and own - parts == its - parts


def _is_day(catalog: Catalog, column: Column) -> bool:
    if is_month(catalog.database, column):
        return True
    if column.base_type.lower().partition("(")[0] not in DAYS:
        return False
    said = set(text_words(name_words(column.name, catalog.database)))
    return said == {"date"} or bool(said & set(deal_words().dated) and not said & set(deal_words().undated))


def _is_amount(catalog: Catalog, column: Column) -> bool:
    kind = column.base_type.lower().partition("(")[0]
    said = set(text_words(name_words(column.name, catalog.database)))
    if kind in WHOLE:
        return bool(said & set(deal_words().counted))
    return kind in MONEY and not said & set(deal_words().rates)
