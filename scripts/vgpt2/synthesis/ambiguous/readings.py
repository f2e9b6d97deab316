"""Makes questions with two readings, one kind a method and one question a turn; None where this turn has none."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import replace

from vgpt2.catalog.alike import tables_alike
from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.records.facts import Fact
from vgpt2.synthesis.ambiguous.collisions import Head, Twins, columns_said, heads, told_by, twins
from vgpt2.synthesis.ambiguous.missing import Missing
from vgpt2.synthesis.ambiguous.model import Reading, Unclear
from vgpt2.synthesis.ambiguous.states import states_of
from vgpt2.synthesis.ambiguous.texts import Kind
from vgpt2.synthesis.column_roles import is_settings
from vgpt2.synthesis.columns import is_technical
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import month_name
from vgpt2.synthesis.negatives.answers import Subject, fact_name
from vgpt2.synthesis.negatives.asked import company_of
from vgpt2.synthesis.negatives.forms import (
    SAID_COLUMN_FORMS,
    SAID_DATED,
    SAID_OTHER_FORMS,
    SAID_TABLE_FORMS,
    Form,
)
from vgpt2.synthesis.query import Filter, Ref
from vgpt2.synthesis.questions import listed
from vgpt2.synthesis.roles.book import book_of

# How often a list shows one more column than those that tell its rows.
ANOTHER = 0.75
# That there is such a column at all has one answer, and no rows.
COUNT, LIST = SAID_TABLE_FORMS[:2]
# A state is asked about so many times by other columns.
STATES = 8
# Which rows lack something.
MISSING = ("said_without", "said_empty")
OF_COLUMNS = tuple(form for form in SAID_COLUMN_FORMS if form.name != "said_has")


class Readings:
    """Of the tables that have a name among people."""

    def __init__(self, ctx: Context, tables: Sequence[Table]) -> None:
        self.ctx = ctx
        # What a company or a program has set is one row, and nobody counts or adds it up.
        database = ctx.catalog.database
        self.tables = [
            table
            for table in tables
            if ctx.called(table)
            and not is_settings(ctx.catalog, table)
            and not is_technical(name_words(table.name, database))
        ]
        self.missing = Missing(ctx, self.tables)
        self._heads: list[Head] | None = None
        self._twins: list[Twins] | None = None
        self._states = [states for table in self.tables for states in states_of(ctx, table)]

    def make(self, kind: Kind, rng: random.Random, turn: int) -> Unclear | None:
        """A question of this kind."""
        makers = {
            "two_tables": self.two_tables,
            "two_columns": self.two_columns,
            "two_states": self.two_states,
            "no_company": self.missing.no_company,
            "no_period": self.missing.no_period,
        }
        return makers[kind](rng, turn) if self.tables else None

    def two_tables(self, rng: random.Random, turn: int) -> Unclear | None:
        """Two tables whose names end alike, called by this end alone: categories, of suppliers and of customers."""
        if self._heads is None:
            self._heads = heads(self.ctx, self.tables)
        if not self._heads:
            return None
        head = self._heads[turn % len(self._heads)]
        company = self._same_company(rng, head.tables)
        chosen = sorted(rng.sample(head.columns, min(len(head.columns), rng.choice((1, 2, 2, 3)))))
        telling = [phrase for phrase in head.columns if self._tells(head, phrase)]
        if telling and not {*telling} & {*chosen}:
            chosen = sorted([*chosen[1:], rng.choice(telling)])
        if company is None or (not chosen and not self._alone(head)):
            return None
        shown = " ".join([head.word, *chosen])
        if tables_alike(self.ctx.catalog, shown) != tuple(sorted(table.qualified for table in head.tables)):
            return None
        forms: tuple[Form, ...] = (LIST, *OF_COLUMNS) if chosen else (COUNT,)
        if len(chosen) == 1:
            forms = OF_COLUMNS if rng.random() < 0.5 else (LIST,)
        if len(chosen) > 2:
            forms = (LIST,)
        if chosen and not {*telling} & {*chosen}:
            # A list in which no row can be told is no use.
            forms, chosen = SAID_OTHER_FORMS[:2], chosen[:1]
            shown = " ".join([head.word, *chosen])
            if tables_alike(self.ctx.catalog, shown) != tuple(sorted(table.qualified for table in head.tables)):
                return None
        slots = {"cols": listed(chosen) if chosen else "", "C": chosen[-1] if chosen else "", "co": company[0][1]}
        if len(chosen) == 2:
            chosen = sorted(chosen, key=lambda phrase: phrase not in telling)
        slots |= {"C": chosen[-1] if chosen else "", "W": chosen[0] if len(chosen) == 2 else ""}
        made = [self._of_table(table, chosen, own) for table, own in zip(head.tables, company, strict=True)]
        names = [self.ctx.catalog.sql_name(table) for table in head.tables]
        fact = Fact("alike", shown, ", ".join(names))
        return Unclear("two_tables", forms, "T", head.word, slots, _apart(made), (fact,), head.word)

    def two_columns(self, rng: random.Random, turn: int) -> Unclear | None:
        """Two columns of one table, called by what they share: hours, estimated and actual."""
        if self._twins is None:
            self._twins = twins(self.ctx, self.tables)
        if not self._twins:
            return None
        found = self._twins[turn % len(self._twins)]
        table, said = found.table, self.ctx.plain_columns(found.table)
        who = self._with_another(rng, table, found, self._who(table, found))
        dated = all(column in self.ctx.roles(table).dates for column in found.columns)
        month = self._month(rng, table, found.columns) if dated else None
        company = company_of(self.ctx, rng, table)
        # A bare date is in a list, or in a month; nobody asks where the date is missing.
        roles = self.ctx.roles(table)
        of_time = all(column in (*roles.dates, *roles.months) for column in found.columns)
        forms = tuple(form for form in OF_COLUMNS if form.name not in MISSING) if of_time else OF_COLUMNS
        forms = (*forms, SAID_DATED) if month else forms
        slots = {"T": self.ctx.called(table), "W": ", ".join(said[name] for name in who), "co": company[1]}
        slots["when"] = month_name(month) if month else ""
        made = [
            Reading(Subject(table, column, company=company, who=who, month=month), text, column.name, text)
            for column in found.columns
            for text in (said[column.name],)
        ]
        subject = f"{fact_name(self.ctx, table)}: {found.word}"
        fact = Fact("alike", subject, ", ".join(column.name for column in found.columns))
        return Unclear("two_columns", forms, "C", found.word, slots, _apart(made), (fact,), found.word)

    def two_states(self, rng: random.Random, turn: int) -> Unclear | None:
        """Rows that are open in one way or in another, or closed."""
        if turn >= STATES * len(self._states):
            return None
        found = self._states[turn % len(self._states)]
        table = found.table
        filters, phrase = company_of(self.ctx, rng, table)
        called, said = self.ctx.called(table), columns_said(self.ctx, table)
        # What a state is told by is the same in all the rows that are so.
        states = {state.column.name for state in found.states}
        who = told_by(self.ctx, table, states)
        known = self.ctx.plain_columns(table)
        # Nor has what is not finalized a day on which it was.
        parts = book_of(self.ctx).parts(table)
        states |= {column.name for column, _ in parts.ended} | {column.name for column in parts.open_amounts}
        rest = sorted(text for text, name in said.items() if name not in {*who, *states})
        columns = [*(known[name] for name in who), *rng.sample(rest, min(1, len(rest)))] if who else []
        names = tuple(said[text] for text in columns)
        made = []
        for state in found.states:
            where = (*filters, Filter(Ref(table.qualified, state.column.name), state.template, state.said))
            subject = Subject(table, columns=names, company=(where, phrase))
            made.append(Reading(subject, state.said, state.name, f"{state.before}{called}{state.behind}"))
        facts = tuple(state.fact for state in found.states)
        slots = {"cols": listed(columns) if columns else "", "co": phrase}
        left_open = f"{found.word} {called}"
        return Unclear("two_states", (COUNT, LIST), "T", left_open, slots, _apart(made), facts, found.word)

    def _of_table(self, table: Table, chosen: Sequence[str], company: tuple[tuple[Filter, ...], str]) -> Reading:
        said = columns_said(self.ctx, table)
        names = tuple(said[phrase] for phrase in chosen)
        column = table.column(names[-1]) if names else None
        subject = Subject(table, column, names, company, who=names[:1] if len(names) == 2 else ())
        called = self.ctx.called(table)
        return Reading(subject, called, self.ctx.catalog.sql_name(table), called)

    def _tells(self, head: Head, phrase: str) -> bool:
        """Whether a column that both tables have tells their rows: a name, or the whole key."""
        found = [(table, columns_said(self.ctx, table).get(phrase, "")) for table in head.tables]
        book = book_of(self.ctx)
        names = [(book.parts(table).name, name) for table, name in found]
        by_name = all(column is not None and column.name == name for column, name in names)
        return by_name or all(book.known_by(table) == [name] for table, name in found)

    def _alone(self, head: Head) -> bool:
        """Whether no third table ends so, so that none has to be told apart by its columns."""
        return sum(self.ctx.called(table).endswith(f" {head.word}") for table in self.tables) == 2

    def _same_company(self, rng: random.Random, tables: Sequence[Table]) -> list[tuple[tuple[Filter, ...], str]] | None:
        """The filter of each on one company, said alike; None where only one has companies: that tells them apart."""
        filters, phrase = company_of(self.ctx, rng, tables[0])
        columns = [self.ctx.roles(table).company for table in tables]
        if not filters:
            return None if company_of(self.ctx, rng, tables[1])[0] else [((), ""), ((), "")]
        if not all(columns):
            return None
        return [
            ((replace(filters[0], ref=Ref(table.qualified, column)),), phrase)
            for table, column in zip(tables, columns, strict=True)
        ]

    def _who(self, table: Table, found: Twins) -> tuple[str, ...]:
        """What tells the rows of the table, beside the two columns; nothing that shares a word with one of them, and so
        tells which is meant."""
        names = {column.name for column in found.columns}
        said = self.ctx.plain_columns(table)
        telling = {word for name in names for word in text_words(said[name])}
        who = told_by(self.ctx, table, names)
        return () if any(telling & set(text_words(said[name])) for name in who) else who

    def _with_another(self, rng: random.Random, table: Table, found: Twins, who: tuple[str, ...]) -> tuple[str, ...]:
        """What tells the rows, mostly with another column that shares no word with the two."""
        names = {column.name for column in found.columns}
        said = columns_said(self.ctx, table)
        telling = {word for text, name in said.items() if name in names for word in text_words(text)}
        others = [
            name
            for text, name in sorted(said.items())
            if name not in {*names, *who} and not telling & set(text_words(text))
        ]
        return (*who, rng.choice(others)) if who and others and rng.random() < ANOTHER else who

    def _month(self, rng: random.Random, table: Table, columns: Sequence[Column]) -> datetime.date | None:
        """A month in which one of the dates lies."""
        values = [value for column in columns for value in self.ctx.values(table, column)]
        return rng.choice(values).replace(day=1) if values else None


def _apart(made: Sequence[Reading]) -> tuple[Reading, Reading]:
    """The two readings, each with the words that the other lacks."""
    first, second = made
    words, others = set(text_words(first.said)), set(text_words(second.said))
    return (
        replace(first, words=tuple(sorted(words - others))),
        replace(second, words=tuple(sorted(others - words))),
    )
