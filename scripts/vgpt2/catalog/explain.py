"""All that is known of one object, and where it comes from, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.catalog.lookup import find_table, programs
from vgpt2.catalog.meaning.kinds import Word
from vgpt2.catalog.meaning.words import words_of_column, words_of_table, words_of_value
from vgpt2.catalog.model import Catalog, Column, Routine, Table, Trigger
from vgpt2.errors import UserError, did_you_mean


def explain(catalog: Catalog, name: str) -> list[str]:
    """Lines about every table, view, procedure, function, trigger and sequence of this name (with or without schema).

    Raises:
        UserError: nothing is called so; the nearest name is given.
    """
    found = find_table(catalog, name)
    lines = list(_table(catalog, found)) if found else []
    for program in programs(catalog, name):
        lines += [""] * bool(lines) + list(_program(program))
    for sequence in catalog.sequences:
        if name in (sequence.name, sequence.qualified):
            lines += [f"sequence {sequence.qualified} {sequence.type}", f"  from {sequence.source}"]
    if not lines:
        known = [
            *(table.name for table in catalog.tables),
            *(routine.name for routine in catalog.routines),
            *(trigger.name for trigger in catalog.triggers),
        ]
        raise UserError(f"--explain {name}: nothing is called so{did_you_mean(name, known)}")
    return lines


def _table(catalog: Catalog, table: Table) -> Iterator[str]:
    module = catalog.database.modules.get(table.module, table.module)
    yield f"{table.kind} {table.qualified}" + (f"  (module {module})" if module else "")
    yield f"  from {table.source or 'its view of the same columns'}"
    yield from _described(table.description, table.description_source)
    yield from _called(words_of_table(catalog, table), "  ")
    if table.base_table:
        yield f"  shows {table.base_table} {'in part (a WHERE)' if table.filtered else 'as it is'}"
    if table.reads:
        yield f"  reads {', '.join(table.reads)}"
    yield f"  used by {table.uses} views, programs and reports; weight {table.weight:g}"
    yield f"  columns ({len(table.columns)})"
    width = max((len(column.name) for column in table.columns), default=0)
    for column in table.columns:
        yield f"    {column.name:<{width}}  {_column(column)}"
        yield from _called(words_of_column(catalog, table, column), "      ")
        for value in catalog.said_values(table, column.name):
            yield from _called(words_of_value(catalog, table, column, value), f"      {value} ")
    for key in table.keys:
        chosen = "  <- business key" if key.columns == table.key else ""
        yield f"  key ({key.origin.replace('_', ' ')}) {', '.join(key.columns)}  {key.name}{chosen}"
    for index in table.indexes:
        yield f"  index {', '.join(index.columns)}  {index.name}"
    for check in table.checks:
        yield f"  check {check}"
    for foreign in catalog.foreign_keys:
        if {table.qualified, table.base_table} & {foreign.table, foreign.referenced_table}:
            off = "  (disabled)" if foreign.disabled else ""
            yield (
                f"  foreign key {foreign.table} ({', '.join(foreign.columns)}) -> "
                f"{foreign.referenced_table} ({', '.join(foreign.referenced_columns)})  {foreign.name}{off}"
            )
    for join in catalog.joins_of(table.qualified):
        pairs = " AND ".join(f"{a} = {b}" for a, b in zip(join.left_columns, join.right_columns, strict=True))
        origin = join.origin.replace("_", " ")
        yield f"  join {join.left} with {join.right} on {pairs}  ({origin}, seen {join.support}x, {join.uses}x in code)"
    used = [view.qualified for view in catalog.tables if table.qualified in view.reads]
    used += [routine.qualified for routine in catalog.routines if table.qualified in routine.reads]
    if used:
        yield f"  read by {', '.join(used)}"
    written = [routine.qualified for routine in catalog.routines if table.qualified in routine.writes]
    if written:
        yield f"  written by {', '.join(written)}"
    for trigger in catalog.triggers:
        if trigger.table in (table.qualified, table.base_table):
            yield f"  trigger {trigger.qualified} on {', '.join(trigger.events)}"
    for field in catalog.form_fields:
        if field.table == table.qualified:
            yield f"  form {field.form}, {field.tab or 'no tab'}: '{field.description}' shows {field.column}"


def _called(words: list[Word], indent: str) -> Iterator[str]:
    """What a thing is called, by whom; what a name alone can be read as only where nothing else is known, and what
    the lines above say already is left out."""
    for word in words:
        said = word.source if word.kind == "word_hint" else f"{word.kind.replace('_', ' ')}, {word.source}"
        if word.kind not in ("description", "name"):
            yield f"{indent}called {word.text}  [{said}]"


def _column(column: Column) -> str:
    parts = [column.type or "type not known"]
    if column.base_type and column.base_type != column.type:
        parts.append(f"= {column.base_type}")
    parts += ["null" if column.nullable else "not null"]
    if column.identity:
        parts.append("identity")
    if column.computed:
        parts.append(f"computed {column.computed}")
    if column.default:
        parts.append(f"default {column.default}")
    if column.values:
        parts.append(f"one of {'/'.join(column.values)}")
    if column.description:
        parts.append(f"-- {column.description} [{column.description_source}]")
    return "  ".join(parts)


def _program(program: Routine | Trigger) -> Iterator[str]:
    if isinstance(program, Trigger):
        yield f"trigger {program.qualified} on {program.table} for {', '.join(program.events)}"
        yield f"  from {program.source}"
        yield from _described(program.description, program.source)
        return
    yield f"{program.kind} {program.qualified}"
    yield f"  from {program.source}"
    yield from _described(program.description, program.description_source)
    for parameter in program.parameters:
        output = "  output" if parameter.output else ""
        said = f"  -- {parameter.description}" if parameter.description else ""
        yield f"  {parameter.name} {parameter.type}{output}{said}"
    if program.reads:
        yield f"  reads {', '.join(program.reads)}"
    if program.writes:
        yield f"  writes {', '.join(program.writes)}"


def _described(text: str, source: str) -> Iterator[str]:
    if text:
        yield f"  {' '.join(text.split())}  [{source}]"
