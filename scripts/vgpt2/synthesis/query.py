"""A SELECT as a small typed tree, and its rendering to one line of T-SQL in the manner of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vgpt2.catalog.model import Catalog
from vgpt2.sqltext.names import quote


@dataclass(slots=True, frozen=True)
class Ref:
    """A column: `table` is qualified (`dbo.APTH`)."""

    table: str
    column: str

    @property
    def qualified(self) -> str:
        """`dbo.APTH.Vendor`."""
        return f"{self.table}.{self.column}"


@dataclass(slots=True, frozen=True)
class Call:
    """An expression around columns: `template` holds `{0}`, `{1}` for them (`SUM({0})`, `COUNT(*)`)."""

    template: str
    refs: tuple[Ref, ...] = ()


@dataclass(slots=True, frozen=True)
class Item:
    """An output column. An alias names the result of a call."""

    value: Ref | Call
    alias: str = ""

    @property
    def name(self) -> str:
        """What the query calls it: its alias, else its column; '' for a call without an alias."""
        return self.alias or (self.value.column if isinstance(self.value, Ref) else "")


@dataclass(slots=True, frozen=True)
class Filter:
    """A condition; `template` holds `{0}` for its column and the literals as SQL (`{0} >= '2024-01-01'`)."""

    ref: Ref
    template: str


@dataclass(slots=True, frozen=True)
class SubQuery:
    """A condition with a query inside: `operator` is `EXISTS`, `NOT EXISTS`, `IN`, `NOT IN` or a comparison.

    `ref` is its left side (None for EXISTS); `pairs` correlate: (inner column, outer column).
    """

    operator: str
    query: Query
    ref: Ref | None = None
    pairs: tuple[tuple[Ref, Ref], ...] = ()


@dataclass(slots=True, frozen=True)
class JoinOn:
    """A joined table and the pairs of columns that it is joined by: (column so far, column of this table)."""

    table: str
    pairs: tuple[tuple[Ref, Ref], ...]
    kind: str = "JOIN"


@dataclass(slots=True, frozen=True)
class Query:
    """One SELECT. `order` holds (column or alias, descending).

    `page`: (rows to skip, rows to take). `keep`: (alias, condition): the query becomes a CTE, of whose rows those are
    kept, without that column. `union`: a second query whose rows come on top, each once.
    """

    table: str
    items: tuple[Item, ...]
    joins: tuple[JoinOn, ...] = ()
    where: tuple[Filter | SubQuery, ...] = ()
    group: tuple[Ref, ...] = ()
    having: tuple[tuple[Call, str], ...] = ()
    order: tuple[tuple[Ref | str, bool], ...] = ()
    top: int = 0
    distinct: bool = False
    page: tuple[int, int] | None = None
    keep: tuple[str, str] | None = None
    union: Query | None = None

    def tables(self) -> list[str]:
        """Qualified tables in the order of mention, those of inner queries last."""
        found = [self.table, *(join.table for join in self.joins)]
        for condition in self.where:
            if isinstance(condition, SubQuery):
                found += condition.query.tables()
        if self.union:
            found += self.union.tables()
        return list(dict.fromkeys(found))

    def columns(self) -> list[str]:
        """Qualified columns in the order of mention."""
        return list(dict.fromkeys(ref.qualified for ref in self._refs()))

    def _refs(self) -> Iterator[Ref]:
        for item in self.items:
            yield from _refs_of(item.value)
        for join in self.joins:
            for pair in join.pairs:
                yield from pair
        for condition in self.where:
            if condition.ref:
                yield condition.ref
            if isinstance(condition, SubQuery):
                for pair in condition.pairs:
                    yield from pair
                yield from condition.query._refs()
        yield from self.group
        for call, _ in self.having:
            yield from call.refs
        for key, _ in self.order:
            if isinstance(key, Ref):
                yield key
        if self.union:
            yield from self.union._refs()


def _refs_of(value: Ref | Call) -> tuple[Ref, ...]:
    return (value,) if isinstance(value, Ref) else value.refs


def render(query: Query, catalog: Catalog) -> str:
    """The query as one line of T-SQL.

    Columns are bare where one table is read, else qualified with the full table name; hints and names are those of
    the database's house rules.
    """
    correlated = any(isinstance(part, SubQuery) and part.pairs for part in query.where)
    sql = _select(query, catalog, bool(query.joins) or correlated)
    if query.union:
        sql += f" UNION {_select(query.union, catalog, False)}"
    if query.keep:
        alias, rest = query.keep
        kept = [item.name for item in query.items if item.alias != alias]
        sql = f"WITH Numbered AS ({sql}) SELECT {', '.join(map(quote, kept))} FROM Numbered WHERE {alias} {rest}"
    return sql


def _select(query: Query, catalog: Catalog, qualify: bool, pairs: tuple[tuple[Ref, Ref], ...] = ()) -> str:
    def name(ref: Ref) -> str:
        if not qualify:
            return quote(ref.column)
        return f"{quote(catalog.by_qualified[ref.table].name)}.{quote(ref.column)}"

    def expression(value: Ref | Call) -> str:
        return name(value) if isinstance(value, Ref) else value.template.format(*map(name, value.refs))

    def source(table: str) -> str:
        hint = " WITH (NOLOCK)" if catalog.database.house_rules.nolock else ""
        return catalog.sql_name(catalog.by_qualified[table]) + hint

    def condition(part: Filter | SubQuery) -> str:
        if isinstance(part, Filter):
            return part.template.format(name(part.ref))
        inner = _select(part.query, catalog, qualify, part.pairs)
        return f"{name(part.ref)} {part.operator} ({inner})" if part.ref else f"{part.operator} ({inner})"

    items = [expression(item.value) + (f" AS {quote(item.alias)}" if item.alias else "") for item in query.items]
    words = ["SELECT"]
    if query.distinct:
        words.append("DISTINCT")
    if query.top:
        words.append(f"TOP {query.top}")
    words += [", ".join(items) or "1", "FROM", source(query.table)]
    for join in query.joins:
        on = " AND ".join(f"{name(left)} = {name(right)}" for left, right in join.pairs)
        words += [join.kind, source(join.table), "ON", on]
    conditions = [f"{name(inner)} = {name(outer)}" for inner, outer in pairs] + [
        condition(part) for part in query.where
    ]
    if conditions:
        words += ["WHERE", " AND ".join(conditions)]
    if query.group:
        words += ["GROUP BY", ", ".join(map(name, query.group))]
    if query.having:
        words += ["HAVING", " AND ".join(f"{expression(call)} {rest}" for call, rest in query.having)]
    if query.order:
        keys = [
            (name(key) if isinstance(key, Ref) else quote(key)) + (" DESC" if down else "") for key, down in query.order
        ]
        words += ["ORDER BY", ", ".join(keys)]
    if query.page:
        words.append(f"OFFSET {query.page[0]} ROWS FETCH NEXT {query.page[1]} ROWS ONLY")
    return " ".join(words)


def alias_for(prefix: str, *columns: str) -> str:
    """`alias_for("Total", "InvTotal")` is `TotalInvTotal`; characters that a plain name cannot hold are dropped."""
    return prefix + "".join(re.sub(r"\W", "", column[:1].upper() + column[1:]) for column in columns)
