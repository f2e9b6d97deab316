"""States of rows as conditions: "open invoices", "leave out void ones", without a word of the column."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from vgpt2.catalog.model import Table
from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Filter, Ref
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import flag_values
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
    only: Forms
    without: Forms


@dataclass(slots=True, frozen=True)
class State:
    """What rows are whose flag is set (`word`), or is not; `yes` and `no` are the flag's values as literals."""

    ref: Ref
    word: str
    yes: str
    no: str


def states_of(ctx: Context, table: Table) -> Iterator[State]:
    """The states that the flags of a table tell, each word once."""
    known = {state.column.name: state.word.removeprefix("not ") for state in book_of(ctx).parts(table).states}
    seen = set()
    for column in ctx.roles(table).codes:
        values = flag_values(column)
        # Where a flag may be missing, "not void" has two readings.
        if values is None or column.nullable:
            continue
        word = known.get(column.name) or _adjective(ctx.plain_columns(table).get(column.name, ""))
        if word and word not in seen:
            seen.add(word)
            yield State(Ref(table.qualified, column.name), word, *values)


def with_state(ctx: Context, draft: Draft, table: Table, rng: random.Random) -> Draft:
    """The draft with a condition on a state of its first table, as people say it; as it is where the table has none
    that the query does not use, or no words of its own."""
    used = {ref.rpartition(".")[2] for ref in draft.query.columns()}
    noun = ctx.called(table)
    # Nobody says "approved unapproved invoices".
    found = [state for state in states_of(ctx, table) if state.ref.column not in used and state.word not in noun]
    if not noun or not found:
        return draft
    state, is_so = rng.choice(found), rng.random() < 0.5
    word = state.word if is_so else f"not {state.word}"
    condition = Filter(state.ref, f"{{0}} = {state.yes if is_so else state.no}", word)
    draft = replace(draft, query=replace(draft.query, where=(*draft.query.where, condition)))
    standing = state.word.startswith("on ")  # "on hold" does not stand before what it says
    if draft.phrases.get("table") == noun and rng.random() < BEFORE:
        before = f"{noun} {word}" if standing else f"{word} {noun}"
        return replace(draft, phrases=draft.phrases | {"table": before if is_so else f"{noun} that are {word}"})
    forms = _file().only if is_so else _file().without
    several = bool(draft.query.joins or draft.query.group)
    sentence = rng.choice(forms.standing if standing else forms.named if several else forms.ones)
    sentence = sentence.format(state.word, noun)
    return replace(draft, more=f"{draft.more} {sentence[0].upper()}{sentence[1:]}".strip())


def _adjective(words: str) -> str:
    word = re.sub(r" flag$", "", words)
    file = _file()
    return word if re.search(file.adjectives, word) and not re.search(file.no_states, word) else ""


@cache
def _file() -> File:
    return read_yaml_file(Path(__file__).with_name("states.yaml")).check(File)
