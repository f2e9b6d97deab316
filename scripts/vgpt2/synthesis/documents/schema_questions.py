"""Questions about the schema: keys, columns, types, modules, joins, what exists; short answers with their facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest

from vgpt2.catalog.business_words import contradicts, short_phrase
from vgpt2.catalog.lookup import join_between, join_text
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import is_title
from vgpt2.files import digest
from vgpt2.records.facts import Fact
from vgpt2.synthesis.columns import internal_columns
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.values import values_meant
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.plain.saying import terse
from vgpt2.synthesis.streams import with_words
from vgpt2.synthesis.weak_joins import other_ways
from vgpt2.synthesis.wordings import text_wordings

# What a description says of a column's part in the table alone.
KEY_ONLY = re.compile(r"(?:primary|foreign) key(?: column)?", re.IGNORECASE)
# A table with more columns than this has no question for all of them: the answer would be a list.
FEW_COLUMNS = 8
# The values of a column with more are not listed.
MOST_VALUES = 10
# Two tables that are joined in more ways beside the best one are asked about by none.
MOST_WAYS = 2

Draft = tuple[dict[str, str], str, tuple[str, ...], tuple[str, ...], tuple[Fact, ...]]


def make(
    ctx: Context,
    kind: str,
    intent: str,
    number: int,
    phrases: dict[str, str],
    answer: str,
    tables: tuple[str, ...] = (),
    objects: tuple[str, ...] = (),
    facts: tuple[Fact, ...] = (),
    wordings: str = "",
    module: str = "",
    queries: bool = False,
) -> Example:
    """An example of a text intent; `number` rotates the wordings of this side, or those of the intent `wordings`.

    Its module is that of the first table where none is given. `queries`: it asks for a query, and no fact.
    """
    texts = text_wordings()[wordings or intent].of(ctx.side)
    place, template = texts[number % len(texts)]
    question, family = template.format(**phrases), digest([intent, sorted(phrases.items())])
    if not terse(template.rstrip("?")):
        question = with_words(ctx, question, ctx.rng("chatty", family), fact=not queries)
    return Example(
        kind=kind,
        intent=intent,
        question=question,
        answer=answer,
        family=family,
        wording=f"{intent}/{place}",
        tables=tables,
        objects=objects or tables,
        facts=facts,
        module=module or (ctx.table(tables[0]).module if tables else ""),
    )


_VALUE = re.compile(r"\s*'?\w{1,8}'? = \S")


def short_description(text: str, most: int = 25) -> str:
    """The first sentence of a description, without its full stop, and what goes on a list of values that it begins
    ("0 = there. 1 = not there."); '' where that is longer than so many words."""
    parts = text.strip().split("\n")[0].split(". ")
    count = 1
    while count < len(parts) and _VALUE.match(parts[count]) and _VALUE.search(parts[count - 1]):
        count += 1
    sentence = ". ".join(parts[:count]).strip().rstrip(".")
    return sentence if 0 < len(sentence.split()) <= most else ""


def long_description(text: str, most: int = 60, sentences: int = 3) -> str:
    """What a description says, up to three sentences of its first paragraph, without the last full stop; '' where not
    even the first is short enough."""
    said = short_description(text)
    paragraph = text.strip().split("\n")[0].strip().rstrip(".")
    parts = paragraph.split(". ")
    for count in range(min(sentences, len(parts)), 1, -1):
        longer = ". ".join(parts[:count])
        if len(longer.split()) <= most:
            return longer if said else ""
    return said


def _table_key(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    if table.key:
        key = ", ".join(table.key)
        objects = (table.qualified, *(f"{table.qualified}.{column}" for column in table.key))
        yield {"table": name}, f"{name} has the key {key}.", (table.qualified,), objects, (Fact("key", name, key),)


def _table_columns(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    if len(table.columns) <= FEW_COLUMNS and not any("." in column.name for column in table.columns):
        columns = ", ".join(column.name for column in table.columns)
        objects = (table.qualified, *(f"{table.qualified}.{column.name}" for column in table.columns))
        fact = Fact("columns", name, columns)
        yield {"table": name}, f"{name} has the columns {columns}.", (table.qualified,), objects, (fact,)


def _table_module(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    title = ctx.catalog.database.modules.get(table.module, "")
    # Where the schema is the module the name says it ("Sales.Orders"), and there is nothing to ask.
    if table.module not in ("", table.schema):
        said = f"{title} ({table.module})" if title else table.module
        answer = f"{name} belongs to the module {said}."
        yield {"table": name}, answer, (table.qualified,), (), (Fact("module", name, table.module),)


def _table_schema(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    """Of a table that is called by its bare name, where no other one is."""
    if "." in name and len(ctx.catalog.by_name.get(table.name, ())) == 1:
        answer = f"{table.name} is in the schema {table.schema}: {name}."
        yield {"table": table.name}, answer, (table.qualified,), (), (Fact("exists", name),)


def _table_meaning(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    text = short_description(table.description)
    if text:
        yield {"table": name}, f"{name}: {text}.", (table.qualified,), (), (Fact("describes", name, text),)


def _table_exists(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    text = short_description(table.description, 12)
    # A view that shows one table as it is stands for it.
    what = ", as a view" if table.kind == "view" and not table.base_table else ""
    answer = f"{name} exists{what}: {text}." if text else f"{name} exists{what}."
    yield {"table": name}, answer, (table.qualified,), (), (Fact("exists", name),)


def _table_for(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
    words = short_phrase(table.description, 6)
    if words and table in ctx.catalog.queryable and ctx.phrase_count(words) == 1:
        fact = Fact("describes", name, words)
        # Nobody asks where the customer lookup table is stored.
        titled = is_title(words)
        asked = words if titled else ctx.called(table)
        if asked:
            answer = f"{name} holds {words}." if titled else f"{name}: {words}."
            yield {"words": asked}, answer, (table.qualified,), (), (fact,)


def _columns(intent: str) -> Callable[[Context, Table, str], Iterator[Draft]]:
    def drafts(ctx: Context, table: Table, name: str) -> Iterator[Draft]:
        internal = internal_columns(ctx.catalog.database)
        for column in table.columns:
            if column.name.lower() in internal or "." in column.name:
                continue
            made = _column_answer(intent, name, column)
            if made and not (intent == "column_meaning" and contradicts(column, ctx.catalog.database)):
                answer, facts = _with_values(ctx, table, name, column, intent, made[0])
                objects = (table.qualified, f"{table.qualified}.{column.name}")
                phrases = {"table": name, "column": column.name}
                yield phrases, answer, (table.qualified,), objects, (made[1], *facts)

    return drafts


def _with_values(
    ctx: Context, table: Table, name: str, column: Column, intent: str, answer: str
) -> tuple[str, tuple[Fact, ...]]:
    """An answer about a column with what its values mean, which is what a status means; and what proves that."""
    if intent not in ("column_values", "column_meaning") or not 1 < len(column.values) <= MOST_VALUES:
        return answer, ()
    meant = values_meant(ctx, table, name, column)
    if meant is None or (intent == "column_meaning" and any(fact.claim == "describes" for fact in meant[1])):
        return answer, ()
    return (f"{answer} {meant[0]}", meant[1]) if intent == "column_meaning" else meant


def _column_answer(intent: str, name: str, column: Column) -> tuple[str, Fact] | None:
    subject = f"{name}.{column.name}"
    if intent == "column_exists":
        return f"{column.name} is in {name}.", Fact("exists", subject)
    if intent == "column_type" and column.type:
        base = f" ({column.base_type})" if column.base_type not in ("", column.type) else ""
        return f"{column.name} is in {name}, with the type {column.type}{base}.", Fact("type", subject, column.type)
    if intent == "column_meaning":
        text = short_description(column.description)
        if KEY_ONLY.fullmatch(text):
            text = long_description(column.description)
            text = "" if KEY_ONLY.fullmatch(text) else text
        return (f"{subject}: {text}.", Fact("describes", subject, text)) if text else None
    if intent == "column_values" and 1 < len(column.values) <= MOST_VALUES:
        values = ", ".join(column.values)
        return f"{subject} may be {values}.", Fact("values", subject, values)
    return None


BUILDERS: dict[str, Callable[[Context, Table, str], Iterator[Draft]]] = {
    "table_key": _table_key,
    "column_exists": _columns("column_exists"),
    "table_columns": _table_columns,
    "table_exists": _table_exists,
    "table_module": _table_module,
    "table_schema": _table_schema,
    "column_values": _columns("column_values"),
    "table_meaning": _table_meaning,
    "table_for": _table_for,
    "column_type": _columns("column_type"),
    "column_meaning": _columns("column_meaning"),
}
INTENTS = (*BUILDERS, "table_joins")


def schema_examples(ctx: Context, intent: str) -> Iterator[Example]:
    """All examples of one schema intent: one of each table in turn, so that tables come round before columns do."""
    if intent == "table_joins":
        yield from _joins(ctx)
        return
    build = BUILDERS[intent]
    of_tables: list[list[Draft]] = []
    for table in ctx.asked(ctx.catalog.queryable, intent):
        drafts = list(build(ctx, table, ctx.catalog.sql_name(table)))
        ctx.rng("schema", intent, table.qualified).shuffle(drafts)
        of_tables.append(drafts)
    in_rounds = (draft for one_each in zip_longest(*of_tables) for draft in one_each if draft)
    for number, (phrases, answer, tables, objects, facts) in enumerate(in_rounds):
        yield make(ctx, "schema", intent, number, phrases, answer, tables, objects, facts)


def _joins(ctx: Context) -> Iterator[Example]:
    seen: set[frozenset[str]] = set()
    number = 0
    for join in ctx.joins("table_joins"):
        pair = frozenset((join.left, join.right))
        if pair in seen:
            continue
        seen.add(pair)
        left, right = ctx.table(join.left), ctx.table(join.right)
        if ctx.rng("schema", "table_joins", number).random() < 0.5:
            left, right = right, left
        best = join_between(ctx.catalog, left, right)
        if best is None:
            continue
        names = ctx.catalog.sql_name(left), ctx.catalog.sql_name(right)
        text, others = join_text(best), other_ways(ctx.catalog, left, right, best)
        objects = (
            left.qualified,
            right.qualified,
            *(f"{left.qualified}.{column}" for column in best.left_columns),
            *(f"{right.qualified}.{column}" for column in best.right_columns),
        )
        if len(others) > MOST_WAYS:
            continue
        yield make(
            ctx,
            "schema",
            "table_joins",
            number,
            {"left": names[0], "right": names[1]},
            f"{names[0]} and {names[1]} join on {', or on '.join((text, *others))}.",
            (left.qualified, right.qualified),
            objects,
            tuple(Fact("joins", "+".join(names), way) for way in (text, *others)),
        )
        number += 1
