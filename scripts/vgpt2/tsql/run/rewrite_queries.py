"""Rewrites of what surrounds expressions: SELECT, WITH, joins, APPLY, tables."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.rewrite import Handlers, NotExecutable, Rewriter


def _select(rewriter: Rewriter, node: exp.Expression) -> str | None:
    args = node.args
    if args.get("for_") is not None:
        raise NotExecutable("FOR XML or FOR JSON")
    node.set("options", None)
    for item in node.expressions:
        if type(item) is exp.EQ and type(item.this) is exp.Literal:
            alias = exp.Alias(this=item.expression, alias=exp.to_identifier(item.this.this, quoted=True))
            rewriter.replace(item, alias, rewriter.kind(item.expression))
    limit = args.get("limit")
    options = limit.args.get("limit_options") if limit is not None else None
    if options is not None and type(limit) is exp.Limit:
        if options.args.get("with_ties"):
            _with_ties(node, limit, options)
        elif options.args.get("percent"):
            if limit.expression.name == "100":
                node.set("limit", None)
            else:
                raise NotExecutable("TOP PERCENT")
    for item in node.expressions:
        return rewriter.kind(item.this if type(item) is exp.Alias else item)
    return None


def _with_ties(node: exp.Expression, limit: exp.Expression, options: exp.Expression) -> None:
    if options.args.get("percent") or node.args.get("order") is None or node.args.get("distinct") is not None:
        raise NotExecutable("TOP WITH TIES of this form")
    order = node.args["order"]
    if any(type(item.this) is exp.Literal for item in order.expressions):
        raise NotExecutable("TOP WITH TIES by position")
    rank = exp.Window(this=exp.Rank(), order=order.copy(), over="OVER")
    node.set("limit", None)
    node.set("qualify", exp.Qualify(this=exp.LTE(this=rank, expression=limit.expression)))


def _with(rewriter: Rewriter, node: exp.Expression) -> str | None:
    node.set("recursive", True)
    return None


def _join(rewriter: Rewriter, node: exp.Expression) -> str | None:
    node.set("hint", None)
    lateral = node.this
    if type(lateral) is exp.Lateral:
        subquery = lateral.this
        outer = lateral.args.get("cross_apply") is False
        new = exp.Lateral(this=subquery, alias=lateral.args.get("alias"))
        node.set("this", new)
        node.set("side", "LEFT" if outer else None)
        node.set("kind", None if outer else "CROSS")
        if outer:
            node.set("on", exp.true())
    return None


def _table(rewriter: Rewriter, node: exp.Expression) -> str | None:
    if node.args.get("pivots") or node.args.get("sample") or node.args.get("version"):
        raise NotExecutable("PIVOT, TABLESAMPLE or FOR SYSTEM_TIME")
    info = rewriter.binding.lookup.table(node.name, node.args["db"].this if node.args.get("db") else "")
    is_cte = not node.args.get("db") and rewriter.binding.fold(node.name) in rewriter.binding.cte_names
    if info is not None and not is_cte:
        node.set("catalog", None)
        node.set("db", exp.to_identifier(info.table.schema, quoted=True))
        node.set("this", exp.to_identifier(info.table.name, quoted=True))
    return None


def _refuse(rewriter: Rewriter, node: exp.Expression) -> str | None:
    raise NotExecutable(type(node).__name__)


QUERIES: Handlers = {
    exp.Select: _select,
    exp.With: _with,
    exp.Join: _join,
    exp.Table: _table,
    exp.Dot: _refuse,
    exp.Pivot: _refuse,
    exp.AtTimeZone: _refuse,
}
