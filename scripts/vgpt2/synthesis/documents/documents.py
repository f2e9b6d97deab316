"""Questions that documents answer: procedures, functions, views, triggers, forms, texts, report and expert queries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from vgpt2.catalog.lookup import find_column
from vgpt2.catalog.model import Document, Routine, Table, Trigger
from vgpt2.records.facts import Fact, without_marks
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents import mined
from vgpt2.synthesis.documents.schema_questions import long_description, make
from vgpt2.synthesis.documents.stated_query import company_asked, lower_first, one_line, query_example
from vgpt2.synthesis.documents.titles import unmet
from vgpt2.synthesis.documents.unsaid import unsaid_conditions, voids_counted
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.questions import listed

# Longer lists are no answer to a question.
MOST_PARAMETERS = 8
MOST_READS = 6
T = TypeVar("T")
UNGUESSED = re.compile(r"'[^']*\d{3}")
PARAMETER = re.compile(r"(?<![\w@])@\w+")
LITERAL = re.compile(r"'(?:[^']|'')*'|(?<![\w.@])\d+(?:\.\d+)?")


def _routine_purpose(ctx: Context, item: Routine, number: int) -> Example | None:
    text = long_description(item.description)
    if not text:
        return None
    phrases = {"kind": item.kind, "name": item.name}
    facts = (Fact("exists", item.name), Fact("describes", item.name, text))
    return make(
        ctx, "document", "routine_purpose", number, phrases, f"{item.name}: {text}.", facts=facts, module=item.module
    )


def _routine_parameters(ctx: Context, item: Routine, number: int) -> Example | None:
    names = [parameter.name for parameter in item.parameters]
    if not 0 < len(names) <= MOST_PARAMETERS:
        return None
    phrases = {"kind": item.kind, "name": item.name}
    facts = (Fact("exists", item.name), Fact("parameters", item.name, ", ".join(names)))
    given = [parameter.name for parameter in item.parameters if not parameter.output]
    returned = [parameter.name for parameter in item.parameters if parameter.output]
    answer = f"{item.name} takes {', '.join(given)}." if given else ""
    if returned:
        # An OUTPUT parameter is passed as well: a variable that takes the value.
        only = "only " if not given else ""
        one = "a variable" if len(returned) == 1 else "a variable each"
        said = f"{item.name} takes {only}" if only else "It gives back "
        answer = f"{answer} {said}{listed(returned)} as OUTPUT: pass {one}.".strip()
    return make(ctx, "document", "routine_parameters", number, phrases, answer, facts=facts, module=item.module)


def _view_purpose(ctx: Context, item: Table, number: int) -> Example | None:
    text = long_description(item.description)
    if not text:
        return None
    name = ctx.catalog.sql_name(item)
    facts = (Fact("exists", name), Fact("describes", name, text))
    return make(
        ctx, "document", "view_purpose", number, {"name": name}, f"{name}: {text}.", (item.qualified,), facts=facts
    )


def _view_reads(ctx: Context, item: Table, number: int) -> Example | None:
    read = [ctx.catalog.by_qualified[name] for name in item.reads if name in ctx.catalog.by_qualified]
    if not 0 < len(read) <= MOST_READS or len(read) != len(item.reads):
        return None
    name = ctx.catalog.sql_name(item)
    tables = ", ".join(ctx.catalog.sql_name(table) for table in read)
    facts = (Fact("exists", name), Fact("reads", name, tables))
    answer = f"{name} reads {tables}."
    objects = (item.qualified, *(table.qualified for table in read))
    return make(ctx, "document", "view_reads", number, {"name": name}, answer, (item.qualified,), objects, facts)


def _trigger_event(ctx: Context, item: Trigger, number: int) -> Example | None:
    table = ctx.catalog.by_qualified.get(item.table)
    if not table or not item.events:
        return None
    name = ctx.catalog.sql_name(table)
    facts = (Fact("exists", item.name), Fact("event", item.name, ", ".join(item.events)), Fact("exists", name))
    answer = f"{item.name} fires on {' and '.join(item.events)} of {name}."
    objects = (table.qualified,)
    return make(
        ctx, "document", "trigger_event", number, {"name": item.name}, answer, (), objects, facts, module=item.module
    )


def _trigger_purpose(ctx: Context, item: Trigger, number: int) -> Example | None:
    text = long_description(item.description)
    if not text:
        return None
    facts = (Fact("exists", item.name), Fact("describes", item.name, text))
    answer = f"{item.name}: {text}."
    return make(
        ctx, "document", "trigger_purpose", number, {"name": item.name}, answer, facts=facts, module=item.module
    )


def _form_fields(ctx: Context) -> Iterator[tuple[dict[str, str], str, tuple[str, ...], tuple[str, ...]]]:
    """Fields with one column only: the same caption on one form must not stand for two."""
    meant: dict[tuple[str, str], set[str]] = {}
    for field in ctx.catalog.form_fields:
        meant.setdefault((field.form, field.description), set()).add(field.column)
    for field in ctx.catalog.form_fields:
        if not field.column or not field.description or len(meant[field.form, field.description]) > 1:
            continue
        found = find_column(ctx.catalog, field.column)
        if "." in field.column and found is None:
            continue
        tables = (found[0].qualified,) if found else ()
        objects = (*tables, f"{found[0].qualified}.{found[1].name}") if found else ()
        phrases = {"form": field.form, "field": field.description}
        yield phrases, field.column, tables, objects


def first_paragraph(text: str, most: int = 45, most_steps: int = 120) -> str:
    """The first paragraph of a Markdown text without headings and marks, cut after a sentence; '' if none is short.

    Numbered steps stay whole, up to `most_steps` words: the first of them are no account of the way to the last.
    """
    for block in re.split(r"\n\s*\n", text):
        if block.lstrip().startswith(("#", "|", "```", "-", "*", ">")) or not block.strip():
            continue
        plain = " ".join(without_marks(block).split())
        if plain.startswith("1. "):
            return plain if len(plain.split()) <= most_steps else ""
        said = ""
        for sentence in re.split(r"(?<=[^\d\s]\.)\s", plain):
            if len(f"{said} {sentence}".split()) > most:
                break
            said = f"{said} {sentence}".strip()
        return said
    return ""


def _topic(ctx: Context, item: Document, number: int) -> Example | None:
    text = first_paragraph(item.text)
    if not text or not item.title:
        return None
    facts = (Fact("describes", item.title, text),)
    phrases = {"title": lower_first(item.title)}
    return make(ctx, "document", "topic", number, phrases, text, facts=facts, module=item.module)


def _query(ctx: Context, item: Document, number: int) -> Example | None:
    """A report or expert query whose SQL proves out, with its stated purpose as the question."""
    from sqlglot import exp

    from vgpt2.tsql.check.check import check

    sql = one_line(item.sql)
    title = item.title.strip().rstrip(".?")
    if not sql or not title:
        return None
    # What nobody could guess: dates, accounts, numbers of documents. Codes of one letter or digit are known.
    values = [part.strip("'") for part in dict.fromkeys(LITERAL.findall(sql)) if UNGUESSED.match(part)]
    unsaid = [value for value in values if value not in title]
    verdict = check(sql, ctx.catalog)
    if not verdict.clean or unmet(ctx, item.title, verdict.tables, sql):
        return None
    conditions = unsaid_conditions(ctx, verdict, title)
    unsaid = [value for value in unsaid if not any(value in said for said in conditions)]
    if conditions:
        title += f", where {listed(conditions)}"
    if voids := voids_counted(ctx, verdict, title):
        title += f", {voids}"
    if unsaid:
        title += f", with the value{'s' if len(unsaid) > 1 else ''} {listed(unsaid)}"
    asked = [name for name in dict.fromkeys(PARAMETER.findall(sql)) if name not in title]
    if asked:
        title += f", with the parameter{'s' if len(asked) > 1 else ''} {listed(asked)}"
    columns = [item.alias_or_name for item in verdict.tree.expressions] if isinstance(verdict.tree, exp.Select) else []
    literals = LITERAL.findall(sql)
    if ctx.side == "exam" and (
        not columns or "@" in sql or len(literals) > (1 if company_asked(ctx.catalog, verdict.tables, sql) else 0)
    ):
        # An exam question must say all that its answer depends on; a purpose alone does not.
        return None
    intent = "report_query" if item.kind == "report_query" else "expert_query"
    shown = columns if ctx.side == "exam" or number % 2 else ()
    return query_example(
        ctx, intent, number, title, sql, verdict, shown=shown, wordings="expert_query", source=item.source
    )


def _mixed(ctx: Context, items: Iterable[T], label: str) -> list[T]:
    shuffled = list(items)
    ctx.rng("documents", label).shuffle(shuffled)
    return shuffled


INTENTS = (
    "expert_query", "routine_purpose", "trigger_event", "form_field", "view_purpose", "topic", "routine_parameters",
    "trigger_purpose", "view_reads", *mined.INTENTS,
)  # fmt: skip


def document_examples(ctx: Context, intent: str, dropped: Counter[str] | None = None) -> Iterator[Example]:
    """All examples of one document intent; `dropped` counts the mined queries that were not kept."""
    catalog = ctx.catalog
    views = [table for table in catalog.tables if table.kind == "view" and not table.base_table]
    queries = [item for item in catalog.documents if item.kind in ("report_query", "expert_query") and item.sql]
    texts = [item for item in catalog.documents if item.kind not in ("report_query", "expert_query")]
    # A name that two schemas have says of neither what it does.
    names = Counter(item.name for item in catalog.routines)
    routines = [item for item in catalog.routines if names[item.name] == 1]
    makers: dict[str, Callable[[], Iterator[Example]]] = {
        "form_field": lambda: _fields(ctx),
        "view_query": lambda: mined.mined_examples(ctx, intent, _mixed(ctx, views, intent), dropped),
        "routine_query": lambda: mined.mined_examples(ctx, intent, _mixed(ctx, catalog.routines, intent), dropped),
        "expert_query": lambda: _each(ctx, intent, _query, queries),
        "routine_purpose": lambda: _each(ctx, intent, _routine_purpose, routines),
        "routine_parameters": lambda: _each(ctx, intent, _routine_parameters, routines),
        "view_purpose": lambda: _each(ctx, intent, _view_purpose, views),
        "view_reads": lambda: _each(ctx, intent, _view_reads, views),
        "trigger_event": lambda: _each(ctx, intent, _trigger_event, catalog.triggers),
        "trigger_purpose": lambda: _each(ctx, intent, _trigger_purpose, catalog.triggers),
        "topic": lambda: _each(ctx, intent, _topic, texts),
    }
    yield from makers[intent]()


def _each(
    ctx: Context, intent: str, build: Callable[[Context, T, int], Example | None], items: Iterable[T]
) -> Iterator[Example]:
    """The examples that can be made of these items, in any order; the wordings rotate."""
    number = 0
    for item in _mixed(ctx, items, intent):
        example = build(ctx, item, number)
        if example:
            number += 1
            yield example


def _fields(ctx: Context) -> Iterator[Example]:
    for number, (phrases, column, tables, objects) in enumerate(_mixed(ctx, _form_fields(ctx), "form_field")):
        shows = Fact("shows", f"{phrases['form']}/{phrases['field']}", column)
        facts = (Fact("exists", column), shows) if tables else (shows,)
        answer = f"The field '{phrases['field']}' on form {phrases['form']} shows the column {column}."
        yield make(ctx, "document", "form_field", number, phrases, answer, tables, objects, facts)
