"""What a SELECT is ordered by, where it is needed elsewhere than in its ORDER BY."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.rewrite.build import bare, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Rewriter


def order_terms(rewriter: Rewriter, select: exp.Expression) -> list[exp.Expression]:
    """Copies of the terms of ORDER BY, in which positions and aliases of the select list are its expressions.

    Raises:
        NotExecutable: a position behind a star.
    """
    order = select.args.get("order")
    found = []
    for item in order.expressions if order is not None else ():
        term = item.copy()
        term.set("this", _meant(rewriter, select, item.this).copy())
        found.append(term)
    return found


def _meant(rewriter: Rewriter, select: exp.Expression, node: exp.Expression) -> exp.Expression:
    place = whole(node) if isinstance(node, exp.Literal) else None
    if place is not None:
        if any(isinstance(bare(item), exp.Star) or item.is_star for item in select.expressions[:place]):
            raise NotExecutable("ORDER BY a position behind a star")
        item = select.expressions[place - 1]
        return item.this if isinstance(item, exp.Alias) else item
    if isinstance(node, exp.Column) and not node.args.get("table"):
        fold = rewriter.binding.fold
        for item in select.expressions:
            if isinstance(item, exp.Alias) and fold(item.alias) == fold(node.name):
                return item.this
    return node
