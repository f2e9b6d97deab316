"""Kinds of rows that are called like what only they refer to: of sales to a customer, to a job and of stock only the
first have a customer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from vgpt2.catalog.business_words import name_words, split_name
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Table
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.plain.nouns import thing
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.companies import company_beside

_VALUE = re.compile(r"\{(?P<place>\d)\} (?P<not><>|=) (?:'(?P<text>[^']*)'|(?P<number>-?\d+))")


class _Owners(dict[str, dict[str, dict[str, str]]]):
    """By table and code the columns that only rows of one value have, with that value."""


def owned_by(ctx: Context, table: Table) -> Mapping[str, Mapping[str, str]]:
    """By the name of a code: column to the value of the code whose rows alone have it (customer number of sales that
    are called customer); codes of which no value is called like a column are not there."""
    kept = ctx.catalog.derived.get(_Owners, _Owners)
    if table.qualified not in kept:
        database, things = ctx.catalog.database, defaultdict(list)
        rows = {*text_words(ctx.table_words(table))}
        for column in table.columns:
            words = text_words(thing(name_words(column.name, database).lower()))
            # What each row has, it has whatever its kind is: the equipment of equipment revenue.
            if not column.values and may_be_empty(column) and not {*words} <= rows:
                things[" ".join(words)].append(column.name)
        found = {}
        for code in table.columns:
            said = ctx.catalog.said_values(table, code.name) if code.values else {}
            meant = {value: " ".join(text_words(words[0][0])) for value, words in said.items() if words}
            own = {name: value for value, text in meant.items() for name in things.get(text, ()) if name != code.name}
            parts = {part: value for name, value in own.items() for part in _part_of(ctx, table, name)}
            own = {name: value for name, value in parts.items() if name != code.name} | own
            if own and len(meant) > 1:
                found[code.name] = own
        kept[table.qualified] = found
    return kept[table.qualified]


def _part_of(ctx: Context, table: Table, name: str) -> Iterator[str]:
    """The columns of a table that name a part of what one of its columns refers to, its phase or its cost type: by the
    letters of the company that both are of, or called like what tells the parts of that."""
    company = company_beside(ctx, table, name)
    ends = [link.end for link in book_of(ctx).links(table) if link.pairs[-1][0] == name]
    parts = set()
    for other in ctx.catalog.tables:
        if ends and other.key[: len(ends[0].key)] == ends[0].key:
            keys = (other.column(key) for key in other.key[len(ends[0].key) :])
            parts |= {key.name for key in keys if key and not is_month(ctx.catalog.database, key)}
    letters = company.removesuffix("Co")
    for column in table.columns:
        if column.name != name and column.name not in ctx.catalog.company_names and may_be_empty(column):
            of_company = letters and any(part.startswith(letters) for part in split_name(column.name))
            if of_company or any(column.name.endswith(part) and len(part) > len("Item") for part in parts):
                yield column.name


def is_told_apart(ctx: Context, table: Table, code: str, names: set[str]) -> bool:
    """Whether only one value of a code has some of these columns."""
    return bool(names & {*owned_by(ctx, table).get(code, {})})


def reads_what_others_have(ctx: Context, part: Query, read: list[Ref]) -> bool:
    """Whether one SELECT reads of rows of one kind, or has columns for rows of kinds, what only rows of another have.

    Args:
        read: all columns that it reads itself.
    """
    conditions = [(part.ref,) for part in part.where if isinstance(part, Filter)]
    texts = [part.template for part in part.where if isinstance(part, Filter)]
    calls = [item.value for item in part.items if isinstance(item.value, Call)]
    for refs, template in (*zip(conditions, texts, strict=True), *((call.refs, call.template) for call in calls)):
        for found in _VALUE.finditer(template):
            if found["not"] == "<>" or int(found["place"]) >= len(refs):
                continue
            code, value = refs[int(found["place"])], found["text"] or found["number"]
            table = ctx.catalog.by_qualified.get(code.table)
            own = owned_by(ctx, table).get(code.column, {}) if table else {}
            if any(ref.table == code.table and own.get(ref.column, value) != value for ref in read):
                return True
    return False
