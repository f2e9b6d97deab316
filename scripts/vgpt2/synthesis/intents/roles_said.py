"""How a question says as what one table refers to another: the salesperson of an order, which is a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.plain.nouns import of_thing, singular, thing
from vgpt2.synthesis.questions import Speech, listed
from vgpt2.synthesis.roles.words import role_words

Pairs = Sequence[tuple[str, str]]
# What is so unless something else is said.
_UNLESS = re.compile(r"(?:usual|default|standard|home|normal|regular) ")


def _near(say: Speech, start: Table, pairs: Pairs) -> str:
    """The column that a reference is known by: its last one beside the company, where the other table calls it by
    another name or another column may mean the same; else ''."""
    own = say.ctx.roles(start).company
    left = [(a, b) for a, b in pairs if a != own]
    if not left:
        return ""
    near, far = left[-1]
    return near if near != far or also_refer(say.ctx.catalog, start, near, far) else ""


def also_refer(catalog: Catalog, start: Table, near: str, far: str) -> list[str]:
    """The columns of a table that refer to the same as `near`, though nobody declared it: beside the offset account
    `GLAcct` the cash account `CMGLAcct`. They have its type, and a name that ends with that of the key, `far`."""
    column = start.column(near)
    # Any number may be called an ID; a type that a database defines, or a name of two words, says of what it is.
    if column is None or is_month(catalog.database, column):
        return []
    if column.type == column.base_type and len(split_name(far)) < 2:
        return []
    elsewhere = {
        name
        for join in catalog.joins_of(start.qualified)
        for name in (join.left_columns if join.left == start.qualified else join.right_columns)
    }
    return [
        other.name
        for other in start.columns
        if other.name != near
        and other.name not in elsewhere
        and other.type == column.type
        and other.name.lower().endswith(far.lower())
    ]


def role(say: Speech, start: Table, end: Table, pairs: Pairs) -> str:
    """What the end of a reference is to its start, in a question without names: salesperson, else what it is."""
    near = _near(say, start, pairs)
    words = say.ctx.plain_columns(start).get(near, "") if near else ""
    return thing(words) if words else _usual(say, start, end, pairs) or singular(say.short(end))


def _usual(say: Speech, start: Table, end: Table, pairs: Pairs) -> str:
    """What a reference is called that says no more than what is meant where nothing else is said: an employee's usual
    job, a customer's default receivable type; '' of others."""
    words = thing(say.ctx.plain_columns(start).get(pairs[-1][0], "")) if say.plain else ""
    own = singular(say.short(end)).lower()
    return words if _UNLESS.match(words) and set(text_words(words)) & set(text_words(own)) else ""


def by_which(say: Speech, start: Table, end: Table, pairs: Pairs) -> str:
    """The same behind a name, in a question that spells names: ` by SalespersonPersonID`; '' where it is plain."""
    near = _near(say, start, pairs)
    return f" by {say.column(start, near)}" if near else ""


def as_what(say: Speech, start: Table, end: Table, pairs: Pairs) -> str:
    """The rows of `start` by what they are to those of `end`: `purchase orders as contact` of people."""
    noun, near = say.short(start), _near(say, start, pairs)
    if not near or not (_several(say, start, end, pairs) or role_words().persons.found(singular(say.short(end)))):
        return noun
    said = role(say, start, end, pairs)
    if not say.plain or near not in say.ctx.plain_columns(start):
        return f"{noun}{by_which(say, start, end, pairs)}"
    if set(text_words(said)) <= set(text_words(singular(say.short(end)))):
        # Of the currency from which and the one to which a rate is, no word but a small one says which.
        return f"{noun}{by_which(say, start, end, pairs)}" if _several(say, start, end, pairs) else noun
    return f"{noun} as {said}"


def _several(say: Speech, start: Table, end: Table, pairs: Pairs) -> bool:
    """Whether a table refers to another in several ways, of which `pairs` are one."""
    if also_refer(say.ctx.catalog, start, *pairs[-1]):
        return True
    ends = {start.qualified, end.qualified}
    ways = {
        tuple(join.left_columns if join.left == start.qualified else join.right_columns)
        for join in say.ctx.catalog.joins_of(start.qualified)
        if {join.left, join.right} == ends
    }
    return len(ways) > 1


def theirs(say: Speech, start: Table, end: Table, pairs: Pairs, columns: Sequence[str]) -> str:
    """Columns of the end of a reference: `vendor name`, `delivery city name`; with names `FullName of
    Application.People by SalespersonPersonID`."""
    words = [say.column(end, column) for column in columns]
    if say.plain and say.ctx.called(end):
        noun, own = role(say, start, end, pairs), singular(say.short(end))
        # The type of a GL account is, of the offset account, the offset account type.
        return listed([of_thing(text.removeprefix(f"{own} ") if noun != own else text, noun) for text in words])
    return f"{listed(words)} of {say.short(end)}{by_which(say, start, end, pairs)}"
