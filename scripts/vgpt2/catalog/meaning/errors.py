"""Messages: what the texts of errors in triggers and procedures call tables and columns.

A trigger that ends with `' - cannot insert AP Transaction Header!'` says the title of its table; `'Invalid Vendor'`
after a look-up by the column Vendor says what that column, and the table that it was looked up in, hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.meaning.lists import messages
from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Finding, Program, Sources, column_at
from vgpt2.sqltext.scan import Token, comma_parts

_VARIABLE = re.compile(r"@\w*(?:err|msg|message)\w*", re.IGNORECASE)
# By these a look-up finds a row, or that there is none: `LEFT JOIN APVM v ... WHERE v.Vendor IS NULL`.
_COMPARED = frozenset(("=", "IS"))
# How many statements before a message its look-up may stand.
BACK = 6


def mine(program: Program) -> Iterator[Finding]:
    """Titles, columns and look-ups that messages name."""
    lists = messages()
    last = -1  # the message before this one
    for number, statement in enumerate(program.statements):
        texts = list(_texts(statement))
        for token in texts:
            text, line = " ".join(re.sub(lists.holes, " ", token.value).split()), program.line(token.start)

            def named(group: list[str], text: str = text) -> list[str]:
                things = (clean(thing) for thing in lists.things(group, text))
                return [thing for thing in things if thing and thing.lower() not in lists.no_thing]

            for thing in named(lists.own_table):
                yield ["title", "error_text", line, thing, []]
            for thing in named(lists.own_table_or_column):
                yield ["title_or_column", "error_text", line, thing]
            looked_up, looked_into = named(lists.looked_up), named(lists.looked_into)
            columns = named(lists.column)
            if looked_up or looked_into or columns:
                seen = _looked_up(program.statements[max(last + 1, number - BACK) : number + 1])
                for thing in looked_up:
                    yield ["lookup", "error_text", line, thing, seen]
                for thing in looked_into:
                    yield ["into", "error_text", line, thing, seen]
                for thing in columns:
                    yield ["lookup", "error_text", line, thing, seen]
                    yield ["own_column", "error_text", line, thing]
        last = number if texts else last


def _texts(statement: list[Token]) -> Iterator[Token]:
    """The literals of a message: what an error variable is set to, what RAISERROR and THROW say."""
    first = statement[0].upper
    if first in ("RAISERROR", "THROW"):
        yield from (token for token in statement[:6] if token.kind == "string")
    elif first in ("SELECT", "SET"):
        for part in comma_parts(statement[1:]):
            if len(part) > 2 and part[1].text == "=" and _VARIABLE.fullmatch(part[0].text):
                yield from (token for token in part[2:] if token.kind == "string")


def _looked_up(before: list[list[Token]]) -> list[list]:
    """Of the nearest statement that reads a table other than the changed rows: each column that it compares, with the
    tables that it may be of; with no name first, all tables."""
    for statement in reversed(before):
        sources = Sources(statement)
        read = [chain for chain in sources.tables if chain[-1].lower() not in ("inserted", "deleted")]
        if read:
            found = [[read, ""]]
            for at, token in enumerate(statement):
                if token.kind not in ("word", "name") or (at and statement[at - 1].text == "."):
                    continue
                owner, name, after = column_at(statement, at)
                beside = (
                    statement[place].upper or statement[place].text
                    for place in (at - 1, after)
                    if 0 <= place < len(statement)
                )
                if name and _COMPARED.intersection(beside):
                    found.append([sources.of(owner), name])
            return found
    return []
