"""What a query is made of: outer joins, subqueries, windows and so on, told from its tree. How many tables it reads is
told by whoever resolved it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

# In the order in which they are reported; the first two are told by the number of tables.
TRAITS = ("one_table", "three_tables", "left_join", "isnull", "subquery", "case", "dates", "windows", "union")
_DATE_CALLS = frozenset("DATENAME DATEPART EOMONTH SYSDATETIME GETUTCDATE SYSUTCDATETIME".split())
_DAY = re.compile(r"(?:\d{4}-\d{2}-\d{2}|(?:19|20)\d{6}|\d{1,2}/\d{1,2}/\d{4})(?:[T ].*)?$")


def traits(tree: exp.Expr) -> frozenset[str]:
    """Of `left_join` (any outer join), `isnull`, `subquery` (CTEs too), `case`, `dates` (a function of dates, or a day
    that something is compared with), `windows`, `union`, and `works`: it joins, groups or computes."""
    from sqlglot import exp

    named = _named()
    found: set[str] = set()
    selects = 0
    for node in tree.walk():
        kind = type(node)
        if kind in named:
            found.update(named[kind])
        elif kind is exp.Select:
            selects += 1
            if node.args.get("joins") or node.args.get("group") or node.args.get("distinct"):
                found.add("works")
        elif kind is exp.Join:
            found.add("works")
            if node.args.get("side"):
                found.add("left_join")
        elif kind is exp.Anonymous and node.name.upper() in _DATE_CALLS:
            found.update(("dates", "works"))
        elif isinstance(node, exp.Binary | exp.Between) and _compares_day(node):
            found.add("dates")
        elif isinstance(node, exp.SetOperation):
            found.update(("union", "works"))
        elif isinstance(node, exp.AggFunc | exp.Add | exp.Sub | exp.Mul | exp.Div):
            found.add("works")
    operands = sum(1 for node in tree.walk() if isinstance(node, exp.SetOperation)) if "union" in found else 0
    if selects > operands + 1:
        found.update(("subquery", "works"))
    return frozenset(found)


def counted(found: Iterable[str], tables: int) -> frozenset[str]:
    """The traits of TRAITS that a query has, by those of its tree and the number of different tables that it reads."""
    size = {"one_table"} if tables == 1 else {"three_tables"} if tables > 2 else set()
    return frozenset(size | (set(found) & set(TRAITS)))


def _named() -> dict[type, tuple[str, ...]]:
    from sqlglot import exp

    dates = (
        exp.DateDiff, exp.DateAdd, exp.DateSub, exp.CurrentTimestamp, exp.CurrentDate, exp.Year, exp.Month, exp.Day,
        exp.LastDay, exp.Extract, exp.DateFromParts, exp.TimeToStr, exp.DateTrunc,
    )  # fmt: skip
    return {
        exp.Coalesce: ("isnull", "works"),
        exp.Case: ("case", "works"),
        exp.Window: ("windows", "works"),
        **dict.fromkeys(dates, ("dates", "works")),
    }


def _compares_day(node: exp.Expr) -> bool:
    from sqlglot import exp

    if isinstance(node, exp.Between):
        sides = [node.args.get("low"), node.args.get("high")]
    elif isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        sides = [node.this, node.expression]
    else:
        return False
    return any(isinstance(side, exp.Literal) and side.is_string and _DAY.match(side.name) for side in sides)
