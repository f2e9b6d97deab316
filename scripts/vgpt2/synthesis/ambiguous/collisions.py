"""The words of a catalog that two of its things share: heads of tables' names, and what two columns have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vgpt2.catalog import shared_words
from vgpt2.catalog.alike import tables_alike
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import BEHIND
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.shared_words import is_vague
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import shown_by
from vgpt2.synthesis.roles.book import book_of

# A question that reads out more columns only to tell the rows asks too much.
MOST_TELLING = 3


@dataclass(slots=True, frozen=True)
class Head:
    """What two tables are both called but for the words before it: `word` ("categories"), and by what columns that are
    called alike ("credit limit") these two are meant and no third one."""

    word: str
    tables: tuple[Table, Table]
    columns: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class Twins:
    """Two columns of a table that `word` may mean: "hours", of estimated and actual hours."""

    table: Table
    word: str
    columns: tuple[Column, Column]


def heads(ctx: Context, tables: Sequence[Table]) -> list[Head]:
    """The heads that two tables share; where more share one, the pairs that columns of one name tell from the rest."""
    retriever = Retriever.of(ctx.catalog)
    by_head: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        words = ctx.called(table).split()
        # "With contacts" is no noun.
        for start in (place for place in range(1, len(words)) if not BEHIND.match(f" {words[place]} ")):
            by_head[" ".join(words[start:])].append(table)
    found = []
    for head, every in sorted(by_head.items()):
        # Where several are change orders nobody calls one of them an order.
        longer = {t.qualified for other, own in by_head.items() if other.endswith(f" {head}") and own[1:] for t in own}
        owners = sorted((t for t in every if t.qualified not in longer), key=ctx.catalog.sql_name)
        if len(owners) < 2 or is_vague(head) or retriever.titled(head):
            continue
        owners_of: dict[str, list[Table]] = defaultdict(list)
        for table in owners:
            for phrase in columns_said(ctx, table):
                owners_of[phrase].append(table)
        for number, first in enumerate(owners):
            for second in owners[number + 1 :]:
                if _within(ctx, first, second) or _within(ctx, second, first):
                    continue
                shared = [phrase for phrase, known in owners_of.items() if known == [first, second]]
                names = tuple(sorted((first.qualified, second.qualified)))
                told = tuple(p for p in sorted(shared) if tables_alike(ctx.catalog, f"{head} {p}") == names)
                if told or (len(owners) == 2 and tables_alike(ctx.catalog, head) == names):
                    found.append(Head(head, (first, second), told))
    return found


def _within(ctx: Context, one: Table, other: Table) -> bool:
    """Whether one is the other but for a word before it: those not cleared are bank transactions too."""
    return ctx.called(other).endswith(ctx.called(one))


def columns_said(ctx: Context, table: Table) -> dict[str, str]:
    """What the columns of a table that questions show are called, and their names."""
    said = ctx.plain_columns(table)
    return {said[column.name]: column.name for column in shown_by(ctx, table) if column.name in said}


def told_by(ctx: Context, table: Table, apart: Collection[str] = ()) -> tuple[str, ...]:
    """By which columns a question tells the rows of a table: all of its key, else the name, all with words; () where
    neither has.

    Args:
        apart: columns that do not count, as they are asked for.
    """
    book, said = book_of(ctx), ctx.plain_columns(table)
    name = book.parts(table).name
    for names in (book.known_by(table), [name.name] if name else []):
        if 0 < len(names) <= MOST_TELLING and not {*names} & {*apart} and all(one in said for one in names):
            return tuple(names)
    return ()


def twins(ctx: Context, tables: Sequence[Table]) -> list[Twins]:
    """The words that just two columns of a table answer to, both of one kind and neither called so."""
    found = []
    for table in tables:
        roles = ctx.roles(table)
        seen: set[str] = set()
        said, called = ctx.plain_columns(table), ctx.called(table)
        for columns in (roles.months, roles.dates, roles.measures, roles.groups):
            for word, pair in shared_words.twins(ctx.catalog, table, called, said, columns):
                if word not in seen:
                    seen.add(word)
                    found.append(Twins(table, word, pair))
    return found
