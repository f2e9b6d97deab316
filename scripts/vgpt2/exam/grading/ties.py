"""Rows that tie where TOP cuts: any of them is right, for the gold itself leaves open which of them comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.query import Query
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.write import CannotWrite, write

Row = tuple[object, ...]


def whole(gold: Query, catalog: Catalog) -> tuple[Query, int] | None:
    """The gold without its TOP or FETCH, what it sorts by as further columns; and how many rows it skips. None where it
    has neither, or sorts by nothing."""
    tree = gold.bound.tree
    order, offset = tree.args.get("order"), tree.args.get("offset")
    if not isinstance(tree, exp.Select) or order is None or tree.args.get("distinct") or not tree.args.get("limit"):
        return None
    skipped = offset.args.get("expression") if offset is not None else exp.Literal.number(0)
    if not isinstance(skipped, exp.Literal) or not skipped.is_int or _with_ties(tree):
        return None
    copy = tree.copy()
    copy.set("limit", None)
    copy.set("offset", None)
    named = {item.alias: item.this for item in copy.expressions if isinstance(item, exp.Alias)}
    for number, item in enumerate(copy.args["order"].expressions):
        key = item.this if isinstance(item, exp.Ordered) else item
        if isinstance(key, exp.Literal):
            key = copy.expressions[int(key.this) - 1].unalias()
        elif isinstance(key, exp.Column) and not key.table:
            key = named.get(key.name, key)
        copy.append("expressions", exp.alias_(key.copy(), f"sorted_by_{number}"))
    try:
        return Query(check(write(copy), catalog)), int(skipped.this)
    except CannotWrite:
        return None


def _with_ties(tree: exp.Expr) -> bool:
    return "WITH TIES" in tree.sql(dialect="tsql").upper()


def as_good(
    gold: Query, wanted: Result, given: Result, ordered: bool, catalog: Catalog, run: Callable[[Query], Result | None]
) -> bool:
    """Whether an answer's rows are the gold's but for others that tie with the last (or first) of them.

    Args:
        run: runs a query on the data set that `wanted` and `given` are of.
    """
    if given.status != "rows" or len(given.rows) != len(wanted.rows) or not wanted.rows:
        return False
    places = _places(wanted, given)
    found = whole(gold, catalog) if places is not None else None
    if places is None or found is None:
        return False
    query, start = found
    every = run(query)
    width, end = len(wanted.columns), start + len(wanted.rows)
    if every is None or every.status != "rows" or len(every.rows) <= end:
        return False
    shown = [row[:width] for row in every.rows]
    keys = [row[width:] for row in every.rows]
    cut = {keys[end]} | ({keys[start - 1]} if start else set())
    rows = [tuple(row[place] for place in places) for row in given.rows]
    if ordered:
        known: dict[Row, set[Row]] = {}
        for row, key in zip(shown, keys, strict=True):
            known.setdefault(row, set()).add(key)
        if any(key not in known.get(row, ()) for row, key in zip(rows, keys[start:end], strict=True)):
            return False
    must = Counter(row for row, key in zip(shown[start:end], keys[start:end], strict=True) if key not in cut)
    may = Counter(row for row, key in zip(shown, keys, strict=True) if key in cut)
    left = Counter(rows)
    if must - left:
        return False
    left -= must
    return not left - may


def _places(wanted: Result, given: Result) -> list[int] | None:
    """Which columns of an answer stand for the gold's: by name where all names are there, else as they stand."""
    names = [str(name).casefold() for name in given.columns]
    own = [str(name).casefold() for name in wanted.columns]
    if all(names.count(name) == 1 for name in own):
        return [names.index(name) for name in own]
    return list(range(len(own))) if len(names) >= len(own) else None
