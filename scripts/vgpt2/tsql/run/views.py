"""Views that are computed from tables: the SELECT inside a CREATE VIEW, and what it reads."""

from __future__ import annotations

from vgpt2.catalog.model import Catalog
from vgpt2.sqltext.scan import scan
from vgpt2.tsql.run.prepare import prepared
from vgpt2.tsql.run.result import Result


def select_of(sql: str) -> str:
    """The query of a view's script: what follows the AS of `CREATE VIEW name [(columns)] [WITH ...] AS`.

    A text without CREATE VIEW comes back as it is.
    """
    tokens = list(scan(sql))
    start = next((n for n, token in enumerate(tokens) if token.upper == "VIEW"), None)
    if start is None or tokens[0].upper not in ("CREATE", "ALTER"):
        return sql
    depth = 0
    for token in tokens[start:]:
        depth += (token.text == "(") - (token.text == ")")
        if token.upper == "AS" and depth == 0:
            return sql[token.end :].strip()
    return sql


class _Reads(dict[str, tuple[str, ...]]):
    """By the qualified name of a view: what it reads."""


class _Below(dict[str, tuple[tuple[str, ...], tuple[str, ...]]]):
    """By qualified name: the tables from which an object comes, and the computed views on the way."""


def is_computed(catalog: Catalog, qualified: str) -> bool:
    """Whether an object is a view over tables whose SQL runs here; one that shows a table as it is is none."""
    return bool(_sources(catalog, qualified))


def reads(catalog: Catalog, qualified: str) -> tuple[str, ...]:
    """The tables from which a computed view comes, through other views too; for anything else the object alone."""
    return _below(catalog, qualified)[0]


def views_read(catalog: Catalog, qualified: str) -> tuple[str, ...]:
    """The computed views through which an object comes from its tables, itself among them; none for anything else."""
    return _below(catalog, qualified)[1]


def _below(catalog: Catalog, qualified: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kept = catalog.derived.get(_Below, _Below)
    if qualified not in kept:
        tables: dict[str, None] = {}
        views: dict[str, None] = {}
        ahead = [qualified]
        while ahead:
            name = ahead.pop()
            if name in tables or name in views:
                continue
            inner = _sources(catalog, name)
            ahead += inner
            (views if inner else tables)[name] = None
        kept[qualified] = tuple(tables), tuple(views)
    return kept[qualified]


def _sources(catalog: Catalog, qualified: str) -> tuple[str, ...]:
    """What the SQL of a computed view names; nothing for anything else."""
    kept = catalog.derived.get(_Reads, _Reads)
    if qualified not in kept:
        table = catalog.by_qualified[qualified]
        shows = table.kind == "table" or not table.sql or (table.base_table and not table.filtered)
        made = None if shows else prepared(catalog, select_of(table.sql))
        own = made is None or isinstance(made, Result) or qualified in made.tables
        kept[qualified] = () if made is None or isinstance(made, Result) or own else made.tables
    return kept[qualified]
