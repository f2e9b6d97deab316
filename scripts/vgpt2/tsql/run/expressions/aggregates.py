"""Aggregates and windows, with the types of their results (the reference: "Aggregate functions")."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert_text import to_text
from vgpt2.tsql.run.expressions.numbers import number
from vgpt2.tsql.run.expressions.operators import divided, unscaled
from vgpt2.tsql.run.expressions.predicates import trim
from vgpt2.tsql.run.expressions.texts import VARCHAR
from vgpt2.tsql.run.rewrite.build import call, cast, is_null
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import FLOAT, INTS, MONEY, NULL, SqlType, text

Handler = Callable[[Rewriter, exp.Expression], SqlType | None]


def _sum(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    kind = rewriter.type(_inner(node))
    if kind is None:
        return None
    if kind.name == "decimal":
        return SqlType("decimal", 38, kind.scale)
    if kind.name in INTS:
        found = SqlType("bigint" if kind.name == "bigint" else "int")
        if isinstance(node.parent, exp.Window):
            return found
        # Beyond its type it is an error there.
        return rewriter.replace(node, cast(node.copy(), found.duckdb), found)
    if kind.name in MONEY:
        return SqlType("money")
    if kind.name in ("float", "real"):
        return FLOAT
    raise NotExecutable(f"SUM of {kind.name}")


def _inner(node: exp.Expression) -> exp.Expression | None:
    inner = node.this
    return (inner.expressions or [None])[0] if isinstance(inner, exp.Distinct) else inner


def _average(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    kind = rewriter.type(_inner(node))
    if kind is None or isinstance(node.parent, exp.Window):
        return kind
    return rewriter.replace(node, *_averaged(node, None, kind))


def _averaged(node: exp.Expression, window: exp.Expression | None, kind: SqlType) -> tuple[exp.Expression, SqlType]:
    """AVG as the sum through the count, cut as SQL Server cuts it; `window` is what stands around it."""
    if kind.name in ("float", "real"):
        return (window or node).copy(), FLOAT
    if not kind.is_number:
        raise NotExecutable(f"AVG of {kind.name}")
    sides: list[exp.Expression] = []
    for maker in (exp.Sum, exp.Count):
        call_: exp.Expression = maker(this=node.this.copy())
        if window is not None:
            outer = window.copy()
            outer.set("this", call_)
            call_ = outer
        sides.append(call_)
    if kind.name in INTS:
        found = SqlType("bigint" if kind.name == "bigint" else "int")
        return cast(call("tsql_average", *sides), "BIGINT"), found
    scale = 4 if kind.name in MONEY else max(6, kind.scale)
    found = SqlType("money") if kind.name in MONEY else SqlType("decimal", 38, scale)
    own = SqlType("decimal", 38, kind.as_decimal().scale)
    return divided(unscaled(sides[0], own), cast(sides[1], "HUGEINT"), scale - own.scale, found.as_decimal()), found


def _window(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    inner = node.this
    order = node.args.get("order")
    for key in [*(node.args.get("partition_by") or ()), *(item.this for item in (order.expressions if order else ()))]:
        trim(rewriter, key)
    if type(inner) is exp.Avg:
        kind = rewriter.type(_inner(inner))
        if kind is not None and kind.name not in ("float", "real"):
            return rewriter.replace(node, *_averaged(inner, node, kind))
        return FLOAT if kind is not None else None
    return rewriter.type(inner)


def _count(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if isinstance(node.this, exp.Distinct):
        for value in list(node.this.expressions):
            trim(rewriter, value)
    return SqlType("bigint") if node.args.get("big_int") and not isinstance(node.this, exp.Star) else SqlType("int")


def _rank(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return SqlType("bigint")


def _share(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return FLOAT


def _extreme(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    found = rewriter.type(_inner(node))
    if found is not None and found.name == "datetimeoffset" and not found.stored:
        raise NotExecutable("MIN or MAX of datetimeoffset")
    return found


def _spread(name: str) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        value = node.this if node.this is not None and not isinstance(node.this, str) else None
        arguments = [value] if value is not None else node.expressions
        if not arguments or isinstance(arguments[0], exp.Distinct):
            raise NotExecutable(f"{name} of this form")
        made, _ = number(rewriter, arguments[0])
        return rewriter.replace(node, call(name, cast(made, "DOUBLE")), FLOAT)

    return handler


def spread_call(rewriter: Rewriter, node: exp.Expression, name: str) -> SqlType | None:
    """VAR, VARP and STDEVP."""
    return _spread(name)(rewriter, node)


def _joined(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """STRING_AGG."""
    if is_null(node.args.get("separator")):
        raise NotExecutable("STRING_AGG with NULL between")
    value = node.this
    while isinstance(value, (exp.Order, exp.Distinct)):
        value = value.this if isinstance(value, exp.Order) else value.expressions[0]
    found = rewriter.type(value)
    if found is not None and not found.is_text and found != NULL:
        rewriter.replace(value, to_text(value.copy(), found, VARCHAR), VARCHAR)
    return text(None, bool(found and found.wide))


AGGREGATES: Handlers = {
    exp.GroupConcat: _joined,
    exp.Sum: _sum,
    exp.Avg: _average,
    exp.Window: _window,
    exp.Count: _count,
    exp.Max: _extreme,
    exp.Min: _extreme,
    exp.Stddev: _spread("STDDEV_SAMP"),
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile), _rank),
    **dict.fromkeys((exp.PercentRank, exp.CumeDist), _share),
}
