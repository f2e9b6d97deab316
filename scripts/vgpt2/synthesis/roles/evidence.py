"""By what people group and filter: by what the database's own queries do, by what it names, by kinds and states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Self

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.synthesis.column_roles import is_flag, within_company
from vgpt2.synthesis.columns import sorts_rows
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.dimensions import called
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words

_GROUP_BY = re.compile(r"\bGROUP\s+BY\b(.*?)(?=\b(?:HAVING|ORDER\s+BY|UNION|SELECT|FROM|WHERE)\b|;|$)", re.I | re.S)
_NAME = re.compile(r"(?<![\w@'.\]])(?:\[?\w+\]?\s*\.\s*)*\[?([A-Za-z_]\w*)\]?(?![\w(])")
_CONDITIONS = re.compile(r"\bWHERE\b(.*?)(?=\b(?:GROUP\s+BY|ORDER\s+BY|UNION|SELECT)\b|;|$)", re.I | re.S)
# A column that is compared with a value or a parameter, or asked whether it is empty; not with another column.
_COMPARED = re.compile(
    r"\b([A-Za-z_]\w*)\]?\s*(?:(?:=|<>|!=|<=?|>=?)\s*(?:N?'|@|-?\d)|(?:NOT\s+)?IN\s*\(\s*(?:N?'|@|-?\d)"
    r"|IS\s+(?:NOT\s+)?NULL|(?:NOT\s+)?LIKE\b|BETWEEN\b)",
    re.I,
)


def own_queries(catalog: Catalog) -> Iterator[str]:
    """The text of the queries of the database's own views, programs and reports."""
    yield from (document.sql for document in catalog.documents if document.sql)
    yield from (table.sql for table in catalog.tables if table.sql)
    for routine in catalog.routines:
        yield from routine.queries


class _OfQueries(frozenset[str]):
    """Names of columns, in small letters, that stand in one clause of the database's own queries."""

    clause: ClassVar[re.Pattern[str]]  # its group 1 is what is looked through
    column: ClassVar[re.Pattern[str]]

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Those of a catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls(cls._names(catalog)))

    @classmethod
    def _names(cls, catalog: Catalog) -> Iterator[str]:
        for sql in own_queries(catalog):
            for found in cls.clause.finditer(sql):
                yield from (name.lower() for name in cls.column.findall(found[1]))


class Grouped(_OfQueries):
    """Those by which they group."""

    clause, column = _GROUP_BY, _NAME


class Filtered(_OfQueries):
    """Those that they compare with values."""

    clause, column = _CONDITIONS, _COMPARED


def is_named(ctx: Context, end: Table) -> bool:
    """Whether people ask by the rows of a table: they have a name, and the database's own queries group by its key, or
    what it holds is what every business asks by: vendors, jobs, departments, accounts."""
    if book_of(ctx).parts(end).name is None:
        return False
    key = within_company(ctx.catalog, end)
    if key and key[-1].name.lower() in Grouped.of(ctx.catalog):
        return True
    said = ctx.table_words(end).lower(), name_words(end.name, ctx.catalog.database).lower()
    return any(map(role_words().asked_by.found, said))


def is_grouped_by(ctx: Context, table: Table, column: Column, joined: bool = False) -> bool:
    """Whether people count and add up by a column: a month, what leads to something that has a name, what the
    database's own queries group by, a type or a status.

    Args:
        joined: of what the rows refer to: by that only where the queries do so, or where there are none to tell.
    """
    database = ctx.catalog.database
    words, grouped = name_words(column.name, database).lower(), column.name.lower() in Grouped.of(ctx.catalog)
    if is_month(database, column) or (grouped and not is_flag(column)):
        return True
    led = [link for link in book_of(ctx).partners(table) if link.pairs[-1][0] == column.name]
    if any(is_named(ctx, link.end) and (link.uses or not joined) for link in led):
        return True
    known = bool(column.values or ctx.catalog.said_values(table, column.name)) and not is_flag(column)
    untold = known and not Grouped.of(ctx.catalog)
    return sorts_rows(words) and (untold or not joined)


def is_filtered_by(ctx: Context, table: Table, column: Column) -> bool:
    """Whether people pick rows by a value of a code: what has a name, what the database's own queries compare, a type
    or a status, what says yes or no."""
    if column.name.lower() in Filtered.of(ctx.catalog) or column.name in table.key:
        return True
    if is_flag(column) or ctx.catalog.said_values(table, column.name):
        return True
    return is_grouped_by(ctx, table, column)


def is_same_person(ctx: Context, link: Link) -> bool:
    """Whether a link leads from a person to the same one elsewhere: from a resource to that employee."""
    database, book = ctx.catalog.database, book_of(ctx)
    names = [book.parts(table).name for table in (link.start, link.end)]
    words = {name_words(name.name, database).lower() if name else "" for name in names}
    return len(words) == 1 and not words.isdisjoint(("last name", "full name")) and not book.moments(link.start)


def is_of_today(ctx: Context, link: Link) -> bool:
    """Whether a master refers to what it has at present, or usually: what it amounts to is not of that."""
    near = link.start.column(link.pairs[-1][0])
    words = column_words(ctx.catalog, near, link.start).lower() if near else ""
    return role_words().stands_now.found(words) and not book_of(ctx).moments(link.start)


def is_hours_of_money(ctx: Context, amounts: Iterable[str], end: Table) -> bool:
    """Whether hours are added up by where money lies."""
    if not role_words().money_places.found(called(ctx, end)):
        return False
    database = ctx.catalog.database
    return any(role_words().at_work.found(name_words(name, database).lower()) for name in amounts)
