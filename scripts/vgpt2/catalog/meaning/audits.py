"""Audit trails: triggers that write what was changed, under the label that users know.

`SELECT 'bAPVM', ..., 'C', 'Sort Name', d.SortName, i.SortName FROM ...` says that SortName is the sort name;
`'Vendor: ' + CONVERT(varchar(6), i.Vendor)` that Vendor is the vendor; a literal that goes into a column for the
table's title is its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.meaning.lists import messages
from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Chain, Finding, Program, Sources, column_at
from vgpt2.sqltext.scan import Token, closing, comma_parts, dotted

_CHANGED = ("inserted", "deleted")
_TITLE = re.compile(r"table|title|object|entity|caption|screen|form", re.IGNORECASE)
_LABEL = re.compile(r"(?:^|[,;/(\[]|\s{2,}|\s-\s)\s*([A-Za-z][A-Za-z /&#'.]*?)\s*[:=#]\s*'?$")


def mine(program: Program) -> Iterator[Finding]:
    """Labels of columns and titles of tables in what a program writes."""
    for statement in program.statements:
        if not any(token.kind == "string" for token in statement):
            continue
        sources = None
        if statement[0].upper == "INSERT" and program.kind == "trigger":
            sources = Sources(statement)
            yield from _written(program, statement, sources)
        if any(token.kind == "string" and token.text.rstrip("'")[-2:].strip()[-1:] in ":=#" for token in statement):
            yield from _joined(program, statement, sources or Sources(statement))


def _written(program: Program, statement: list[Token], sources: Sources) -> Iterator[Finding]:
    """INSERT ... SELECT (or VALUES) of literals beside columns."""
    actions = messages().actions
    into = 2 if statement[1].upper == "INTO" else 1
    names, after = _columns(statement, into)
    items = _items(statement, after)
    for place, item in enumerate(items):
        if len(item) != 1 or item[0].kind != "string":
            continue
        line, text = program.line(item[0].start), clean(item[0].value)
        if not text or len(text) < 3 or text.lower() in actions:
            continue
        target = names[place] if place < len(names) else ""
        beside = [_columns_in(part, sources) for part in items[place + 1 : place + 3]]
        changed = {name for found in beside for chains, name in found if _is_changed(chains)}
        if beside and beside[0] and len(changed) == 1 and all(len(found) <= 1 for found in beside):
            yield ["column", "audit_trail", line, text, [[_CHANGED[0]]], changed.pop(), True]
        elif _TITLE.search(target) and " " in text:
            yield ["title", "audit_trail", line, text, []]


def _columns(statement: list[Token], at: int) -> tuple[list[str], int]:
    """The column list of an INSERT, and the index behind it."""
    _, after = dotted(statement, at)
    if after < len(statement) and statement[after].text == "(":
        end = closing(statement, after)
        return [part[0].value for part in comma_parts(statement[after + 1 : end])], end + 1
    return [], after


def _items(statement: list[Token], at: int) -> list[list[Token]]:
    """What the SELECT or VALUES behind `at` gives."""
    if at >= len(statement):
        return []
    if statement[at].upper == "VALUES" and at + 1 < len(statement):
        return comma_parts(statement[at + 2 : closing(statement, at + 1)])
    if statement[at].upper != "SELECT":
        return []
    depth, end = 0, at + 1
    while end < len(statement) and not (depth == 0 and statement[end].upper == "FROM"):
        depth += (statement[end].text == "(") - (statement[end].text == ")")
        end += 1
    return comma_parts(statement[at + 1 : end])


def _columns_in(tokens: list[Token], sources: Sources) -> list[tuple[list[Chain], str]]:
    """The qualified columns that an expression names, each once."""
    found: dict[str, list[Chain]] = {}
    at = 0
    while at < len(tokens):
        owner, name, after = column_at(tokens, at)
        if name and owner:
            found.setdefault(name, sources.of(owner))
        at = max(after, at + 1)
    return [(chains, name) for name, chains in found.items()]


def _is_changed(chains: list[Chain]) -> bool:
    return any(chain[-1].lower() in _CHANGED for chain in chains)


def _joined(program: Program, statement: list[Token], sources: Sources) -> Iterator[Finding]:
    """`'Vendor: ' + expression of one column`."""
    kind = "audit_trail" if statement[0].upper == "INSERT" else "error_text"
    for at, token in enumerate(statement[:-2]):
        if token.kind != "string" or statement[at + 1].text != "+":
            continue
        label = _LABEL.search(token.value)
        text = clean(label[1]) if label else ""
        if not text:
            continue
        columns = _columns_in(_summand(statement, at + 2), sources)
        if len(columns) == 1 and columns[0][0]:
            chains, name = columns[0]
            yield ["column", kind, program.line(token.start), text, chains, name, _is_changed(chains)]


def _summand(tokens: list[Token], at: int) -> list[Token]:
    depth, end = 0, at
    while end < len(tokens):
        text = tokens[end].text
        if depth == 0 and (text in ("+", ",", ")") or tokens[end].upper in ("FROM", "WHERE", "AS")):
            break
        depth += (text == "(") - (text == ")")
        end += 1
    return tokens[at:end]
