"""Which tables hold documents of one kind, which amounts mean the same, and which tables are joined in one way only."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import is_company, is_group
from vgpt2.catalog.model import Column, Table
from vgpt2.database_settings import Strict
from vgpt2.synthesis.columns import touched_by
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.weak_joins import is_weak
from vgpt2.yaml_file import read_yaml_file


class File(Strict):
    """The word list: kinds of documents, words of whole amounts, and columns with the number of a document."""

    kinds: dict[str, str]
    whole: list[str]


@cache
def _words() -> File:
    return read_yaml_file(Path(__file__).with_name("kinds.yaml")).check(File)


def kind_of(book: Book, table: Table) -> str:
    """The kind of document that a table holds, of lines that of their document; '' where its words tell none."""
    header = book.header(table)
    owner = header.end if header else table
    database = book.ctx.catalog.database
    said = (book.ctx.table_words(owner) or name_words(owner.name, database)).lower()
    return next((kind for kind, known in _words().kinds.items() if re.search(known, said)), "")


def in_one_role(first: Link, second: Link) -> bool:
    """Whether two tables refer to a third by columns of one name: a mechanic is not who used the machine."""
    return first.header or second.header or first.pairs[-1][0] == second.pairs[-1][0]


def documents(book: Book, table: Table) -> bool:
    """Whether a table holds documents or lines of documents: what happened on a day or in a month."""
    return bool(book.moments(table))


def related(book: Book, first: Table, second: Table) -> bool:
    """Whether two tables hold like documents: both documents, or both lines, of one kind or at least of one module."""
    if not documents(book, first) or not documents(book, second):
        return False
    if (book.header(first) is None) != (book.header(second) is None):
        return False
    kinds = kind_of(book, first), kind_of(book, second)
    one_module = first.module == second.module != ""
    if kinds[0] != kinds[1] or not kinds[0]:
        return one_module and "" in kinds
    # Anything may be called a transaction: these are alike where their amounts are called alike.
    amounts = [[column.name for column in book.parts(table).amounts[:1]] for table in (first, second)]
    return one_module or kinds[0] != "transaction" or amounts[0] == amounts[1] != []


def same_amount(book: Book, first: tuple[Table, Column], second: tuple[Table, Column]) -> bool:
    """Whether the amount of a document and that of its lines say the same thing: deductions are not earnings."""
    return first[1].type == second[1].type and _meaning(book, *first) == _meaning(book, *second)


def _meaning(book: Book, table: Table, column: Column) -> frozenset[str]:
    """The words of an amount without those of its table and those that any whole amount has."""
    database = book.ctx.catalog.database
    own = f"{book.ctx.table_words(table)} {name_words(table.name, database)} {kind_of(book, table)}".lower()
    rest = {_one(word) for word in name_words(column.name, database).lower().split()}
    return frozenset(rest - {_one(word) for word in own.split()} - {_one(word) for word in _words().whole})


def _one(word: str) -> str:
    return word.rstrip("s")


def one_way(ctx: Context, first: Table, second: Table) -> bool:
    """Whether two tables are joined in one way only: where an order names its seller and its buyer, a person "in
    orders" may be either."""
    found: list[frozenset[tuple[str, str]]] = []
    for join in ctx.catalog.joins:
        if {join.left, join.right} != {first.qualified, second.qualified} or is_weak(ctx.catalog, join):
            continue
        pairs = zip(join.left_columns, join.right_columns, strict=True)
        turned = join.left != first.qualified
        own = frozenset((b, a) if turned else (a, b) for a, b in pairs)
        own = frozenset(pair for pair in own if _tells(ctx, first, pair[0]) and _tells(ctx, second, pair[1]))
        if own:
            found.append(own)
    return all(a <= b or b <= a for a in found for b in found)


def _tells(ctx: Context, table: Table, name: str) -> bool:
    """Whether a column of a join says more than the company, and is nobody's who touched the row last."""
    database, column = ctx.catalog.database, table.column(name)
    if column is None or is_company(database, column) or is_group(database, column):
        return False
    return not touched_by(name_words(name, database).lower())
