"""Amounts called by a state, a pending amount: a question that adds them up is about rows that are still in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Table
from vgpt2.catalog.states.columns import flag_values
from vgpt2.database_settings import Strict, Text
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.named_states import named_state, planned
from vgpt2.synthesis.intents.counted.voids import OVER_ROWS, Sentences, limited
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.roles.book import book_of
from vgpt2.yaml_file import read_yaml_file


class File(Strict):
    """The file."""

    ended_by: dict[Text, list[Text]]
    out: Sentences


@dataclass(slots=True, frozen=True)
class Undecided:
    """The condition that rows are still in the state of an amount, what ends it, the columns that only rows have which
    left the state (the day of approval), and those of which rows in other states have other values (a status)."""

    only: Filter
    ended: str
    after: frozenset[Ref]
    apart: frozenset[Ref]


def undecided(ctx: Context, table: Table, amount: str) -> Undecided | None:
    """What tells of the rows of an amount called by a state that they are still in it; None where the amount is not
    called so, or no flag says it."""
    database = ctx.catalog.database
    state = next((word for word in name_words(amount, database).lower().split() if word in _file().ended_by), "")
    said = {column.name: name_words(column.name, database).lower().split() for column in table.columns}
    for ended in _file().ended_by.get(state, ()):
        for column in table.columns:
            values = flag_values(column)
            if not values or ended not in said[column.name]:
                continue
            ref = Ref(table.qualified, column.name)
            template = f"({{0}} = {values[1]} OR {{0}} IS NULL)" if may_be_empty(column) else f"{{0}} = {values[1]}"
            labels = ctx.plain_columns(table)
            after = {name for name, words in said.items() if ended in (*words, *labels.get(name, "").lower().split())}
            after -= {amount, column.name}
            status = {column.name, *(other.name for other in book_of(ctx).parts(table).status)}
            refs = (frozenset(Ref(table.qualified, name) for name in names) for names in (after, status))
            return Undecided(Filter(ref, template, f"not {ended}"), ended, *refs)
    return None


def with_state_amounts(ctx: Context, draft: Draft) -> Draft | None:
    """The draft where it adds up or ranks amounts called by a state over rows in that state, and says so; as it
    is where it tells the states apart or asks for those documents alone; None where it asks for what has
    left the state: pending amounts of what is approved, by the day of approval; or for what is not there yet: approved
    amounts of what is pending."""
    if _is_not_there_yet(ctx, draft.query):
        return None
    for ref in dict.fromkeys(ref for part in draft.query.parts() for ref in _measured(part)):
        table = ctx.catalog.by_qualified.get(ref.table)
        found = undecided(ctx, table, ref.column) if table else None
        if not table or not found:
            continue
        read = {*draft.query.refs()}
        told = found.apart & read
        if found.after & read or (told - _told_apart(draft.query) and not _is_asked(draft.query, found.only)):
            return None
        if told:
            continue
        words = " ".join(ctx.called(ctx.table(name)) for name in draft.query.tables() if name != ref.table)
        if found.ended in words.lower().split():
            return None
        if any(_is_state_of(ctx, draft.query, name) for name in draft.query.tables()):
            continue
        draft = _said(ctx, draft, table, found)
    return draft


def _is_not_there_yet(ctx: Context, query: Query) -> bool:
    """Whether an amount is asked for that rows have only when they have left the state that they are asked in."""
    states = {c.means for part in query.parts() for c in part.where if isinstance(c, Filter)}
    by = _file().ended_by
    ends = {end for state, ended in by.items() for end in ended if states & {state, f"not {end}"}}
    for ref in dict.fromkeys(query.refs()) if ends else ():
        table = ctx.catalog.by_qualified.get(ref.table)
        measures = {column.name for column in ctx.roles(table).measures} if table else set()
        if ref.column in measures and ends & {*name_words(ref.column, ctx.catalog.database).lower().split()}:
            return True
    return False


def _measured(part: Query) -> list[Ref]:
    calls = part.calls()
    found = [ref for call in calls if OVER_ROWS.search(call.template) for ref in call.refs]
    return found + [key for key, down in part.order if part.top and down and isinstance(key, Ref)]


def _is_asked(query: Query, only: Filter) -> bool:
    """Whether a condition is the state itself."""
    filters = [c for part in query.parts() for c in part.where if isinstance(c, Filter)]
    return any(c.ref == only.ref and c.template == only.template for c in filters)


def _told_apart(query: Query) -> set[Ref]:
    """What rows are grouped or ranked by, or have columns for."""
    found: set[Ref] = set()
    for part in query.parts():
        found |= {key for key in part.group if isinstance(key, Ref)}
        calls = [item.value for item in part.items if isinstance(item.value, Call)]
        found |= {ref for call in calls if "CASE" in call.template or "PARTITION" in call.template for ref in call.refs}
    return found


def _is_state_of(ctx: Context, query: Query, name: str) -> bool:
    """Whether the query asks for the documents of the lines in the state that these are called by."""
    state = named_state(ctx, ctx.table(name))
    return state is not None and state.only.ref in {*query.refs()}


def _said(ctx: Context, draft: Draft, table: Table, found: Undecided) -> Draft:
    rng = ctx.rng("state amounts", draft.action, *draft.phrases.values())
    rows = ctx.called(table) or f"rows of {ctx.catalog.sql_name(table)}"
    draft = planned(ctx, replace(draft, query=limited(draft.query, found.only)), found.only)
    sentence = rng.choice(_file().out[ctx.side]).format(rows, found.ended)
    # Before an order and a limit, which come last.
    return replace(draft, more=f"{sentence[0].upper()}{sentence[1:]} {draft.more}".strip())


@cache
def _file() -> File:
    return read_yaml_file(Path(__file__).with_name("state_amounts.yaml")).check(File)
