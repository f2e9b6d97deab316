"""What a title leaves out of its query, conditions and void rows that count: whoever asks for it has to say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.said_query import Sayer, Unsayable, conjuncts
from vgpt2.synthesis.intents.counted.voids import undone_of

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


def voids_counted(ctx: Context, verdict: Verdict, title: str) -> str:
    """What has to be said of a query that adds up or counts rows of which some were taken back, without a word on them:
    `void ones included`; '' where it says which rows count, or there are none such."""
    tree = verdict.tree
    if tree is None or not tree.find(exp.AggFunc):
        return ""
    for name in verdict.tables:
        undone = undone_of(ctx, ctx.table(name))
        if undone and undone.ref.qualified not in verdict.columns and undone.word not in text_words(title):
            return f"{undone.word} ones included"
    return ""
