"""What "open" means where two columns of a table say so (not finalized, or with an amount still outstanding), and words
that two values of one column share: closed, softly or for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.shared_words import word_lists
from vgpt2.catalog.words import text_words
from vgpt2.records.facts import Fact
from vgpt2.synthesis.ambiguous.texts import asks
from vgpt2.synthesis.column_roles import TEXT, base_word
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.negatives.answers import fact_name
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import State


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
    """The two meanings of open; None where it has one, or more than two, or a flag that is called so. A flag and the
    day of the same thing are one."""
    found: list[State] = []
    for state in book_of(ctx).parts(table).open:
        # What has an end is not open until then: a product that is still sold.
        if state.word == "not ended":
            return None
        if not any(_same(ctx, state, other) for other in found):
            found.append(state)
    said = ctx.plain_columns(table)
    if len(found) != 2 or any(state.word == "open" for state in found):
        return None
    if any(state.template == "{0} <> 0" and state.column.name not in said for state in found):
        return None
    first, second = (_said(ctx, table, state, said.get(state.column.name, "")) for state in found)
    return first, second


def _of_values(ctx: Context, table: Table, column: Column) -> Iterator[tuple[str, tuple[StateOf, StateOf]]]:
    """States in which what two values of a column are called ends, and no third one: soft closed and hard closed."""
    meanings = ctx.catalog.said_values(table, column.name)
    said = {value: [text for text, _, _ in words] for value, words in meanings.items()}
    # A column that is called so says it alone.
    every = [text for texts in said.values() for text in texts]
    every += [word for text in ctx.plain_columns(table).values() for word in text.split()]
    owners: dict[str, list[str]] = defaultdict(list)
    for value, texts in said.items():
        words = texts[0].split()
        for start in range(1, len(words)):
            owners[" ".join(words[start:])].append(value)
    for word, values in sorted(owners.items()):
        others = [set(text_words(text)) for value, texts in said.items() if value not in values for text in texts]
        alone = word not in every and not any(set(text_words(word)) <= other for other in others)
        # Used and no longer used are no two meanings of used.
        denied = {value: set(said[value][0].split()) & {*word_lists().turning} for value in values}
        plain = all(bool(denied[value]) == bool(denied[values[0]]) for value in values)
        if len(values) == 2 and alone and plain and _is_state(word):
            first, second = (_value(ctx, table, column, value, said[value][0]) for value in values)
            yield word, (first, second)


def _is_state(word: str) -> bool:
    """Whether a word says how rows are: closed, and not account."""
    return word in asks().stating or word.endswith(("ed", "en"))


def _value(ctx: Context, table: Table, column: Column, value: str, said: str) -> StateOf:
    number = base_word(column) not in TEXT and value.lstrip("-").isdigit()
    condition = f"= {value if number else literal(value)}"
    fact = Fact("means", fact_name(ctx, table, column.name), f"= {value}: {said}")
    return StateOf(column, f"{{0}} {condition}", said, f"{column.name} {condition}", fact, before=f"{said} ")


def _same(ctx: Context, one: State, other: State) -> bool:
    """Whether two states are said by one word, or by columns of one stem."""
    if one.word == other.word:
        return True
    stems = [{word[:6] for word in text_words(name_words(s.column.name, ctx.catalog.database))} for s in (one, other)]
    return bool(stems[0] & stems[1])


def _said(ctx: Context, table: Table, state: State, column: str) -> StateOf:
    fact = Fact("exists", fact_name(ctx, table, state.column.name))
    if state.template == "{0} <> 0":
        left = f"with {column} left"
        return StateOf(state.column, state.template, left, state.column.name, fact, behind=f" {left}")
    return StateOf(state.column, state.template, state.word, state.column.name, fact, before=f"{state.word} ")
