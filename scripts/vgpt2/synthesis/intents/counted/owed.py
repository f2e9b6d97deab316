"""What is called owed, of rows that are paid or not: a question adds up what is not paid, and says so."""

from __future__ import annotations

import re
from dataclasses import replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.words import state_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.voids import OVER_ROWS, limited
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.roles.book import book_of

# What a column is called that holds what somebody still owes, if the row is not settled.
OWED = re.compile(r"\b(?:owed|owing|open|outstanding|unpaid|due|payable|receivable)\b")
# How it is said that a row is settled.
SETTLED = ("paid", "cleared", "closed")
LEFT = {
    "train": (
        "Only {1} that are not {0} yet.",
        "Leave out {1} that are {0}.",
        "Only {1} that are not {0}.",
        "Just {1} that are not {0}, please.",
    ),
    "exam": ("Of {1} what is {0} already stays out.",),
}


def settled_on(ctx: Context, table: Table, column: Column) -> tuple[Column, str] | None:
    """The day when a row was settled, and its word, where a column is called owed and stays what it was when it is
    paid; None where the column's own name says that it is kept up to date, or the table has no such day."""
    own = name_words(column.name, ctx.catalog.database).lower()
    said = ctx.plain_columns(table).get(column.name, "").lower()
    if not OWED.search(said) or state_words().open_amount.found(own) or OWED.search(own):
        return None
    ended = book_of(ctx).parts(table).ended
    return next(((day, word) for known in SETTLED for day, word in ended if word == known), None)


def with_owed(ctx: Context, draft: Draft) -> Draft | None:
    """The draft where it adds up what is called owed without the rows that are settled, and says so; None where what it
    asks besides contradicts that."""
    for part in draft.query.parts():
        for ref in _added_up(part):
            table = ctx.catalog.by_qualified.get(ref.table)
            column = table.column(ref.column) if table else None
            found = settled_on(ctx, table, column) if table and column else None
            if not table or not found:
                continue
            day, word = found
            left = Filter(Ref(table.qualified, day.name), "{0} IS NULL", f"not {word}")
            if _says(part, left):
                continue
            # Lines are compared with their document as they were, paid or not.
            if _is_of_settled(ctx, part, table, left) or _compares(ctx, draft.query):
                return None
            rng = ctx.rng("owed", draft.action, *draft.phrases.values())
            rows = ctx.called(table) or f"rows of {ctx.catalog.sql_name(table)}"
            sentence = rng.choice(LEFT[ctx.side]).format(word, rows)
            more = f"{draft.more} {sentence}".strip()
            return with_owed(ctx, replace(draft, query=limited(draft.query, left), more=more))
    return draft


def _added_up(part: Query) -> list[Ref]:
    calls = part.calls()
    return [ref for call in calls if OVER_ROWS.search(call.template) for ref in call.refs]


def _says(part: Query, left: Filter) -> bool:
    """Whether a SELECT is of rows that were not settled, ever or on some day."""
    given = [*part.where, *(condition for join in part.joins for condition in join.on)]
    known = [c.template for c in given if isinstance(c, Filter) and c.ref == left.ref]
    return any("IS NULL" in template for template in known)


def _compares(ctx: Context, query: Query) -> bool:
    """Whether a condition compares with the figure of a query within."""
    calls = [part for part in query.where if isinstance(part, Call)]
    return any(ref.table not in ctx.catalog.by_qualified for call in calls for ref in call.refs)


def _is_of_settled(ctx: Context, part: Query, table: Table, left: Filter) -> bool:
    """Whether a SELECT reads of a table what only settled rows have, or a status."""
    parts = book_of(ctx).parts(table)
    settled = {Ref(table.qualified, column.name) for column in (*parts.status, *(day for day, _ in parts.ended))}
    words = (left.means.removeprefix("not "), "check", "payment")
    for column in table.columns:
        text = name_words(column.name, ctx.catalog.database) + " " + ctx.plain_columns(table).get(column.name, "")
        if any(re.search(rf"\b{word}\b", text.lower()) for word in words):
            settled.add(Ref(table.qualified, column.name))
    return any(ref in settled for ref in part.refs())
