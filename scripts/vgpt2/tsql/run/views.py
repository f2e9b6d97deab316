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


def is_computed(catalog: Catalog, qualified: str) -> bool:
    """Whether an object is a view over tables whose SQL runs here; one that shows a table as it is is none."""
    return bool(_sources(catalog, qualified))


def reads(catalog: Catalog, qualified: str) -> tuple[str, ...]:
    """The tables from which a computed view comes, through other views too; for anything else the object alone."""
    found: dict[str, None] = {}
    ahead, seen = [qualified], set()
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        inner = _sources(catalog, name)
        ahead += inner
        if not inner:
            found[name] = None
    return tuple(found)


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
