"""What a chat shows, as plain text: a table, a query's tables and joins, rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vgpt2.catalog.lookup import join_between, join_text
from vgpt2.catalog.model import Catalog, Table
from vgpt2.serving.about_sql import AboutSql
from vgpt2.serving.made_up import MadeUpRows

if TYPE_CHECKING:
    from vgpt2.catalog.retrieval import Retriever

# What the guard says of an answer's SQL, and the colour for it.
GUARD: dict[str, tuple[str, str | None]] = {
    "valid": ("valid: it is T-SQL, and every table and column in it exists", "green"),
    "invalid": ("invalid: do not run it", "red"),
    "outside": ("outside: it reads another database, another server or the server's own tables", "red"),
    "unknown": ("unknown: it could not be followed to its end", "yellow"),
    "unsure": ("not sure: too few answers agree; what you say next is read with this one", "yellow"),
    "asks": ("a question back; what you say next is read with it", "cyan"),
    "none": ("no SQL in this answer", None),
}
# Joins of a table that are shown, and letters of a value.
MOST_JOINS, WIDEST = 12, 30


def left_out(count: int) -> str:
    """That an answer was made without earlier questions of the conversation."""
    return f"{count} earlier question{'s were' if count > 1 else ' was'} not read with this one"


def described(catalog: Catalog, retriever: Retriever, name: str) -> str:
    """A table with its joins, in whatever case and brackets its name is given; the nearest ones where there is none."""
    schema, _, bare = name.replace("[", "").replace("]", "").rpartition(".")
    in_any_case = (table for table in catalog.queryable if table.name.lower() == bare.lower())
    if table := catalog.find(bare, schema) or next(in_any_case, None):
        return "\n".join((table_as_text(catalog, table), *joins_of_table(catalog, table)))
    names = {catalog.sql_name(table).lower(): catalog.sql_name(table) for table in catalog.queryable}
    near = [names[found] for found in difflib.get_close_matches(name.lower(), names, 3)]
    near = near or [catalog.sql_name(catalog.by_qualified[found]) for found in retriever.retrieve(name, 3)]
    return f"  there is no table {name}" + (f"; near are {', '.join(near)}" if near else "")


def table_as_text(catalog: Catalog, table: Table) -> str:
    """A table with a line a column: name, type, key, what it means, the values that it takes."""
    head = f"{catalog.sql_name(table)} ({table.kind})"
    lines = [f"{head}: {' '.join(table.description.split())}" if table.description else head]
    width = max((len(column.name) for column in table.columns), default=0)
    kinds = max((len(column.base_type) for column in table.columns), default=0)
    for column in table.columns:
        said = [" ".join(column.description.split()), f"one of {', '.join(column.values)}" if column.values else ""]
        key = "key" if column.name in table.key else "   "
        line = f"  {column.name:<{width}}  {column.base_type:<{kinds}}  {key}  {'; '.join(filter(None, said))}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def joins_of_table(catalog: Catalog, table: Table) -> Iterator[str]:
    """A line for each table that it is joined to, those that reports join most first."""
    joins = catalog.joins_of(table.qualified)
    used: dict[str, int] = {}
    for join in joins:
        other = join.right if join.left == table.qualified else join.left
        used[other] = max(used.get(other, 0), join.uses)
    others = sorted(used, key=lambda name: (-used[name], name))
    for name in others[:MOST_JOINS]:
        other_table = catalog.by_qualified[name]
        if best := join_between(catalog, table, other_table):
            yield f"  joins {catalog.sql_name(other_table)} on {join_text(best)}"
    if len(others) > MOST_JOINS:
        yield f"  and {len(others) - MOST_JOINS} more"


def uses_as_text(looked: AboutSql) -> str:
    """The tables and joins of a query, a line each."""
    lines = []
    for table in looked.tables:
        about = f" ({table.description.rstrip('.')})" if table.description else ""
        lines.append(f"  {table.name}{about}: {', '.join(table.columns) or 'no column of it'}")
    for join in looked.joins:
        lines.append(f"  {join.first} - {join.second} on {join.on}{', also without a match' if join.left else ''}")
    return "\n".join(lines) or "  it reads no table"


def rows_as_text(found: MadeUpRows) -> str:
    """Rows as columns of text, with what is left out."""
    lines = ["  made-up rows, none of them from your database:"]
    if found.columns:
        cells = [[name or "(no name)" for name in found.columns]]
        cells += [["NULL" if value is None else value for value in row] for row in found.rows]
        shown = [[" ".join(cell.split())[:WIDEST] for cell in row] for row in cells]
        widths = [max(len(row[place]) for row in shown) for place in range(len(found.columns))]
        shown.insert(1, ["-" * width for width in widths])
        lines += ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in shown]
    if found.note or not found.columns:
        lines.append(f"  {found.note}")
    return "\n".join(lines)
