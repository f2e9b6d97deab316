"""A SELECT as a small typed tree; `render.py` writes it as T-SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(slots=True, frozen=True)
class Ref:
    """A column: `table` is qualified (`dbo.APTH`), or the name of a query within the query (`Paid`)."""

    table: str
    column: str

    @property
    def qualified(self) -> str:
        """`dbo.APTH.Vendor`."""
        return f"{self.table}.{self.column}"


@dataclass(slots=True, frozen=True)
class Call:
    """An expression or condition around columns: `template` holds `{0}`, `{1}` for them (`SUM({0})`, `{0} > {1}`)."""

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
    """A condition; `template` holds `{0}` for its column and the literals as SQL (`{0} >= '2024-01-01'`).

    `means`: what a row is that fulfils it (`open`), for the plan.
    """

    ref: Ref
    template: str
    means: str = ""


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
    """A joined table and the pairs of columns that it is joined by: (column so far, column of this table).

    With `query` it is a query in brackets that is joined, under the name `table`; `on`: further conditions of the join,
    for an outer one whose rows must not go.
    """

    table: str
    pairs: tuple[tuple[Ref, Ref], ...]
    kind: str = "JOIN"
    query: Query | None = None
    on: tuple[Filter, ...] = ()


# A Call is a condition on several columns.
Condition = Filter | SubQuery | Call


@dataclass(slots=True, frozen=True)
class Query:
    """One SELECT. `order` holds (column or alias, descending).

    `page`: (rows to skip, rows to take). `keep`: (alias, condition): the query becomes a CTE, of whose rows those are
    kept, without that column. `union`: a second query whose rows come on top, each once, or `all_rows`. `ctes`: queries
    with names, from which this one may read.
    """

    table: str
    items: tuple[Item, ...]
    joins: tuple[JoinOn, ...] = ()
    where: tuple[Condition, ...] = ()
    group: tuple[Ref | Call, ...] = ()
    having: tuple[tuple[Call, str], ...] = ()
    order: tuple[tuple[Ref | str, bool], ...] = ()
    top: int = 0
    distinct: bool = False
    page: tuple[int, int] | None = None
    keep: tuple[str, str] | None = None
    union: Query | None = None
    all_rows: bool = False
    ctes: tuple[tuple[str, Query], ...] = ()

    def tables(self) -> list[str]:
        """Qualified tables in the order of mention, those of inner queries last."""
        own = {name for name, _ in self.ctes}
        found = [] if self.table in own else [self.table]
        found += [join.table for join in self.joins if join.query is None and join.table not in own]
        for inner in self._inner():
            found += [name for name in inner.tables() if name not in own]
        return list(dict.fromkeys(found))

    def columns(self) -> list[str]:
        """Qualified columns in the order of mention."""
        tables = set(self.tables())
        return list(dict.fromkeys(ref.qualified for ref in self.refs() if ref.table in tables))

    def parts(self) -> Iterator[Query]:
        """This query and all within it."""
        yield self
        for inner in self._inner():
            yield from inner.parts()

    def calls(self) -> list[Call]:
        """What this query computes, and keeps its groups by; not the queries within it."""
        return [
            *(item.value for item in self.items if isinstance(item.value, Call)),
            *(call for call, _ in self.having),
        ]

    def with_inner(self, change: Callable[[Query], Query]) -> Query:
        """This query with those within it changed; their own inner ones are left to `change`."""
        return replace(
            self,
            ctes=tuple((name, change(inner)) for name, inner in self.ctes),
            joins=tuple(replace(join, query=change(join.query)) if join.query else join for join in self.joins),
            where=tuple(replace(c, query=change(c.query)) if isinstance(c, SubQuery) else c for c in self.where),
            union=change(self.union) if self.union else None,
        )

    def _inner(self) -> Iterator[Query]:
        yield from (query for _, query in self.ctes)
        yield from (join.query for join in self.joins if join.query)
        yield from (part.query for part in self.where if isinstance(part, SubQuery))
        if self.union:
            yield self.union

    def refs(self) -> Iterator[Ref]:
        """All columns in the order of mention, those of inner queries last."""
        for item in self.items:
            yield from _refs_of(item.value)
        for join in self.joins:
            for pair in join.pairs:
                yield from pair
            yield from (part.ref for part in join.on)
        for condition in self.where:
            if isinstance(condition, Call):
                yield from condition.refs
            elif condition.ref:
                yield condition.ref
            if isinstance(condition, SubQuery):
                for pair in condition.pairs:
                    yield from pair
        for value in self.group:
            yield from _refs_of(value)
        for call, _ in self.having:
            yield from call.refs
        yield from (key for key, _ in self.order if isinstance(key, Ref))
        for inner in self._inner():
            yield from inner.refs()


def _refs_of(value: Ref | Call) -> tuple[Ref, ...]:
    return (value,) if isinstance(value, Ref) else value.refs


def total_alias(column: str) -> str:
    """`TotalInvTotal`, and `SumTotalDue` of what is called a total already."""
    return alias_for("Sum" if column.lower().startswith("total") else "Total", column)


def alias_for(prefix: str, *columns: str) -> str:
    """`alias_for("Total", "InvTotal")` is `TotalInvTotal`; characters that a plain name cannot hold are dropped."""
    return prefix + "".join(re.sub(r"\W", "", column[:1].upper() + column[1:]) for column in columns)


def value_alias(column: str, said: str) -> str:
    """The column of one value of a code: `SaleTypeJob` of sale type job, `TypeC` of 'C', `Status3`."""
    words = re.findall(r"[A-Za-z0-9]+", said)
    return alias_for(column, "".join(word[:1].upper() + word[1:] for word in words))
