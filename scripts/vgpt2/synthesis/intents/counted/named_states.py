"""Tables called by a state that a column tells row by row, pending change orders and unapproved invoices: a question
about them is about the rows in that state. That others belong in it too would contradict its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.columns import flag_values
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.voids import OVER_ROWS, documents_of, joined, limited
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.states import adjective
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.plain.nouns import singular
from vgpt2.synthesis.query import Filter, JoinOn, Query, Ref

# Words of one stem have so many letters in common: approved, approval.
STEM = 6
# The phrases of a question that name columns: a column may be called like a table that the question does not speak of.
OF_COLUMNS = frozenset(("columns", "column", "measure", "by", "group", "date", "time", "code", "key", "pair"))


@dataclass(slots=True, frozen=True)
class NamedState:
    """The state that a table is called by, as a condition; `others`: what the other states are called."""

    only: Filter
    others: tuple[str, ...]


def named_state(ctx: Context, table: Table) -> NamedState | None:
    """The state in what a table is called, where a column says of each row if it is so: a flag of that word or of its
    opposite, or a code of which a value is called so; None where there is none."""
    word, _, rest = ctx.called(table).lower().partition(" ")
    # Equipment is the revenue of, and no state of it.
    for column in table.columns if rest and adjective(word) else ():
        found = _of_flag(ctx, column, word) or _of_value(ctx, table, column, word)
        if found:
            template, means, others = found
            return NamedState(Filter(Ref(table.qualified, column.name), template, means), others)
    return None


def _of_flag(ctx: Context, column: Column, word: str) -> tuple[str, str, tuple[str, ...]] | None:
    values, name = flag_values(column), name_words(column.name, ctx.catalog.database).lower().split()
    if not values:
        return None
    if word in name:
        return f"{{0}} = {values[0]}", word, ()
    opposite = word.removeprefix("un")
    return (f"{{0}} = {values[1]}", f"not {opposite}", (opposite,)) if opposite in name else None


def _of_value(ctx: Context, table: Table, column: Column, word: str) -> tuple[str, str, tuple[str, ...]] | None:
    said = {value: texts[0][0].lower() for value, texts in ctx.catalog.said_values(table, column.name).items() if texts}
    value = next((value for value, text in said.items() if text == word), None)
    if value is None or len(said) < 2 or ctx.meant(table, column, value).lower() != word:
        return None
    number = value.isdigit() and "char" not in column.base_type
    others = tuple(text for text in said.values() if text != word)
    return f"{{0}} = {value if number else literal(value)}", word, others


def with_named_states(ctx: Context, draft: Draft) -> Draft | None:
    """The draft limited to the state that its words say of a table, or of the document whose lines these are too; as it
    is where it names the table only, or asks for its states itself; None where it reads what only others have."""
    limits = draft
    for name in dict.fromkeys(name for part in draft.query.parts() for name in spoken_of(part)):
        table = ctx.catalog.by_qualified.get(name)
        if not table or not _is_said(ctx, limits, table):
            continue
        own = named_state(ctx, table)
        for state, document in [(own, None)] if own else _of_documents(ctx, table):
            if state.only.ref in {*limits.query.refs()}:
                continue
            if _asks_for_others(ctx, limits.query, state):
                return None
            query = limits.query
            if document and document.table not in query.tables():
                query = joined(query, document)
            query = limited(query, state.only)
            # Not where the lines are beside what is counted.
            if state.only.ref in {*query.refs()}:
                limits = planned(ctx, replace(limits, query=query), state.only)
    return limits


def _of_documents(ctx: Context, table: Table) -> Iterator[tuple[NamedState, JoinOn]]:
    """The state of the documents whose lines a table holds, and how a query gets there: "unapproved invoice lines" are
    those of unapproved invoices."""
    for document, join in documents_of(ctx, table):
        state = named_state(ctx, document)
        if state and ctx.called(table).partition(" ")[0] == ctx.called(document).partition(" ")[0]:
            yield state, join


def spoken_of(part: Query) -> list[str]:
    """The tables whose rows one SELECT lists, looks for, counts or adds up; partners that it only names are none."""
    calls = [call for call in part.calls() if OVER_ROWS.search(call.template)]
    return [part.table, *(ref.table for call in calls for ref in call.refs)]


def _is_said(ctx: Context, draft: Draft, table: Table) -> bool:
    """Whether the question has the words of a table: its name alone says no state."""
    phrases = [phrase for slot, phrase in draft.phrases.items() if slot not in OF_COLUMNS]
    noun, said = ctx.called(table), " ".join((*phrases, draft.more)).lower()
    return bool(noun) and any(form.lower() in said for form in (noun, singular(noun)))


def planned(ctx: Context, draft: Draft, only: Filter) -> Draft:
    """The draft with a condition of its query in its plan, which says by itself those of the query that is read, and
    none of one within it."""
    if ctx.plain or only in _first_read(draft.query).where:
        return draft
    return replace(draft, action=f"{draft.action}; {only.template.format(only.ref.column)} is {only.means}")


def _asks_for_others(ctx: Context, query: Query, state: NamedState) -> bool:
    """Whether a query reads what only rows of another state have: nothing pending has a day of its approval."""
    own = state.only.ref
    table = ctx.table(own.table)
    stems = {other.rpartition(" ")[2][:STEM] for other in state.others}
    for ref in query.refs():
        said = f"{name_words(ref.column, ctx.catalog.database)} {ctx.plain_columns(table).get(ref.column, '')}".lower()
        if ref.table == own.table and any(stem in said and re.search(rf"\b{re.escape(stem)}", said) for stem in stems):
            return True
    return False


def _first_read(query: Query) -> Query:
    named = dict(query.ctes)
    while query.table in named:
        query = named[query.table]
    return query
