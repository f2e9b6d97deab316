"""Result names: `APTH.InvDate AS [Invoice Date]` in a view, a procedure or a report says what InvDate is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.meaning.found import Found
from vgpt2.catalog.meaning.phrases import clean, letters, stands_for
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.shapes import ScopeShape, Shape
from vgpt2.catalog.words import stem

Sighting = tuple[Table, Column, str, str]  # what is shown, as what, by which object


def add_results(found: Found, shapes: dict[str, Shape | None]) -> None:
    """Add the names under which queries give columns out.

    A name that is no longer form of the column's own is believed where two objects agree on it and none says other.
    """
    others: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    things: dict[tuple[str, str], tuple[Table, Column]] = {}
    for sql, source in _queries(found):
        shape = shapes.get(sql)
        for scope in shape["scopes"] if shape else ():
            for table, column, text, once in _named(found, scope):
                if stands_for(column.name, text) or (once and with_its_table(table, column, text)):
                    found.add((table, column), text, "result_name", source)
                elif once and not _in_role(column, text):
                    key = (table.base_table or table.qualified, column.name)
                    things[key] = (table, column)
                    others[key][text].add(source)
    for key, texts in sorted(others.items()):
        if len(texts) == 1:
            text, sources = next(iter(texts.items()))
            if len(sources) > 1:
                found.add(things[key], text, "result_name", min(sources))


def _queries(found: Found) -> Iterator[tuple[str, str]]:
    """Every query with the object that it stands in."""
    for table in found.catalog.tables:
        if table.kind == "view" and table.sql:
            yield table.sql, table.qualified
    for routine in found.catalog.routines:
        for sql in routine.queries:
            yield sql, routine.qualified
    for document in found.catalog.documents:
        if document.sql:
            yield document.sql, document.source or document.name


def _named(found: Found, scope: ScopeShape) -> Iterator[tuple[Table, Column, str, bool]]:
    """Columns that a SELECT gives out under another name, as it is said; and whether their table is read once, so
    that no role is in the name."""
    sources = {
        alias.lower(): found.catalog.find(what[2], what[1]) for alias, what, _ in scope["sources"] if what[0] == "t"
    }
    alone = len(sources) == 1 == len(scope["sources"])
    for name, value in scope["items"]:
        if not isinstance(value, list) or value[0] != "c" or not name or name == value[2]:
            continue
        table = sources.get(value[1].lower()) if value[1] else next(iter(sources.values())) if alone else None
        column = found.column(table, value[2]) if table else None
        text = said_name(name)
        if table and column and text and (" " in name or letters(text) != letters(column.name)):
            yield table, column, text, sum(other is table for other in sources.values()) == 1


def said_name(name: str) -> str:
    """A result's name as it is said: `[Invoice Date]` and `InvoiceDate` as "invoice date"; '' for a single word."""
    if " " in name.strip():
        return clean(name)
    parts = split_name(name)
    if len(parts) < 2 or any(part.isdigit() for part in parts):
        return ""
    return " ".join(part if part.isupper() and 1 < len(part) <= 4 else part.lower() for part in parts)


def _in_role(column: Column, text: str) -> bool:
    """Manager first name of FirstName: another's, whom the query came from."""
    words = text.split()
    return any(stands_for(column.name, " ".join(words[at:])) for at in range(1, len(words)))


def with_its_table(table: Table, column: Column, text: str) -> bool:
    """Customer name of the column Name of Customers: the table's own word or key, then the column's name."""
    words = text.split()
    for at in range(1, len(words)):
        if stands_for(column.name, " ".join(words[at:])):
            head = letters(" ".join(words[:at]))
            names = [table.name, *table.key[-1:]]
            return any(head in (stem(letters(name)), letters(name), letters(name).removesuffix("id")) for name in names)
    return False
