"""Whether a query says what its title says: its first noun, and the kinds and states of rows that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.context import Context

HEAD = re.compile(r"(?i)\b(?:of|that|which|whose|with|without|by|in|for|from|per|on|at|where|to)\b|,")


def unmet(ctx: Context, title: str, tables: Sequence[str], sql: str) -> bool:
    """Whether a title says a kind or a state of the rows that a code of the tables tells, and the query does not
    ask for it: certificates are training records of one type."""
    said = set(text_words(title))
    if not _says_rows(ctx, title, tables, sql):
        return True
    for table in map(ctx.table, tables):
        own = set(text_words(f"{ctx.table_words(table)} {table.description}"))
        for column in table.columns:
            meanings = ctx.catalog.said_values(table, column.name).values()
            states = [set(text_words(words[0][0])) for words in meanings if words]
            met = column.name in sql and re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", sql)
            if not met and any(state and state <= said and not state <= own for state in states):
                return True
    return False


def _says_rows(ctx: Context, title: str, tables: Sequence[str], sql: str) -> bool:
    """Whether what a title asks for, its first noun, is in the words of what the query reads."""
    head = set(text_words(HEAD.split(title, maxsplit=1)[0]))
    known = set(text_words(sql))
    for table in map(ctx.table, tables):
        known |= set(text_words(f"{ctx.table_words(table)} {name_words(table.name, ctx.catalog.database)}"))
        known |= set(text_words(table.description))
        for column in table.columns:
            if column.name in sql and re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", sql):
                known |= set(text_words(f"{column_words(ctx.catalog, column, table)} {column.description}"))
                known |= set(text_words(name_words(column.name, ctx.catalog.database)))
    return not head or bool(head & known)
