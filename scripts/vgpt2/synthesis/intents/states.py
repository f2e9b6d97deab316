"""States of rows as conditions: "open invoices", "single employees", "leave out void ones", without the column."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.states.columns import flag_values
from vgpt2.catalog.words import text_words
from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.synthesis.column_roles import WHOLE, base_word
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.plain.nouns import singular
from vgpt2.synthesis.query import Filter, Ref
from vgpt2.synthesis.roles.book import book_of
from vgpt2.yaml_file import read_yaml_file

# Of the conditions, so many stand before the noun ("open invoices"), the others in a sentence of their own.
BEFORE = 0.5
Sentences = Annotated[list[Text], Field(min_length=1)]


class Forms(Strict):
    """How a question goes on."""

    ones: Sentences
    named: Sentences
    standing: Sentences


class File(Strict):
    """The file."""

    adjectives: Pattern
    no_states: Pattern
    says_how: Pattern
    of_rows: Pattern
    only: Forms
    without: Forms


@dataclass(slots=True, frozen=True)
class State:
    """What rows are whose flag is set (`word`), or is not; `yes` and `no` are the flag's values as literals. `other`:
    what those of `no` are called, where they have a word of their own."""

    ref: Ref
    word: str
    yes: str
    no: str
    other: str = ""


def states_of(ctx: Context, table: Table) -> Iterator[State]:
    """The states that the flags of a table tell, and codes of two values with a word each; each word once, and none
    that a value of another column is called too."""
    known = {state.column.name: state.word.removeprefix("not ") for state in book_of(ctx).parts(table).states}
    seen = set()
    for column in ctx.roles(table).codes:
        # Where a flag may be missing, "not void" has two readings.
        if column.nullable:
            continue
        # What the values are called goes before what the flag is: finished goods are salable, and not complete.
        word, other, values = _of_two(ctx, table, column)
        if not word and (values := flag_values(column)):
            word = known.get(column.name) or adjective(ctx.plain_columns(table).get(column.name, ""))
        if word and values and word not in seen and not said_of_other(ctx, table, column, word):
            seen.add(word)
            yield State(Ref(table.qualified, column.name), word, *values, other)


def of_value(ctx: Context, table: Table, column: Column, value: str) -> str:
    """What a row is whose column has a value (a literal): active, not finalized, single; '' where no word says it."""
    for state in states_of(ctx, table):
        if state.ref.column == column.name and value in (state.yes, state.no):
            return state.word if value == state.yes else state.other or f"not {state.word}"
    word = _tidy(ctx, table, ctx.meant(table, column, value.strip("'"))) if _is_of_row(ctx, table, column) else ""
    return "" if said_of_other(ctx, table, column, word) else word


def said_of_other(ctx: Context, table: Table, column: Column, word: str) -> bool:
    """Whether a value of another column of the table is called by this word: on hold by a flag, and as a status."""
    said = ctx.catalog.said_values
    others = [other for other in table.columns if other.name != column.name]
    if flag_values(column) is None:
        flags = book_of(ctx).parts(table).states
        if any(state.column.name != column.name and state.word.removeprefix("not ") == word for state in flags):
            return True
    # How a payment of the row is made is no state of the row.
    of_row = [values for other in others if (values := said(table, other.name)) and _is_of_row(ctx, table, other)]
    return any(text.lower() == word for values in of_row for texts in values.values() for text, *_ in texts)


def _is_of_row(ctx: Context, table: Table, column: Column) -> bool:
    """Whether a code says how its row is, and not how something of it is: the status of an order's order, a sex; and
    not the status of an employee's direct deposit, nor the type of what a code stands for."""
    if flag_values(column):
        return True
    noun = ctx.called(table) or name_words(table.name, ctx.catalog.database)
    said = (ctx.plain_columns(table).get(column.name) or name_words(column.name, ctx.catalog.database)).lower()
    if re.search(r"\bcodes?$", noun.lower()):
        return False
    meant = [text for texts in ctx.catalog.said_values(table, column.name).values() for text, *_ in texts]
    known = {*text_words(" ".join((noun, ctx.table_words(table), *meant))), "or"}
    rest = {word for word in text_words(said) if not re.search(_file().says_how, word)}
    return rest <= known or bool(re.search(_file().of_rows, said))


