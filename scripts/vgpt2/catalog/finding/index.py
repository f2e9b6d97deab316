"""The index of a catalog's words: by term, the tables that it stands in and how much it says there."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vgpt2.catalog.abbreviations import without_prefix
from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.finding.companions import Companions, Floats, companions_of, refers_of
from vgpt2.catalog.finding.deal_words import deal_words
from vgpt2.catalog.finding.deals import Deals, deals_of
from vgpt2.catalog.finding.terms import inflected, root
from vgpt2.catalog.meaning.words import words_of_column, words_of_table
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import name_words as pieces
from vgpt2.catalog.words import text_words

Title = tuple[str, ...]  # its terms, each once, sorted: sums over them are always the same

# What a term says of a table, by where it stands: from 1, a title of one word.
TITLE, DESCRIPTION, COLUMN, COLUMN_DESCRIPTION, VALUE, MODULE = 1.0, 0.25, 0.45, 0.05, 0.38, 0.35
# A title's word says less the more words it has, by this power; the other places of a term add this share.
SPREAD = 0.48
BESIDE = 0.1
# A table of many columns says little with each: from so many on their terms fall with the logarithm.
FEW_COLUMNS = 12
# A column refers to one table from more tables than this, and from this share of all that are joined: it is common.
FEW_COMMON, COMMON = 8, 0.4
# What a copy is worth, a table that nothing uses, and a view that nothing is joined to.
COPIES, PRIOR, APART = 0.1, 0.95, 0.9


@dataclass(slots=True, frozen=True)
class Posting:
    """The tables of one term (their places in the index) and what it says in each; `rarity`: what it is worth."""

    tables: NDArray[np.int32]
    says: Floats
    rarity: float


@dataclass(slots=True, frozen=True)
class Index:
    """Tables are known by their place in `tables`.

    `titles`: what each table is called; `prior`: what it is worth before any question. `forms`, `roots`: the terms by
    what the forms of a word share, and the words made of it. `joined`: of each table, those that it is joined to;
    `kin`: of these, parts of the same thing, as header and lines. `reads`: of each view, the tables that it shows.
    `modules`: by a module's key in small letters, the key. `compounds`: pairs of words that follow each other in names;
    `called`: what the forms of a word of a title share, or of a column of goods and documents of deals.
    """

    tables: list[Table]
    postings: dict[str, Posting]
    titles: list[list[Title]]
    prior: Floats
    forms: dict[str, list[str]]
    roots: dict[str, list[str]]
    joined: list[set[int]]
    kin: list[set[int]]
    reads: list[set[int]]
    modules: dict[str, str]
    deals: Deals
    companions: Companions
    compounds: set[tuple[str, ...]]
    called: set[str]


def build_index(catalog: Catalog) -> Index:
    """The index over what can be asked about."""
    tables = catalog.queryable
    titles = [_titles(catalog, table) for table in tables]
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for place, table in enumerate(tables):
        for term, says in _terms(catalog, table, titles[place]).items():
            found[term][place] = says
    for place, term in _parts_played(catalog, tables):
        found[term][place] = max(found[term].get(place, 0.0), COLUMN)
    postings = {term: _posting(found[term], len(tables)) for term in sorted(found)}
    forms: dict[str, list[str]] = defaultdict(list)
    roots: dict[str, list[str]] = defaultdict(list)
    for term in postings:
        forms[inflected(term)].append(term)
        roots[root(term)].append(term)
    refers = refers_of(catalog, tables)
    deals = deals_of(catalog, tables, titles, refers)
    modules = {key.lower(): key for key in catalog.database.modules}
    joined = _joined(catalog, tables)
    prior = np.array([_prior(catalog, table) for table in tables], np.float32)
    return Index(
        tables=tables,
        postings=postings,
        titles=titles,
        prior=prior,
        forms=dict(forms),
        roots=dict(roots),
        joined=joined,
        kin=_kin(titles, joined),
        reads=_reads(tables),
        modules=modules,
        deals=deals,
        companions=companions_of(catalog, tables, titles, refers),
        compounds=_compounds(catalog, tables),
        called=_called(tables, titles, deals),
    )


def _called(tables: list[Table], titles: list[list[Title]], deals: Deals) -> set[str]:
    of_deals = {place for deal in deals.of.values() for place in deal.says} | set(deals.goods.values())
    words = {term for place, every in enumerate(titles) if tables[place].key for title in every for term in title}
    words |= {word for place in of_deals for column in tables[place].columns for word in pieces(column.name)}
    return {form for word in words for form in (word, inflected(word))}


def _parts_played(catalog: Catalog, tables: list[Table]) -> Iterator[tuple[int, str]]:
    """What rows of a table are to those that refer to them: a person of `SalespersonPersonID` is a salesperson."""
    places = {table.qualified: place for place, table in enumerate(tables)}
    common = _common(catalog)
    for join in catalog.joins:
        if join.many_side != join.left or len(join.left_columns) != 1 or join.right not in places:
            continue
        column, key = join.left_columns[0], join.right_columns[0]
        if column.endswith(key) and column != key and (join.right, column) not in common:
            yield from ((places[join.right], term) for term in pieces(column[: -len(key)]) if len(term) > 2)


def _compounds(catalog: Catalog, tables: list[Table]) -> set[tuple[str, ...]]:
    phrases = [pieces(without_prefix(table, catalog.database)) for table in tables]
    phrases += [text_words(word.text) for table in tables for word in words_of_table(catalog, table)]
    return {pair for phrase in phrases for pair in pairwise(phrase)}


def _kin(titles: list[list[Title]], joined: list[set[int]]) -> list[set[int]]:
    """Joined tables of which one is called what the other is, but for words as header and line."""
    parts = set(deal_words().parts)
    own = [[rest for title in every if (rest := set(title) - parts)] for every in titles]
    return [
        {other for other in near if any(a <= b or b <= a for a in own[place] for b in own[other])}
        for place, near in enumerate(joined)
    ]


def _reads(tables: list[Table]) -> list[set[int]]:
    places = {table.qualified: place for place, table in enumerate(tables)}
    return [{places[name] for name in table.reads if name in places} for table in tables]


def _common(catalog: Catalog) -> set[tuple[str, ...]]:
    """Columns by which most of a database refers to one table, with that table: LastEditedBy to People says nothing of
    what belongs together."""
    seen: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for join in catalog.joins:
        seen[(join.left, *join.right_columns)].add(join.right)
        seen[(join.right, *join.left_columns)].add(join.left)
    joined = len({side for join in catalog.joins for side in (join.left, join.right)})
    return {key for key, tables in seen.items() if len(tables) > max(FEW_COMMON, COMMON * joined)}


def _joined(catalog: Catalog, tables: list[Table]) -> list[set[int]]:
    places = {table.qualified: place for place, table in enumerate(tables)}
    found: list[set[int]] = [set() for _ in tables]
    common = _common(catalog)
    for join in catalog.joins:
        if common & {(join.left, *join.right_columns), (join.right, *join.left_columns)}:
            continue
        left, right = places.get(join.left), places.get(join.right)
        if left is not None and right is not None and left != right:
            found[left].add(right)
            found[right].add(left)
    return found


def _posting(says: dict[int, float], count: int) -> Posting:
    heard = sum(says.values())
    rarity = math.log(1 + (count + 0.5) / (heard + 0.5))
    return Posting(np.array(list(says), np.int32), np.array(list(says.values()), np.float32), rarity)


def _prior(catalog: Catalog, table: Table) -> float:
    if table.weight < COPIES:
        return COPIES
    apart = table.kind == "view" and not catalog.joins_of(table.qualified)
    return (PRIOR + (1 - PRIOR) * table.weight) * (APART if apart else 1.0)


def _titles(catalog: Catalog, table: Table) -> list[Title]:
    plain = without_prefix(table, catalog.database)
    phrases = [name_words(plain, catalog.database), *(word.text for word in words_of_table(catalog, table))]
    found = [tuple(sorted(set(text_words(phrase)))) for phrase in phrases]
    found.append(tuple(sorted(set(pieces(plain)))))
    found += [(initials,) for phrase in phrases if (initials := _initials(phrase))]
    return [title for title in dict.fromkeys(found) if title]


def _initials(phrase: str) -> str:
    """Of purchase orders: po; of one word or more than four, nothing."""
    words = phrase.split()
    return "".join(word[0] for word in words).lower() if 2 <= len(words) <= 4 and all(map(str.isalpha, words)) else ""


def _terms(catalog: Catalog, table: Table, titles: list[Title]) -> dict[str, float]:
    """What each term says of one table."""
    best: dict[str, float] = {}
    every: dict[str, float] = defaultdict(float)

    def put(terms: set[str], says: float) -> None:
        for term in terms:
            best[term] = max(best.get(term, 0.0), says)
            every[term] += says

    for title in titles:
        for term in title:
            best[term] = max(best.get(term, 0.0), TITLE / len(title) ** SPREAD)
    put({table.name.lower()}, TITLE)
    put(set(text_words(table.description)), DESCRIPTION)
    put({table.module.lower(), *text_words(catalog.database.modules.get(table.module, table.module))}, MODULE)
    few = 1 / (1 + 0.4 * math.log(max(1.0, len(table.columns) / FEW_COLUMNS)))
    columns: dict[str, float] = {}
    for column in table.columns:
        for terms, says in column_terms(catalog, table, column):
            for term in terms:
                columns[term] = max(columns.get(term, 0.0), says * few)
    for term, says in columns.items():
        put({term}, says)
    return {term: says + BESIDE * min(1.0, max(0.0, every[term] - says)) for term, says in best.items()}


def column_terms(catalog: Catalog, table: Table, column: Column) -> Iterator[tuple[set[str], float]]:
    labels = {term for word in words_of_column(catalog, table, column) for term in text_words(word.text)}
    yield {*labels, *pieces(column.name), column.name.lower()}, COLUMN
    yield set(text_words(column.description)), COLUMN_DESCRIPTION
    for words in catalog.said_values(table, column.name).values():
        yield {term for text, _, _ in words for term in text_words(text)}, VALUE
    for value in column.values:
        if len(value) > 2 and value.isalpha():
            yield set(text_words(value)), VALUE
