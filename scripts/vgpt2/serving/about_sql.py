"""What one SQL text is, for people who look at it: the guard's word, the tables that it reads, how it joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.bound import Bound
from vgpt2.records.prompt import fenced
from vgpt2.serving.guard.guard import Judged, judge
from vgpt2.tsql.check.check import check
from vgpt2.tsql.check.verdict import Verdict


@dataclass(slots=True, frozen=True)
class TableUsed:
    """A table or view as queries name it, what it holds, and those of its columns that are used, in its own order."""

    name: str
    description: str
    columns: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class JoinUsed:
    """Two tables and the pairs of columns that a query equates; `left`: rows of the first stay without a match."""

    first: str
    second: str
    pairs: tuple[tuple[str, str], ...]
    left: bool = False

    @property
    def on(self) -> str:
        """`VendorGroup, Vendor`; a pair of different names as `Project = Job`."""
        return ", ".join(one if one == two else f"{one} = {two}" for one, two in self.pairs)


@dataclass(slots=True, frozen=True)
class AboutSql:
    """One SQL text looked at."""

    judged: Judged
    tables: tuple[TableUsed, ...] = ()
    joins: tuple[JoinUsed, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The form in which it leaves."""
        judged = self.judged
        return {
            "sql": judged.sql,
            "status": judged.status,
            "because": judged.because,
            "findings": judged.findings,
            "tables": [
                {"name": table.name, "description": table.description, "columns": list(table.columns)}
                for table in self.tables
            ],
            "joins": [
                {"first": join.first, "second": join.second, "on": join.on, "left": join.left} for join in self.joins
            ],
        }


def about_sql(sql: str, catalog: Catalog) -> AboutSql:
    """Judge a text as if a model had answered it, and look at what it reads; never fails, whatever the text."""
    judged = judge(fenced(sql), catalog)
    if not judged.sql:
        return AboutSql(judged)
    verdict = check(judged.sql, catalog)
    if verdict.binding is None:
        return AboutSql(judged)
    return AboutSql(judged, _tables(verdict, catalog), _joins(Bound(verdict.binding)))


def _tables(verdict: Verdict, catalog: Catalog) -> tuple[TableUsed, ...]:
    found = []
    for name in verdict.tables:
        table = catalog.by_qualified[name]
        used = {column.rpartition(".")[2] for column in verdict.columns if column.rpartition(".")[0] == name}
        columns = tuple(column.name for column in table.columns if column.name in used)
        found.append(TableUsed(catalog.sql_name(table), table.description.partition("\n")[0], columns))
    return tuple(found)


def _joins(bound: Bound) -> tuple[JoinUsed, ...]:
    """One for each two sources whose columns are equated, in ON, WHERE or an inner query, in the order of the text."""
    pairs: dict[tuple[int, int], list[tuple[str, str]]] = {}
    named: dict[tuple[int, int], tuple[str, str]] = {}
    kept: set[tuple[int, int]] = set()
    for equal in bound.tree.find_all(exp.EQ, bfs=False):
        places = [
            bound.place(side) if isinstance(side, exp.Column) else None for side in (equal.this, equal.expression)
        ]
        columns = [bound.column(side) for side in (equal.this, equal.expression)]
        if places[0] is None or places[1] is None or places[0][0] is places[1][0] or None in columns:
            continue
        (one, this), (two, that) = ((bound.catalog.sql_name(table), name) for table, name in filter(None, columns))
        sources = (id(places[0][0]), id(places[1][0]))
        if sources[::-1] in pairs:
            sources, one, two, this, that = sources[::-1], two, one, that, this
        pairs.setdefault(sources, []).append((this, that))
        named[sources] = (one, two)
        join = equal.find_ancestor(exp.Join, exp.Select)
        if isinstance(join, exp.Join) and join.side.upper() in ("LEFT", "RIGHT", "FULL"):
            kept.add(sources)
    return tuple(
        JoinUsed(*named[sources], tuple(dict.fromkeys(found)), sources in kept) for sources, found in pairs.items()
    )
