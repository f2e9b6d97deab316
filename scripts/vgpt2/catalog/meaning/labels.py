"""Labels of a program's own SELECTs that read one table: `SELECT Name AS [Customer Name] FROM ARCM`.

Queries of several tables are read as trees (`results`); of these a procedure has many more, and tokens are enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.catalog.meaning.program import Finding, Program, Sources, column_at
from vgpt2.catalog.meaning.results import said_name
from vgpt2.sqltext.scan import Token, comma_parts

_HEAD = frozenset(("DISTINCT", "ALL"))


def mine(program: Program) -> Iterator[Finding]:
    """The labels that its SELECTs of one table give to columns."""
    if program.kind == "view":
        return
    for statement in program.statements:
        if statement[0].upper != "SELECT" or not any(token.upper == "FROM" for token in statement):
            continue
        labelled = [found for item in _items(statement) if (found := _labelled(item))]
        sources = Sources(statement) if labelled else None
        if sources is None or len(sources.tables) != 1:
            continue
        for owner, name, label in labelled:
            if text := said_name(label.value):
                yield ["result", "result_name", program.line(label.start), text, sources.of(owner), name]


def _items(statement: list[Token]) -> list[list[Token]]:
    """What the first SELECT of a statement gives."""
    depth, end = 0, 1
    while end < len(statement) and not (depth == 0 and statement[end].upper in ("FROM", "INTO")):
        depth += (statement[end].text == "(") - (statement[end].text == ")")
        end += 1
    start = 1
    while start < end and statement[start].upper in _HEAD:
        start += 1
    return comma_parts(statement[start:end])


def _labelled(item: list[Token]) -> tuple[str, str, Token] | None:
    """Qualifier and name of a column, and its label: `a.Name AS [Label]`, `Name 'Label'`, `[Label] = a.Name`."""
    if len(item) > 2 and item[1].text == "=" and item[0].text[:1] not in "@#":
        owner, name, after = column_at(item, 2)
        return (owner, name, item[0]) if name and after == len(item) else None
    owner, name, after = column_at(item, 0)
    if not name:
        return None
    after += after < len(item) and item[after].upper == "AS"
    if after == len(item) - 1 and item[after].kind in ("word", "name", "string"):
        return owner, name, item[after]
    return None
