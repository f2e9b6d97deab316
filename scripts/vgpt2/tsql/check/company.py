"""Limits a query to one company: what a view leaves to those who read it, a query of its own must say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from vgpt2.catalog.model import Catalog, Table
from vgpt2.sqltext.names import quote
from vgpt2.sqltext.scan import Token, scan
from vgpt2.tsql.check.check import check
from vgpt2.tsql.check.verdict import Verdict

RULE = "missing_company_filter"
_BEHIND_WHERE = ("GROUP", "HAVING", "ORDER", "OPTION", "FOR")


def limit_to_company(
    sql: str, catalog: Catalog, choose: Callable[[Table, str], str]
) -> tuple[str, Verdict, str] | None:
    """The query with a company filter in WHERE, the verdict on it, and the company; None where that is not clean.

    The filter is on the first table of FROM, or of an inner join, that limits all others by their joins; one on the
    other side of a LEFT JOIN would take rows away.

    Args:
        choose: the company as a literal, for a table and its company column.
    """
    verdict = check(sql, catalog)
    if verdict.rules != (RULE,) or type(verdict.tree) is not exp.Select:
        return None
    sources = list(_kept_sources(verdict.tree))
    alone = not verdict.tree.args.get("joins")
    for source in sources:
        table = catalog.find(source.name, source.db)
        if table is None or not (column := catalog.company_column(table)):
            continue
        company = choose(table, column)
        name = quote(column) if alone else f"{quote(source.alias_or_name)}.{quote(column)}"
        limited = _with_condition(sql, f"{name} = {company}")
        verdict = check(limited, catalog)
        if verdict.clean:
            return limited, verdict, company
    return None


def _kept_sources(tree: exp.Select) -> Iterator[exp.Table]:
    """The tables of the outermost FROM of which no row is made up of NULL by an outer join."""
    joins = tree.args.get("joins") or []
    if any(join.side in ("RIGHT", "FULL") for join in joins):
        return
    for node in (tree.args.get("from_"), *(join for join in joins if not join.side)):
        if node is not None and isinstance(node.this, exp.Table):
            yield node.this


def _with_condition(sql: str, condition: str) -> str:
    """The text with one more condition, the first in the WHERE of its outermost SELECT."""
    outer = _outermost(list(scan(sql)))
    from_ = next(index for index, token in enumerate(outer) if token.upper == "FROM")
    where = next((index for index, token in enumerate(outer) if token.upper == "WHERE"), None)
    start = from_ if where is None else where
    rest = [token for token in outer[start:] if token.upper in _BEHIND_WHERE]
    end = rest[0].start if rest else len(sql)
    tail = f" {sql[end:]}" if rest else ""
    if where is None:
        return f"{sql[:end].rstrip()} WHERE {condition}{tail}"
    known = sql[outer[where].end : end].strip()
    if any(token.upper == "OR" for token in outer[where:] if token.start < end):
        known = f"({known})"
    return f"{sql[: outer[where].end]} {condition} AND {known}{tail}"


def _outermost(tokens: list[Token]) -> list[Token]:
    """The tokens outside all parentheses."""
    found, depth = [], 0
    for token in tokens:
        depth -= token.text == ")"
        if depth == 0:
            found.append(token)
        depth += token.text == "("
    return found
