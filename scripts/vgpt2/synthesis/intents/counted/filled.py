"""Figures that may be empty: what is ranked from the lowest up, ranked within groups, or averaged beside a count of the
rows, is asked of rows that have it, and the plan says that the others stay out."""

from __future__ import annotations

import re
from dataclasses import replace

from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Query, Ref

# What rows of a group are ranked by, as they are and not added up.
RANKED = re.compile(r"\b(?:RANK|DENSE_RANK|ROW_NUMBER)\(\) OVER \(.*?ORDER BY \{(\d+)\}")
# What is averaged: a column, or the days between two.
AVERAGED = re.compile(r"^AVG\((?:DATEDIFF\(day, \{0\}, \{1\}\)|\{0\})(?: \* 1\.0)?\)$")


def with_filled(ctx: Context, draft: Draft) -> Draft:
    """The draft without the rows in which what is ranked or averaged is empty: of contracts whose changes have no days
    none has the most, and a count beside an average is that of the rows averaged."""
    for ref in dict.fromkeys(_measured(draft.query)):
        table = ctx.catalog.by_qualified.get(ref.table)
        column = table.column(ref.column) if table else None
        outer = {join.table for join in draft.query.joins if join.kind == "LEFT JOIN"}
        if column is None or not may_be_empty(column) or ref.table in outer or _is_told(draft.query, ref):
            continue
        query = replace(draft.query, where=(*draft.query.where, Filter(ref, "{0} IS NOT NULL")))
        draft = replace(draft, query=query, action=f"{draft.action}; rows without {ref.column} stay out")
    return draft


def _measured(query: Query) -> list[Ref]:
    """The columns that one SELECT ranks or averages."""
    calls = [item.value for item in query.items if isinstance(item.value, Call)]
    found = [call.refs[int(place)] for call in calls for place in RANKED.findall(call.template)]
    if any(call.template == "COUNT(*)" for call in calls):
        found += [ref for call in calls if AVERAGED.match(call.template) for ref in call.refs]
    # From the highest down what is empty comes last, from the lowest up it comes first.
    return found + [key for key, down in query.order if query.top and not down and isinstance(key, Ref)]


def _is_told(query: Query, ref: Ref) -> bool:
    """Whether a condition on the column lets no empty one through."""
    given = [part for part in query.where if isinstance(part, Filter) and part.ref == ref]
    return any("IS NULL" not in part.template for part in given)
