"""Pairs about real things that leave the question open: two tables that nothing joins, a column that several have."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence

from vgpt2.catalog.model import Table
from vgpt2.records.facts import Fact
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import Subject, fact_name, shown_by
from vgpt2.synthesis.negatives.asked import Asked, Pair, ask, company_of
from vgpt2.synthesis.negatives.forms import COLUMN_ONLY_FORMS, JOIN_FORMS
from vgpt2.synthesis.negatives.refusals import no_join, which_table
from vgpt2.synthesis.negatives.shared_names import SharedNames

# Two tables that a chain of so many joins leads from one to the other are near enough to be asked about together.
FAR = 3
# So many of the questions about joins spell no name where words are enough.
SAID = 0.6


class UnclearPairs:
    """Makes pairs about the joins and about names that are shared, one a turn."""

    def __init__(self, ctx: Context, tables: Sequence[Table]) -> None:
        self.ctx = ctx
        self.catalog = ctx.catalog
        self.tables = tables
        self.joins = ctx.joins("negatives")
        self.names = SharedNames(ctx, tables)
        self._far_of: dict[str, list[Table]] = {}

    def no_path_join(self, rng: random.Random, turn: int) -> Pair | None:
        """Two real tables that no short chain of joins connects; the twin joins the first one to a near one."""
        if not self.joins:
            return None
        join = self.joins[turn % len(self.joins)]
        ends = [self.ctx.table(join.left), self.ctx.table(join.right)]
        rng.shuffle(ends)
        table, partner = ends
        far = self._far(table)
        if not far:
            return None
        stranger = self._near_at_heart(rng, table, far)
        company = company_of(self.ctx, rng, table)
        if not all(shown_by(self.ctx, one) for one in (table, partner, stranger)):
            return None
        shown = [rng.choice(shown_by(self.ctx, one)).name for one in (table, partner, stranger)]
        subject = Subject(table, columns=(shown[0], shown[1]), company=company, other=partner)
        names = [self.catalog.sql_name(one) for one in (table, stranger, partner)]
        refusal = no_join(names[0], names[1])
        said = self._said((table, stranger, partner), (shown[0], shown[2], shown[1])) if rng.random() < SAID else None
        told, columns = said or (names, [shown[0], shown[2], shown[1]])
        slots = {"T": told[0], "a": columns[0], "co": company[1]}
        false, true = {"U": told[1], "b": columns[1]}, {"U": told[2], "b": columns[2]}
        unjoined = Fact("unjoined", "+".join(fact_name(self.ctx, one) for one in (table, stranger)))
        asked = Asked("no_path_join", JOIN_FORMS, subject, refusal, false, true, slots, unjoined, "far", "no_path")
        pair = ask(self.ctx, rng, asked)
        if pair is None:
            return None
        objects = (table.qualified, stranger.qualified)
        return pair[0].with_(tables=objects, objects=objects), pair[1]

    def ambiguous(self, rng: random.Random, turn: int) -> Pair | None:
        """A column that several tables have, and no word of which is meant; the twin's column is in one table alone."""
        if not self.names.shared or not self.names.alone:
            return None
        owners = self.names.shared[turn % len(self.names.shared)]
        table, column = rng.choice(self.names.alone)
        company = company_of(self.ctx, rng, table)
        alike = [one for one, _ in owners if bool(company_of(self.ctx, rng, one)[1]) == bool(company[1])]
        if len(alike) < 2:
            return None
        shown, name = rng.sample(alike, 2), owners[0][1].name
        tables = [self.catalog.sql_name(one) for one in shown]
        subject = Subject(table, column, company=company)
        several = Fact("several", name, ", ".join(tables))
        slots = {"co": company[1]}
        asked = Asked(
            "ambiguous",
            COLUMN_ONLY_FORMS,
            subject,
            which_table(name, tables),
            {"C": name},
            {"C": column.name},
            slots,
            several,
            "shared",
            "ambiguous",
        )
        pair = ask(self.ctx, rng, asked)
        if pair is None:
            return None
        # Both prompts show the owner of the one column and two of the other's.
        objects = [*pair[1].objects, *(one.qualified for one in shown), *(f"{one.qualified}.{name}" for one in shown)]
        both = {"tables": (table.qualified, *(one.qualified for one in shown)), "objects": tuple(objects)}
        return pair[0].with_(**both), pair[1].with_(**both)

    def _near_at_heart(self, rng: random.Random, table: Table, far: list[Table]) -> Table:
        """One of the far tables that people think of beside this one: what its rows are called is known, it takes part
        in joins, and in most cases it is of the same module."""
        known = [one for one in far if self.ctx.called(one) and self.catalog.joins_of(one.qualified)]
        same = [one for one in known if one.module == table.module]
        if same and rng.random() < 0.6:
            return rng.choice(same)
        return rng.choice(known or far)

    def _said(self, tables: Sequence[Table], columns: Sequence[str]) -> tuple[list[str], list[str]] | None:
        """What people call the tables and a column of each; None where one has no words."""
        called = [self.ctx.called(table) for table in tables]
        words = [self.ctx.plain_columns(table).get(name, "") for table, name in zip(tables, columns, strict=True)]
        return (called, words) if all(called) and all(words) else None

    def _far(self, table: Table) -> list[Table]:
        """Tables that no chain of at most FAR joins leads to and that share no key column with this one."""
        if table.qualified in self._far_of:
            return self._far_of[table.qualified]
        near, queue = {table.qualified}, deque([(table.qualified, 0)])
        while queue:
            name, steps = queue.popleft()
            for join in self.catalog.joins_of(name) if steps < FAR else ():
                other = join.right if join.left == name else join.left
                if other not in near:
                    near.add(other)
                    queue.append((other, steps + 1))
        keys = set(table.key)
        far = [one for one in self.tables if one.qualified not in near and one.key and not keys & set(one.key)]
        self._far_of[table.qualified] = sorted(far, key=lambda one: one.qualified)
        return self._far_of[table.qualified]
