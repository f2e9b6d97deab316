"""Changes to documents: which tables hold them, by how much they change something, and what they change."""

from __future__ import annotations

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words


def change_amounts(book: Book, table: Table) -> list[Column]:
    """By how much the rows of a table change something: empty where they are no changes, or only asked for yet."""
    words, said = role_words(), _said(book, table)
    if not words.changes.found(said) or words.not_yet.found(said):
        return []
    database = book.ctx.catalog.database
    named = [(column, name_words(column.name, database).lower()) for column in book.parts(table).amounts]
    return [column for column, name in named if not words.not_yet.found(name) and not _is_now(name)]


def _is_now(name: str) -> bool:
    """Whether an amount is what something costs now, and no change of it ("change current cost")."""
    return role_words().stage(name) == "current" and not name.startswith(("change", "chg"))


def counts_some(book: Book, table: Table) -> bool:
    """Whether a table of changes also holds some that are only asked for: it has an amount for these."""
    database = book.ctx.catalog.database
    names = (name_words(column.name, database).lower() for column in book.parts(table).amounts)
    return any(role_words().not_yet.found(name) for name in names)


def changed_by(book: Book, table: Table) -> list[Link]:
    """The links of a table of changes to what they change: orders, contracts and their items."""
    if not change_amounts(book, table):
        return []
    words = role_words()
    said = [(link, _said(book, link.end)) for link in book.links(table) if not link.one_to_one]
    return [
        link
        for link, name in said
        if words.agreements.found(name) and not words.changes.found(name) and book.parts(link.end).numbers
    ]


def changes_of(book: Book, table: Table) -> list[Link]:
    """The links of the tables with changes to this one."""
    if book.changes is None:
        book.changes = {}
        for other in book.ctx.catalog.queryable:
            for link in changed_by(book, other):
                book.changes.setdefault(link.end.qualified, []).append(link)
    return book.changes.get(table.qualified, [])


def _said(book: Book, table: Table) -> str:
    return (book.ctx.table_words(table) or name_words(table.name, book.ctx.catalog.database)).lower()
