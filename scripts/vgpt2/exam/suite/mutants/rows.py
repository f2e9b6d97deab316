"""Mistakes in which rows come, and how often: TOP, DISTINCT, ranks, the kind of a join, the order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from vgpt2.exam.suite.mutants.model import Change, clear, put, swap, text

RANKS = ("RANK", "DENSE_RANK", "ROW_NUMBER")
ADDED = (10, 100)


def top(node: Any) -> Iterator[Change]:
    """TOP or OFFSET left out, or of one row more or less; TOP where none was asked for."""
    if isinstance(node, exp.Limit | exp.Fetch | exp.Offset):
        count = node.args.get("count") or node.args.get("expression")
        if isinstance(count, exp.Literal) and count.is_int:
            slot = "count" if node.args.get("count") is not None else "expression"
            for other in {int(count.this) + 1, max(1, int(count.this) - 1)} - {int(count.this)}:
                changed = node.copy()
                changed.set(slot, exp.Literal.number(other))
                yield f"with {other} rows for {count.this} in {text(node)}", swap(changed)
    if not isinstance(node, exp.Select):
        return
    if node.args.get("limit") and not node.args.get("offset"):
        yield f"without {text(node.args['limit'])}", clear("limit")
    if (
        node.parent is None
        and not any(node.args.get(slot) for slot in ("limit", "offset", "distinct"))
        and _several(node)
    ):
        for count in ADDED:
            limit = exp.Limit(expression=exp.Literal.number(count))
            yield f"with TOP {count}", put("limit", limit)


def distinct(node: Any) -> Iterator[Change]:
    """DISTINCT left out or added, UNION for UNION ALL and the reverse."""
    if isinstance(node, exp.Select):
        if node.args.get("distinct"):
            yield "without DISTINCT", clear("distinct")
        elif node.parent is None and not node.args.get("group") and not node.args.get("limit") and _plain(node):
            yield "with DISTINCT", lambda twin: twin.set("distinct", exp.Distinct())
    if isinstance(node, exp.Union):
        yield "with UNION ALL for UNION or the reverse", lambda twin: twin.set("distinct", not twin.args["distinct"])
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and len(node.this.expressions) == 1:
        yield f"without DISTINCT in {text(node)}", swap(exp.Count(this=node.this.expressions[0].copy()))
    if isinstance(node, exp.Count | exp.Sum) and isinstance(node.this, exp.Column):
        inner = exp.Distinct(expressions=[node.this.copy()])
        yield f"with DISTINCT in {text(node)}", swap(type(node)(this=inner))


def _several(select: exp.Select) -> bool:
    """Whether a query may return more than one row: an aggregate without GROUP BY does not."""
    calls = (call for item in select.expressions for call in item.find_all(exp.AggFunc))
    return bool(select.args.get("group")) or all(
        call.find_ancestor(exp.Window, exp.Select) is not select for call in calls
    )


def _plain(select: exp.Select) -> bool:
    return not any(item.find(exp.AggFunc, exp.Window) for item in select.expressions)


def rank(node: Any) -> Iterator[Change]:
    """RANK, DENSE_RANK and ROW_NUMBER for one another."""
    if isinstance(node, exp.Window):
        name = node.this.sql(dialect="tsql").partition("(")[0].upper()
        kinds = {"RANK": exp.Rank, "DENSE_RANK": exp.DenseRank, "ROW_NUMBER": exp.RowNumber}
        for other, kind in kinds.items():
            if name in kinds and other != name:
                yield f"with {other} for {name}", put("this", kind())


def join_kind(node: Any) -> Iterator[Change]:
    """An inner join for an outer one, and the reverse."""
    if isinstance(node, exp.Join) and node.args.get("on") is not None:
        if node.side:
            yield f"with an inner join of {text(node.this)}", clear("side")
        else:
            yield f"with an outer join of {text(node.this)}", lambda twin: twin.set("side", "LEFT")


def order(node: Any) -> Iterator[Change]:
    """Rows the other way round."""
    if isinstance(node, exp.Ordered):
        down = bool(node.args.get("desc"))
        way = f"with {text(node.this)} {'up' if down else 'down'}"

        def turn(twin: Any) -> None:
            twin.set("desc", not down or None)
            # NULL is the smallest value of SQL Server.
            twin.set("nulls_first", down)

        yield way, turn
    if isinstance(node, exp.Window) and node.args.get("partition_by"):
        yield f"without PARTITION BY in {text(node)}", clear("partition_by")
