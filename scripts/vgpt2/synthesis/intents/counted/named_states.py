"""Tables called by a state that a column tells row by row, pending change orders and unapproved invoices: a question
about them is about the rows in that state, or says that the others count too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.columns import flag_values
from vgpt2.database_settings import Strict
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.voids import Sentences, documents_of, joined, limited
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.states import adjective
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.plain.nouns import singular
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.questions import listed
from vgpt2.yaml_file import read_yaml_file

# Of the questions, so many are about all rows, whatever their state.
ALL = 0.12
# So many of the other states are said by their names.
NAMED_STATES = 3
# Words of one stem have so many letters in common: approved, approval.
STEM = 6


class File(Strict):
    """The file."""

    too: Sentences


@dataclass(slots=True, frozen=True)
class NamedState:
    """The state that a table is called by, as a condition; `rest`: its rows without it ("change orders"); `others`:
    what each of the other states is called, the first one all of them ("not pending")."""

    only: Filter
    rest: str
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
            return NamedState(Filter(Ref(table.qualified, column.name), template, means), rest, others)
    return None


def _of_flag(ctx: Context, column: Column, word: str) -> tuple[str, str, tuple[str, ...]] | None:
    values, name = flag_values(column), name_words(column.name, ctx.catalog.database).lower().split()
    if not values:
        return None
    if word in name:
        return f"{{0}} = {values[0]}", word, (f"not {word}",)
    opposite = word.removeprefix("un")
    return (f"{{0}} = {values[1]}", f"not {opposite}", (opposite,)) if opposite in name else None


def _of_value(ctx: Context, table: Table, column: Column, word: str) -> tuple[str, str, tuple[str, ...]] | None:
    said = {value: texts[0][0].lower() for value, texts in ctx.catalog.said_values(table, column.name).items() if texts}
    value = next((value for value, text in said.items() if text == word), None)
    if value is None or len(said) < 2 or ctx.meant(table, column, value).lower() != word:
        return None
    number = value.isdigit() and "char" not in column.base_type
    others = (f"not {word}", *(text for text in said.values() if text != word))
    return f"{{0}} = {value if number else literal(value)}", word, others


def with_named_states(ctx: Context, draft: Draft) -> Draft:
    """The draft limited to the state that its words say of a table, of the document whose lines these are too, or with
    a word that the others count; as it is where it names the table only, or asks for its states itself."""
    for name in dict.fromkeys(name for part in draft.query.parts() for name in spoken_of(part)):
        table = ctx.catalog.by_qualified.get(name)
        if not table or not _is_said(ctx, draft, table):
            continue
        state = named_state(ctx, table)
        if state:
            draft = _said(ctx, draft, state, draft.query, state.rest)
            continue
        for document, join in documents_of(ctx, table):
            state = named_state(ctx, document)
            # "Unapproved invoice lines" are those of unapproved invoices.
            if state and ctx.called(table).partition(" ")[0] == ctx.called(document).partition(" ")[0]:
                known = document.qualified in draft.query.tables()
                query = draft.query if known else joined(draft.query, join)
                draft = _said(ctx, draft, state, query, f"those of {state.rest}")
    return draft


def spoken_of(part: Query) -> list[str]:
    """The tables whose rows one SELECT lists, looks for, counts or adds up; partners that it only names are none."""
    calls = [item.value for item in part.items if isinstance(item.value, Call)]
    calls += [call for call, _ in part.having]
    return [part.table, *(ref.table for call in calls for ref in call.refs)]


def _is_said(ctx: Context, draft: Draft, table: Table) -> bool:
    """Whether the question has the words of a table: its name alone says no state."""
    noun, said = ctx.called(table), " ".join((*draft.phrases.values(), draft.more)).lower()
    return bool(noun) and any(form.lower() in said for form in (noun, singular(noun)))


def _said(ctx: Context, draft: Draft, state: NamedState, query: Query, rest: str) -> Draft:
    """The draft with the condition, in `query`, or with a word that other states count."""
    ref = state.only.ref
    if ref in {*draft.query.refs()}:
        return draft
    rng = ctx.rng("named state", draft.action, *draft.phrases.values())
    if rng.random() < ALL or _asks_for_others(ctx, draft.query, state):
        sentence = rng.choice(_file().too[ctx.side]).format(rest, _named(state.others))
        # Before an order and a limit, which come last.
        return replace(draft, more=f"{sentence[0].upper()}{sentence[1:]} {draft.more}".strip())
    query = limited(query, state.only)
    if ref not in {*query.refs()}:
        return draft  # the lines are beside what is counted
    return planned(ctx, replace(draft, query=query), state.only)


def _named(others: Sequence[str]) -> str:
    """The other states by their names, "approved or rejected", where these are few: beside pending change orders "that
    are not pending" says the opposite."""
    own = others[1:]
    return listed(own, "or") if 0 < len(own) <= NAMED_STATES else others[0]


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
    stems = {other.rpartition(" ")[2][:STEM] for other in state.others if not other.startswith("not ")}
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


@cache
def _file() -> File:
    return read_yaml_file(Path(__file__).with_name("named_states.yaml")).check(File)