def is_so(noun: str, word: str) -> str:
    """Rows that are so: `active vendors`, `tickets on hold`, `invoices that are not finalized`, `pending change orders
    that are approved`."""
    if word.startswith("not ") or adjective(noun.partition(" ")[0].lower()):
        return f"{noun} that are {word}"
    return f"{noun} {word}" if word.startswith(("on ", "in ")) else f"{word} {noun}"


def _of_two(ctx: Context, table: Table, column: Column) -> tuple[str, str, tuple[str, str] | None]:
    """The words of a column's two values, and these as literals: single and married; those of a flag of which only
    one has a word; internal and external, where the column is called so."""
    values = ("1", "0") if base_word(column) == "bit" else tuple(column.values)
    if len(values) != 2:
        return "", "", None
    own = _is_of_row(ctx, table, column)
    first, second = (_tidy(ctx, table, ctx.meant(table, column, value)) if own else "" for value in values)
    either = ctx.plain_columns(table).get(column.name, "").lower().split(" or ")
    if not (first or second) and len(either) == 2 and all(map(adjective, either)):
        # A value is the first letter of its word.
        letters = {word[0].upper(): word for word in either}
        first, second = (letters.get(value.upper(), "") for value in values)
    number = base_word(column) in WHOLE or base_word(column) == "bit"
    yes, no = (value if number else literal(value) for value in values)
    if first and second:
        return first, second, (yes, no)
    flag = flag_values(column)
    return (first, "", flag) if first and flag else ("", "", None)


def _tidy(ctx: Context, table: Table, meaning: str) -> str:
    """What a value is called, if it says how a row is: salable, of "product is salable"."""
    if not meaning:
        return ""
    noun = singular(ctx.called(table) or name_words(table.name, ctx.catalog.database)).rpartition(" ")[2].lower()
    return adjective(re.sub(rf"^(?:the )?{re.escape(noun)} (?:is |was )?", "", meaning.lower()))


def with_state(ctx: Context, draft: Draft, table: Table, rng: random.Random) -> Draft:
    """The draft with a condition on a state of its first table, as people say it; as it is where the table has none
    that the query does not use, or no words of its own."""
    used = {ref.rpartition(".")[2] for ref in draft.query.columns()}
    noun = ctx.called(table)
    # Nobody says "approved unapproved invoices".
    found = [state for state in states_of(ctx, table) if state.ref.column not in used and state.word not in noun]
    if not noun or not found:
        return draft
    state, so = rng.choice(found), rng.random() < 0.5
    value = state.yes if so else state.no
    if state.other:
        state, so = replace(state, word=state.word if so else state.other), True
    word = state.word if so else f"not {state.word}"
    condition = Filter(state.ref, f"{{0}} = {value}", word)
    draft = replace(draft, query=replace(draft.query, where=(*draft.query.where, condition)))
    standing = state.word.startswith("on ")  # "on hold" does not stand before what it says
    if draft.phrases.get("table") == noun and rng.random() < BEFORE:
        return replace(draft, phrases=draft.phrases | {"table": is_so(noun, word)})
    forms = _file().only if so else _file().without
    # "Approved pending change orders" says two things at once.
    several = bool(draft.query.joins or draft.query.group) and not adjective(noun.partition(" ")[0].lower())
    sentence = rng.choice(forms.standing if standing else forms.named if several else forms.ones)
    sentence = sentence.format(state.word, noun)
    return replace(draft, more=f"{draft.more} {sentence[0].upper()}{sentence[1:]}".strip())


def adjective(words: str) -> str:
    """Words that say how a row is (active, on hold, unapproved), without "flag"; '' where they say none."""
    word = re.sub(r" flag$", "", words)
    file = _file()
    return word if re.search(file.adjectives, word) and not re.search(file.no_states, word) else ""


@cache
def _file() -> File:
    return read_yaml_file(Path(__file__).with_name("states.yaml")).check(File)
