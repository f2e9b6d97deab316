"""Blanks at the end of a text, which do not count where DISTINCT, GROUP BY and UNION look for what is the same.

The text that stands for its equals is shown without them: which of them the server shows is not told.
"""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.predicates import is_clean
from vgpt2.tsql.run.rewrite.build import call
from vgpt2.tsql.run.rewrite.rewriter import Rewriter


def trim_items(rewriter: Rewriter, query: exp.Expression | None) -> None:
    """Take the blanks off the columns of a query: of all branches of a set operation."""
    while isinstance(query, (exp.Subquery, exp.Paren)):
        query = query.this
    if isinstance(query, exp.SetOperation):
        trim_items(rewriter, query.this)
        trim_items(rewriter, query.expression)
    elif isinstance(query, exp.Select):
        for item in list(query.expressions):
            value = item.this if isinstance(item, exp.Alias) else item
            if _has_blanks(rewriter, value):
                _trim(rewriter, value)


def trim_groups(rewriter: Rewriter, select: exp.Expression) -> None:
    """Take the blanks off what a SELECT groups by, wherever it stands in it."""
    group = select.args.get("group")
    for key in list(group.expressions) if group is not None else ():
        if not _has_blanks(rewriter, key):
            continue
        parts = [*select.expressions, select.args.get("having"), select.args.get("order"), group]
        for part in parts:
            found = list(part.find_all(type(key))) if part is not None else []
            for node in found:
                if node is not key and node == key:
                    _trim(rewriter, node)
        _trim(rewriter, key)


def _has_blanks(rewriter: Rewriter, node: exp.Expression) -> bool:
    """Whether a text may end with one."""
    found = rewriter.type(node)
    return found is not None and found.is_text and not is_clean(rewriter, node)


def _trim(rewriter: Rewriter, node: exp.Expression) -> None:
    found = rewriter.type(node)
    new: exp.Expression = call("RTRIM", node.copy())
    rewriter.typed(new, found)
    if isinstance(node, exp.Column) and isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
        new = exp.Alias(this=new, alias=exp.to_identifier(node.name, quoted=True))
    rewriter.replace(node, new, found)
