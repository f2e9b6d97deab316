"""Pairs about what people ask for without any name: attributes that a table lacks, tables that others would have."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.unsaid import near_tables, says
from vgpt2.records.facts import Fact
from vgpt2.synthesis.column_roles import base_word
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import Subject, fact_name, shown_by
from vgpt2.synthesis.negatives.asked import Asked, Pair, ask, company_of
from vgpt2.synthesis.negatives.forms import SAID_COLUMN_FORMS, SAID_OTHER_FORMS, SAID_TABLE_FORMS
from vgpt2.synthesis.negatives.invented import Inventor, column_kind
from vgpt2.synthesis.negatives.refusals import in_other_table, no_column, no_table
from vgpt2.synthesis.negatives.tempting import Attribute, Wanted, camel_case, subject_of
from vgpt2.synthesis.questions import listed
from vgpt2.synthesis.roles.columns import parts_of

# Of so many tables one has its turn.
STEP = 7


class WordPairs:
    """Makes pairs about the tables that have a name among people, one a turn."""

    def __init__(self, ctx: Context, inventor: Inventor, tables: Sequence[Table]) -> None:
        self.ctx = ctx
        self.catalog = ctx.catalog
        self.inventor = inventor
        self.temptations = inventor.temptations
        self.tables = tables
        self._called: list[Table] | None = None

    def table(self, rng: random.Random, turn: int) -> Pair | None:
        """A table that others keep about the rows of a real one; the twin asks the same about these."""
        table = self._table(turn, self._records)
        if table is None:
            return None
        chosen = rng.choice(self._records(table))
        said = self.ctx.plain_columns(table)
        columns = [column.name for column in shown_by(self.ctx, table) if column.name in said]
        columns = sorted(rng.sample(columns, min(2, len(columns))), key=columns.index)
        name = camel_case(chosen.said)
        company = company_of(self.ctx, rng, table)
        asked = Asked(
            "unheard_table",
            SAID_TABLE_FORMS,
            Subject(table, columns=tuple(columns), company=company),
            no_table(name, self.catalog.sql_name(table)),
            {"T": chosen.said},
            {"T": self.ctx.called(table)},
            {"cols": listed([said[column] for column in columns]) if columns else "", "co": company[1]},
            Fact("missing", name),
            "record",
            also=(Fact("unsaid", "", chosen.word),),
        )
        return ask(self.ctx, rng, asked)

    def column(self, rng: random.Random, turn: int) -> Pair | None:
        """An attribute that such a table may have and this one lacks, and in the same words one of its columns."""
        table = self._table(turn, lambda one: self.temptations.attributes(one))
        wanted = (
            [one for one in self.temptations.attributes(table) if self._free(camel_case(one.said))] if table else []
        )
        if table is None or not wanted:
            return None
        attribute = rng.choice(wanted)
        column = self._alike(rng, table, attribute)
        if column is None:
            return None
        name, said = camel_case(attribute.said), self.ctx.plain_columns(table)
        near = self.temptations.near(table, attribute, shown_by(self.ctx, table))
        who = self._who(table)
        subject = Subject(table, column, company=company_of(self.ctx, rng, table), near=near, who=who)
        slots = {"T": self.ctx.called(table), "W": ", ".join(said[one] for one in who), "co": subject.company[1]}
        asked = Asked(
            "unheard_column",
            SAID_COLUMN_FORMS,
            subject,
            no_column(self.catalog.sql_name(table), name, near),
            {"C": attribute.said},
            {"C": said[column.name]},
            slots,
            Fact("missing", fact_name(self.ctx, table, name)),
            "attribute",
            also=(Fact("unsaid", fact_name(self.ctx, table), ", ".join(attribute.words)),),
        )
        return ask(self.ctx, rng, asked)

    def others_column(self, rng: random.Random, turn: int) -> Pair | None:
        """A column that one table has, asked of another one; nothing near to that is called so."""
        table = self._table(turn, lambda one: subject_of(self.ctx.called(one)))
        if table is None:
            return None
        said = self.ctx.plain_columns(table)
        columns = [column for column in shown_by(self.ctx, table) if self._telling(said.get(column.name, ""))]
        rng.shuffle(columns)
        # People ask of a vendor what they know of customers, not what they know of bank accounts.
        kind = subject_of(self.ctx.called(table))
        others = [other for other in self._known() if subject_of(self.ctx.called(other)) == kind]
        others = [other for other in others if other.qualified != table.qualified]
        rng.shuffle(others)
        company = company_of(self.ctx, rng, table)
        for column in columns[:4]:
            phrase = said[column.name]
            for other in others[:12]:
                if any(known.name.lower() == column.name.lower() for known in other.columns):
                    continue
                near = near_tables(self.catalog, other)
                if says(self.catalog, phrase, near) or bool(company_of(self.ctx, rng, other)[1]) != bool(company[1]):
                    continue
                right, wrong = self.catalog.sql_name(table), self.catalog.sql_name(other)
                asked = Asked(
                    "others_column",
                    SAID_OTHER_FORMS,
                    Subject(table, column, company=company, other=other),
                    in_other_table(wrong, column.name, right),
                    {"T": self.ctx.called(other)},
                    {"T": self.ctx.called(table)},
                    {"C": phrase, "co": company[1]},
                    Fact("missing", fact_name(self.ctx, other, column.name)),
                    "real",
                    also=(Fact("unsaid", fact_name(self.ctx, other), phrase),),
                )
                return ask(self.ctx, rng, asked)
        return None

    def _known(self) -> list[Table]:
        """The tables whose rows have a name among people that leads to them alone."""
        if self._called is None:
            self._called = [table for table in self.tables if self.ctx.called(table)]
        return self._called

    def _table(self, turn: int, fits: Callable[[Table], object]) -> Table | None:
        """The table of a turn, or the next that fits."""
        known = self._known()
        order = (known[(turn * STEP + place) % len(known)] for place in range(min(STEP, len(known))))
        return next((table for table in order if fits(table)), None)

    def _records(self, table: Table) -> list[Wanted]:
        return [one for one in self.temptations.records(table) if self._free(one.said)]

    def _attributes(self, table: Table) -> list[Attribute]:
        return [one for one in self.temptations.attributes(table) if self._free(one.said)]

    def _free(self, said: str) -> bool:
        return camel_case(said).lower() not in self.inventor.taken

    def _who(self, table: Table) -> tuple[str, ...]:
        """What tells rows apart, where it has words: their name, or all of their key."""
        parts = parts_of(self.catalog, table, self.ctx.roles(table))
        said = self.ctx.plain_columns(table)
        for columns in ([parts.name] if parts.name else [], parts.numbers if len(parts.numbers) < 4 else []):
            if columns and all(column.name in said for column in columns):
                return tuple(column.name for column in columns)
        return ()

    def _alike(self, rng: random.Random, table: Table, attribute: Attribute) -> Column | None:
        """A real column of the kind of an attribute, so that the same can be asked of both."""
        said = self.ctx.plain_columns(table)
        may = [column for column in shown_by(self.ctx, table) if column.name in said]
        kinds = [column for column in may if column_kind(base_word(column)) == attribute.kind]
        return rng.choice(kinds) if kinds else None

    @staticmethod
    def _telling(phrase: str) -> bool:
        """Whether a phrase says by itself what is meant, other than "type" or "description"."""
        return 2 <= len(phrase.split()) <= 4
