"""TOP with PERCENT or WITH TIES, which DuckDB has by windows (the reference: "TOP")."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.rewrite.build import call, cast, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.order import order_terms
from vgpt2.tsql.run.rewrite.rewriter import Rewriter


def put_top(rewriter: Rewriter, node: exp.Expression) -> None:
    """Rewrite the TOP of a SELECT where it counts otherwise than LIMIT does.

    Raises:
        NotExecutable: a form that is not run.
    """
    limit = node.args.get("limit")
    options = limit.args.get("limit_options") if limit is not None else None
    if options is None or type(limit) is not exp.Limit:
        return
    ties, percent = bool(options.args.get("with_ties")), bool(options.args.get("percent"))
    if not ties and not percent:
        return
    most: exp.Expression = limit.expression.copy()
    if percent:
        given = whole(most)
        if given == 100:
            node.set("limit", None)
            return
        if given is not None and given > 100:
            raise NotExecutable("TOP of more than 100 PERCENT")
        every = exp.Window(this=exp.Count(this=exp.Star()), over="OVER")
        most = call("tsql_percent", every, cast(most, "DOUBLE"))
    terms = order_terms(rewriter, node)
    node.set("limit", None)
    if node.args.get("distinct") or any(term.find(exp.Window) for term in terms):
        terms = _wrapped(node, terms)
    rank = exp.Rank() if ties else exp.RowNumber()
    window = exp.Window(this=rank, order=exp.Order(expressions=terms) if terms else None, over="OVER")
    node.set("qualify", exp.Qualify(this=exp.LTE(this=window, expression=most)))


def _wrapped(node: exp.Expression, terms: list[exp.Expression]) -> list[exp.Expression]:
    """Put a SELECT into a subquery of its own, with what it is ordered by as columns more; the terms by these.

    A window cannot be counted within another, and DISTINCT comes before TOP.
    """
    names = [f"tsql_o{place}" for place in range(len(terms))]
    inner = exp.Select(**node.args)
    inner.set("order", None)
    for term, name in zip(terms, names, strict=True):
        inner.append("expressions", exp.Alias(this=term.this.copy(), alias=exp.to_identifier(name, quoted=True)))
    ordered = []
    for term, name in zip(terms, names, strict=True):
        new = term.copy()
        new.set("this", exp.Column(this=exp.to_identifier(name, quoted=True)))
        ordered.append(new)
    with_ = inner.args.get("with_")
    inner.set("with_", None)
    for key in list(node.args):
        node.set(key, None)
    star = exp.Star(except_=[exp.to_identifier(name, quoted=True) for name in names]) if names else exp.Star()
    alias = exp.TableAlias(this=exp.to_identifier("tsql_in", quoted=True))
    node.set("with_", with_)
    node.set("expressions", [star])
    node.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))
    if ordered:
        node.set("order", exp.Order(expressions=[term.copy() for term in ordered]))
    return ordered
