"""Pairs about names: a table or column that does not exist, or a column that another table has."""

from __future__ import annotations

import random
from collections.abc import Sequence

from vgpt2.catalog.model import Column, Table
from vgpt2.records.facts import Fact
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import Subject, fact_name, like, shown_by
from vgpt2.synthesis.negatives.asked import Asked, Pair, ask, company_of
from vgpt2.synthesis.negatives.forms import COLUMN_FORMS, TABLE_FORMS
from vgpt2.synthesis.negatives.invented import Inventor, nearest_column
from vgpt2.synthesis.negatives.refusals import in_other_table, no_column, no_table
from vgpt2.synthesis.questions import listed


class NamePairs:
    """Makes pairs about the tables, one a turn."""

    def __init__(self, ctx: Context, inventor: Inventor, tables: Sequence[Table]) -> None:
        self.ctx = ctx
        self.catalog = ctx.catalog
        self.inventor = inventor
        self.tables = tables

    def _table(self, turn: int) -> Table:
        return self.tables[turn % len(self.tables)]

    def invented_table(self, rng: random.Random, turn: int) -> Pair | None:
        """A table that does not exist, beside the real one that its name was made from."""
        table = self._table(turn)
        made, way = self.inventor.table(rng, table, self.ctx.table_words(table))
        if not made:
            return None
        shown = shown_by(self.ctx, table)
        columns = rng.sample(shown, min(2, len(shown)))
        subject = Subject(
            table,
            columns=tuple(column.name for column in table.columns if column in columns),
            company=company_of(self.ctx, rng, table),
        )
        name = like(self.ctx, table, made)
        real = self.catalog.sql_name(table)
        refusal = no_table(name, real)
        slots = {"cols": listed(subject.columns), "co": subject.company[1]}
        false, true, missing = {"T": name}, {"T": real}, Fact("missing", name)
        asked = Asked("invented_table", TABLE_FORMS, subject, refusal, false, true, slots, missing, way)
        return ask(self.ctx, rng, asked)

    def invented_column(self, rng: random.Random, turn: int) -> Pair | None:
        """A column that does not exist, of a real table, beside the real column that its name was made from."""
        table = self._table(turn)
        shown = shown_by(self.ctx, table)
        wanted = self.inventor.wanted_column(rng, table, shown)
        if wanted:
            column, made, near = wanted
            way = "attribute"
        else:
            column = rng.choice(shown)
            made, way = self.inventor.column(rng, table, column, self.ctx.words(table).get(column.name, ""))
            near = nearest_column(made, way, column.name, [other.name for other in shown])
        if not made:
            return None
        subject = Subject(table, column, company=company_of(self.ctx, rng, table), near=near)
        name = self.catalog.sql_name(table)
        refusal = no_column(name, made, near)
        missing = Fact("missing", fact_name(self.ctx, table, made))
        slots = {"T": name, "co": subject.company[1]}
        false, true = {"C": made}, {"C": column.name}
        asked = Asked("invented_column", COLUMN_FORMS, subject, refusal, false, true, slots, missing, way)
        return ask(self.ctx, rng, asked)

    def wrong_table_column(self, rng: random.Random, turn: int) -> Pair | None:
        """A real column asked of a table that does not have it; the twin asks it of the table that has it."""
        table = self._table(turn)
        column = rng.choice(shown_by(self.ctx, table))
        others = self._without(table, column)
        if not others:
            return None
        other = rng.choice(others)
        company, said = company_of(self.ctx, rng, table)
        # The company filter is said alike for both; a table without that column would make it another question.
        if bool(company_of(self.ctx, rng, other)[1]) != bool(said):
            return None
        subject = Subject(table, column, company=(company, said), other=other)
        wrong, right = self.catalog.sql_name(other), self.catalog.sql_name(table)
        refusal = in_other_table(wrong, column.name, right)
        missing = Fact("missing", fact_name(self.ctx, other, column.name))
        slots = {"C": column.name, "co": said}
        false, true = {"T": wrong}, {"T": right}
        asked = Asked("wrong_table_column", COLUMN_FORMS, subject, refusal, false, true, slots, missing, "real")
        return ask(self.ctx, rng, asked)

    def _without(self, table: Table, column: Column) -> list[Table]:
        """Tables of the same module that lack this column, whatever its case."""
        lacking = [
            other
            for other in self.tables
            if other.module == table.module
            and other.name != table.name
            and all(known.name.lower() != column.name.lower() for known in other.columns)
        ]
        return sorted(lacking, key=lambda other: other.qualified)
