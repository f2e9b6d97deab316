"""What "open" means where two columns of a table say so (not finalized, or with an amount still outstanding), and words
that two values of one column share: closed, softly or for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.columns import State
from vgpt2.catalog.states.meanings import LEFT, condition_of, state_said, two_open, two_values
from vgpt2.records.facts import Fact
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import fact_name
from vgpt2.synthesis.roles.book import book_of


@dataclass(slots=True, frozen=True)
class StateOf:
    """One meaning of a word: `template` is its condition; `said` as it is asked back, `name` as the database has it;
    `before` and `behind` are put around the rows that are so; `fact` bears it out."""

    column: Column
    template: str
    said: str
    name: str
    fact: Fact
    before: str = ""
    behind: str = ""


@dataclass(slots=True, frozen=True)
class TwoStates:
    """A word of which the rows of a table have two meanings."""

    table: Table
    word: str
    states: tuple[StateOf, StateOf]


def states_of(ctx: Context, table: Table) -> Iterator[TwoStates]:
    """What has two meanings: open, and words of values."""
    if found := _open(ctx, table):
        yield TwoStates(table, "open", found)
    for column in table.columns:
        for word, pair in _of_values(ctx, table, column):
            yield TwoStates(table, word, pair)


def _open(ctx: Context, table: Table) -> tuple[StateOf, StateOf] | None:
    """The two meanings of open; None where it has one, or more than two."""
    said = ctx.plain_columns(table)
    found = two_open(ctx.catalog, said, book_of(ctx).parts(table).open)
    if found is None:
        return None
    first, second = (_said(ctx, table, state, said) for state in found)
    return first, second


def _of_values(ctx: Context, table: Table, column: Column) -> Iterator[tuple[str, tuple[StateOf, StateOf]]]:
    """States that two values of a column share."""
    for word, values in two_values(ctx.catalog, table, column, ctx.plain_columns(table)):
        first, second = (_value(ctx, table, column, value, said) for value, said in values)
        yield word, (first, second)


def _value(ctx: Context, table: Table, column: Column, value: str, said: str) -> StateOf:
    condition = condition_of(column, value)
    fact = Fact("means", fact_name(ctx, table, column.name), f"= {value}: {said}")
    template = "{0} " + condition.replace("{", "{{").replace("}", "}}")
    return StateOf(column, template, said, f"{column.name} {condition}", fact, before=f"{said} ")


def _said(ctx: Context, table: Table, state: State, columns: dict[str, str]) -> StateOf:
    fact = Fact("exists", fact_name(ctx, table, state.column.name))
    said = state_said(state, columns)
    if state.template == LEFT:
        return StateOf(state.column, state.template, said, state.column.name, fact, behind=f" {said}")
    return StateOf(state.column, state.template, said, state.column.name, fact, before=f"{said} ")
