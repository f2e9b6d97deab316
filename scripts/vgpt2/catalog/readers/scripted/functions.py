"""Functions that give tables: their columns, as RETURNS declares them, or the query that gives them."""

from __future__ import annotations

from typing import TypedDict

from vgpt2.catalog.model import Routine, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.ddl import apply, read_columns
from vgpt2.sqltext.scan import Token, closing, scan


class Given(TypedDict, total=False):
    """`columns`: the text between the parentheses of TABLE (...); `sql`: the query of an inline function."""

    columns: str
    sql: str


def read_given(text: str, tokens: list[Token], at: int) -> Given:
    """What a function gives; empty for a scalar one.

    `RETURNS TABLE [WITH ...] [AS] RETURN query`, `RETURNS @t TABLE (...)`, and `RETURNS TABLE (...)` of an assembly.

    Args:
        at: the index of the first token behind its name.
    """
    if at < len(tokens) and tokens[at].text == "(":
        at = closing(tokens, at) + 1
    words = [token.upper for token in tokens]
    if words[at : at + 1] != ["RETURNS"]:
        return {}
    at += 2 if words[at + 1 : at + 2] != ["TABLE"] else 1
    if words[at : at + 1] != ["TABLE"]:
        return {}
    at += 1
    if at < len(tokens) and tokens[at].text == "(":
        inner = tokens[at + 1 : closing(tokens, at)]
        return {"columns": text[inner[0].start : inner[-1].end]} if inner else {}
    try:
        body = tokens[words.index("RETURN", at) + 1 :]
    except ValueError:
        return {}
    while body and body[-1].text == ";":
        body.pop()
    return {"sql": text[body[0].start : body[-1].end]} if body else {}


def add_given(draft: Draft, routine: Routine, given: Given) -> None:
    """Keep what a routine gives until all that its query reads is known."""
    key = draft.key(routine.schema, routine.name)
    draft.functions.pop(key, None)
    if not given:
        return
    function = Table(routine.schema, routine.name, "function", [], source=routine.source, sql=given.get("sql", ""))
    if text := given.get("columns", ""):
        function.columns, constraints = read_columns(text, list(scan(text)))
        for constraint in constraints:
            apply(draft, function, constraint)
    draft.functions[key] = function
