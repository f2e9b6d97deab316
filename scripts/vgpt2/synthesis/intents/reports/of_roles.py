"""Intents over roles: which tables a report can be about is told by what columns and links they have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from vgpt2.catalog.model import Table
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Intent, Subject, TableBuild
from vgpt2.synthesis.roles.book import Book, book_of

# Whether a table can have a report, by the roles of its catalog.
Fits = Callable[[Book, Table], bool]


def of_roles(name: str, build: TableBuild, fits: Fits, group: str = "business", needs: tuple[str, ...] = ()) -> Intent:
    """An intent about the tables that have the roles it needs, one of each module in turn."""

    def subjects(ctx: Context, label: str) -> list[Subject]:
        book = book_of(ctx)
        tables = [table for table in ctx.catalog.queryable if fits(book, table)]
        return [partial(build, ctx, table) for table in ctx.interleaved(tables, label)]

    return Intent(name, subjects, group, needs, rows=True)
