"""What "open" means where two columns of a table say so: not finalized, or with an amount still outstanding."""

from __future__ import annotations

from dataclasses import dataclass

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import State


@dataclass(slots=True, frozen=True)
class OpenState:
    """One meaning of open: `said` as it is asked back; `before` and `behind` are put around the rows that are so."""

    column: Column
    template: str
    word: str
    said: str
    before: str = ""
    behind: str = ""


def states_of(ctx: Context, table: Table) -> tuple[OpenState, OpenState] | None:
    """The two meanings of open of a table; None where it has one, or more than two. A flag and the day of the same
    thing are one meaning."""
    found: list[State] = []
    for state in book_of(ctx).parts(table).open:
        if not any(_same(ctx, state, other) for other in found):
            found.append(state)
    said = ctx.plain_columns(table)
    if len(found) != 2 or any(state.template == "{0} <> 0" and state.column.name not in said for state in found):
        return None
    first, second = (_said(state, said.get(state.column.name, "")) for state in found)
    return first, second


def _same(ctx: Context, one: State, other: State) -> bool:
    """Whether two states are said by one word, or by columns of one stem."""
    if one.word == other.word:
        return True
    stems = [{word[:6] for word in text_words(name_words(s.column.name, ctx.catalog.database))} for s in (one, other)]
    return bool(stems[0] & stems[1])


def _said(state: State, column: str) -> OpenState:
    if state.template == "{0} <> 0":
        left = f"with {column} left"
        return OpenState(state.column, state.template, state.word, left, behind=f" {left}")
    return OpenState(state.column, state.template, state.word, state.word, before=f"{state.word} ")
