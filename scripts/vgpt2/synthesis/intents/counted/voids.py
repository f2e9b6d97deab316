"""Rows that were taken back, void tickets and cancelled orders: a question that adds rows up says if they count."""

from __future__ import annotations

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
from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.states import is_so
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.query import Call, Filter, JoinOn, Query, Ref
from vgpt2.synthesis.roles.words import role_words
from vgpt2.yaml_file import read_yaml_file

# What is said of several rows at once: a total, a count, which of them is the most.
OVER_ROWS = re.compile(r"\b(?:SUM|AVG|COUNT|MIN|MAX|RANK|DENSE_RANK)\(")
# Of the questions, so many say it in the name of the rows ("tickets that are not void"), and so many want all rows.
NAMED, ALL = 0.5, 0.08
# What the conditions of a list are called whose rows somebody goes after: none of them that was taken back.
CHASED = frozenset(("late", "due soon"))
Sentences = dict[Text, Annotated[list[Text], Field(min_length=1)]]


class File(Strict):
    """The file."""

    undone: dict[Text, Pattern]
    out: Sentences
    too: Sentences
    out_lines: Sentences
    too_lines: Sentences


@dataclass(slots=True, frozen=True)
class Undone:
    """The flag or status of rows that were taken back, its word, and the condition of the others."""

    ref: Ref
    word: str
    condition: Filter


def is_undone(word: str) -> bool:
    """Whether a word says that rows were taken back."""
    return any(re.fullmatch(known, word) for known in _file().undone.values())


class _UndoneOf(dict[str, tuple[Table, Undone | None]]):
    """By qualified name, with the table that it was found of: each draft asks for it."""


def undone_of(ctx: Context, table: Table) -> Undone | None:
    """What says of a table's rows that they were taken back, a flag or a status; None where nothing does."""
    known = ctx.catalog.derived.get(_UndoneOf, _UndoneOf)
    kept = known.get(table.qualified)
    if kept is None or kept[0] is not table:
        kept = known[table.qualified] = table, _undone_of(ctx, table)
    return kept[1]


def _undone_of(ctx: Context, table: Table) -> Undone | None:
    for column in table.columns:
        values = flag_values(column)
        if not values:
            continue
        name = name_words(column.name, ctx.catalog.database).lower()
        word = next((word for word, known in _file().undone.items() if re.search(known, name)), "")
        # Whether a user may void is a rule, and no state of a row.
        if not word or re.search(r"\b(?:allow\w*|can|may|reason|permit\w*)\b", name):
            continue
        ref = Ref(table.qualified, column.name)
        if column.nullable:
            return Undone(ref, word, Filter(ref, f"({{0}} <> {values[0]} OR {{0}} IS NULL)"))
        return Undone(ref, word, Filter(ref, f"{{0}} = {values[1]}", f"not {word}"))
    return next((found for column in table.columns if (found := _by_status(ctx, table, column))), None)


def _by_status(ctx: Context, table: Table, column: Column) -> Undone | None:
    """The same where no flag but a status says it: one of its values is called so."""
    if not role_words().status.found(name_words(column.name, ctx.catalog.database).lower()):
        return None
    for value, texts in ctx.catalog.said_values(table, column.name).items():
        said = texts[0][0].lower() if texts else ""
        word = next((word for word, known in _file().undone.items() if re.fullmatch(rf"(?:{known})", said)), "")
        if word:
            ref, number = Ref(table.qualified, column.name), value.isdigit() and "char" not in column.base_type
            other = f"{{0}} <> {value if number else literal(value)}"
            if may_be_empty(column):
                return Undone(ref, said, Filter(ref, f"({other} OR {{0}} IS NULL)"))
            return Undone(ref, said, Filter(ref, other, f"not {said}"))
    return None


def with_voids(ctx: Context, draft: Draft) -> Draft:
    """The draft where it says whether rows that were taken back count, of every table whose rows it adds up, counts or
    ranks, and of the documents whose lines these are; as it is where it says so already, or there are none such."""
    owners = dict.fromkeys(name for part in draft.query.parts() for name in _counted(ctx, part))
    told = _told_by_lines(ctx, draft.query, [*owners])
    for name in owners:
        table = ctx.catalog.by_qualified.get(name)
        undone = undone_of(ctx, table) if table else None
        if table and undone and name not in told and undone.ref not in {*draft.query.refs()}:
            draft = _said(ctx, draft, table, undone)
        elif table and not undone:
            for document, join in documents_of(ctx, table):
                taken_back = undone_of(ctx, document)
                if taken_back and document.qualified not in draft.query.tables():
                    draft = _said(ctx, draft, document, taken_back, join)
    return draft


