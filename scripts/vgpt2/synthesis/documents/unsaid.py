"""Conditions of a query that its title does not speak of: whoever asks for it has to say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.said_query import Sayer, Unsayable, conjuncts

if TYPE_CHECKING:
    from vgpt2.tsql.check.verdict import Verdict


def unsaid_conditions(ctx: Context, verdict: Verdict, title: str) -> list[str]:
    """The conditions of a query, found clean, of which its title does not speak: "Void is 'N'" where that speaks of
    tickets. A company and parameters are said otherwise; what has no words here is left out."""
    tree = verdict.tree
    where = tree.args.get("where") if type(tree) is exp.Select else None
    if type(tree) is not exp.Select or where is None or verdict.binding is None:
        return []
    sayer, known, found = Sayer(ctx, tree, verdict, whole=False), set(text_words(title)), []
    for part in conjuncts(where.this):
        columns = [column.name for column in part.find_all(exp.Column)]
        words = {word for name in columns for word in text_words(name_words(name, ctx.catalog.database))}
        if sayer.is_company(part) or part.find(exp.Parameter) or not columns or words & known:
            continue
        try:
            found.append(sayer.condition(part))
        except Unsayable:
            continue
    return found
