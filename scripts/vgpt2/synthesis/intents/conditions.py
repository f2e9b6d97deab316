"""One value of a column as people ask for it: active vendors, not finalized, customers with primary contact 9."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.column_roles import is_flag
from vgpt2.synthesis.intents.roles_said import as_what, role
from vgpt2.synthesis.intents.states import is_so, of_value
from vgpt2.synthesis.literals import spoken
from vgpt2.synthesis.plain.nouns import singular, thing
from vgpt2.synthesis.query import Filter
from vgpt2.synthesis.questions import Speech

# What a column of a reference is called behind what it refers to: primary contact person ID.
_ID = re.compile(r"(?i) id$")
Made = tuple[Filter, str]


def wanted(say: Speech, table: Table, column: Column) -> Made | None:
    """A condition that a column has one value, as `Speech.equals`; None for a flag without words in a question that
    spells no name: nobody says that a flag is 1."""
    made = say.equals(table, column)
    if not made or not say.plain or not say.ctx.called(table):
        return made
    word = of_value(say.ctx, table, column, _value(made[0]))
    if word:
        return replace(made[0], means=word), made[1]
    return None if is_flag(column) else made


def rows_of(say: Speech, table: Table, column: Column, made: Made) -> dict[str, str]:
    """The phrases of a table whose rows fulfil a condition: the rows named after it and nothing left to say, or the
    table and the condition."""
    word = _word(say, table, column, made)
    if word:
        return {"table": is_so(say.ctx.called(table), word), "where": ""}
    return {"table": say.table(table), "where": made[1]}


def with_value(say: Speech, table: Table, column: Column, made: Made) -> str:
    """Rows that fulfil it, in a question without names: active vendors, subcontracts with hold code 'HO1010'."""
    noun = say.ctx.called(table) or say.short(table)
    word = _word(say, table, column, made)
    if word:
        return is_so(noun, word)
    return f"{noun} with {_said(say, table, column, made)}"


def it_is(say: Speech, start: Table, end: Table, pairs: tuple[tuple[str, str], ...], column: Column, made: Made) -> str:
    """The condition of what a row refers to: `the vendor is active`, `the job has status 3`; with names `JobStatus is 3
    in JCJM`."""
    if not say.plain or not say.ctx.called(end):
        return f"{made[1]} in {say.short(end)}"
    word, noun = _word(say, end, column, made), role(say, start, end, pairs)
    return f"the {noun} is {word}" if word else f"the {noun} has {_said(say, end, column, made)}"


def that_are_of(say: Speech, start: Table, end: Table, pairs: tuple[tuple[str, str], ...], those: str) -> str:
    """Behind rows that refer to `those`: `for active vendors`; `whose contact is one of the ...` where their role is
    another, `that are single employees` where each row is one of them."""
    if start.key and set(start.key) <= {near for near, _ in pairs}:
        return f"that are {those}"
    said = role(say, start, end, pairs)
    plain = as_what(say, start, end, pairs) == say.short(start) or said == singular(say.short(end))
    return f"for {those}" if plain else f"whose {said} is one of the {those}"


def values_said(say: Speech, table: Table, code: Column, values: Sequence[Any]) -> tuple[str, list[str]]:
    """A code and several of its values before which it stands, as the question says them: by what each means in a plain
    one, if each means something; of internal and external the kinds."""
    meant = [say.ctx.meant(table, code, value) for value in values] if say.plain else []
    said, name = meant if all(meant) and meant else [spoken(value) for value in values], say.column(table, code.name)
    if any(" and " in value for value in said):
        said = [f"'{value}'" for value in said]
    told = all(meant) and bool(meant) and name == code.name  # who does the work: outside or inside, and no InHseFlag
    return "kind" if told or {*text_words(" ".join(said))} >= {*text_words(name)} else name, said


def _said(say: Speech, table: Table, column: Column, made: Made) -> str:
    """`hold code 'HO1010'`, `primary contact 9`; of a contract `status 2`, for its contract status."""
    if made[1].startswith("there is "):
        return made[1].removeprefix("there is ")
    name = say.column(table, column.name)
    value = re.sub(r"^(?:is|=|equals) ", "", made[1].removeprefix(f"{name} "))
    noun = say.short(table)
    words = thing(name) if _ID.search(name) else name.removeprefix(f"{singular(noun)} ")
    return f"{words} {value}"


def _word(say: Speech, table: Table, column: Column, made: Made) -> str:
    if not say.plain or not say.ctx.called(table):
        return ""
    word = of_value(say.ctx, table, column, _value(made[0]))
    # Nobody says "approved unapproved invoices".
    return "" if word in say.ctx.called(table) else word


def _value(condition: Filter) -> str:
    return condition.template.removeprefix("{0} = ").replace("{{", "{").replace("}}", "}")