def _told_by_lines(ctx: Context, query: Query, owners: list[str]) -> set[str]:
    """The documents that are read beside lines which say themselves that they were taken back: the trips of a work
    order."""
    tables = [table for name in owners if (table := ctx.catalog.by_qualified.get(name)) and undone_of(ctx, table)]
    documents = {document.qualified for table in tables for document, _ in documents_of(ctx, table)}
    return documents - {query.table}


def documents_of(ctx: Context, table: Table) -> Iterator[tuple[Table, JoinOn]]:
    """The documents whose lines a table holds, and how a query gets there: the invoices paid by a payment."""
    for join in ctx.catalog.joins_of(table.qualified):
        own = join.left == join.many_side == table.qualified
        if own and join.left_columns == table.key[: len(join.left_columns)] != table.key:
            pairs = zip(join.left_columns, join.right_columns, strict=True)
            refs = tuple((Ref(join.left, near), Ref(join.right, far)) for near, far in pairs)
            yield ctx.table(join.right), JoinOn(join.right, refs)


def _counted(ctx: Context, part: Query) -> Iterator[str]:
    """The tables whose rows one SELECT speaks of as a whole."""
    calls = part.calls()
    calls = [call for call in calls if OVER_ROWS.search(call.template)]
    for key, down in part.order if part.top else ():
        # The largest ones.
        table = ctx.catalog.by_qualified.get(key.table) if isinstance(key, Ref) and down else None
        if isinstance(key, Ref) and table and key.column in {column.name for column in ctx.roles(table).measures}:
            calls.append(Call("{0}", (key,)))
    if calls or any(isinstance(condition, Filter) and condition.means in CHASED for condition in part.where):
        yield part.table
        yield from (join.table for join in part.joins if join.kind == "JOIN" and not join.query)
        yield from (ref.table for call in calls for ref in call.refs)


def _said(ctx: Context, draft: Draft, table: Table, undone: Undone, document: JoinOn | None = None) -> Draft:
    """The draft with the condition, or with a word on it.

    Args:
        document: joins `table` to its lines, which the query reads.
    """
    query = joined(draft.query, document) if document else draft.query
    if document and query == draft.query:
        return draft  # the lines are beside what is counted
    rng = ctx.rng("voids", draft.action, *draft.phrases.values())
    noun = ctx.called(table)
    rows = noun or f"rows of {ctx.catalog.sql_name(table)}"
    # Nobody adds up what was taken back; it may be counted.
    if rng.random() < ALL and not adds_up(query):
        forms = _file().too_lines if document else _file().too
        return _more(draft, rng.choice(forms[ctx.side]).format(undone.word, rows))
    draft = replace(draft, query=limited(query, undone.condition))
    if noun and draft.phrases.get("table") == noun and draft.query.table == table.qualified and rng.random() < NAMED:
        return replace(draft, phrases=draft.phrases | {"table": is_so(noun, f"not {undone.word}")})
    forms = _file().out_lines if document else _file().out
    return _more(draft, rng.choice(forms[ctx.side]).format(undone.word, rows))


def adds_up(query: Query) -> bool:
    """Whether a query adds up or ranks amounts; counting rows alone is none."""
    calls = [call for part in query.parts() for call in part.calls()]
    return any("COUNT(" not in call.template and OVER_ROWS.search(call.template) for call in calls) or bool(query.top)


def _more(draft: Draft, sentence: str) -> Draft:
    # Before an order and a limit, which come last.
    return replace(draft, more=f"{sentence[0].upper()}{sentence[1:]} {draft.more}".strip())


def joined(query: Query, document: JoinOn) -> Query:
    """A query with the document of the lines in every SELECT that reads these first."""
    lines = document.pairs[0][0].table
    query = query.with_inner(lambda inner: joined(inner, document))
    return replace(query, joins=(document, *query.joins)) if query.table == lines else query


def limited(query: Query, only: Filter) -> Query:
    """A query with a further condition in every SELECT that reads the condition's table: where the rows of another one
    must not go, in the join."""
    query = query.with_inner(lambda inner: limited(inner, only))
    name = only.ref.table
    outer = any(join.table == name and join.kind != "JOIN" for join in query.joins)
    if outer and query.table != name:
        joins = tuple(replace(join, on=(*join.on, only)) if join.table == name else join for join in query.joins)
        return replace(query, joins=joins)
    read = query.table == name or any(join.table == name for join in query.joins)
    return replace(query, where=(*query.where, only)) if read else query


@cache
def _file() -> File:
    return read_yaml_file(Path(__file__).with_name("voids.yaml")).check(File)
