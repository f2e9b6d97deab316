"""Questions that leave out what they cannot do without: the company, the month."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import replace

from vgpt2.catalog.model import Table, is_company
from vgpt2.records.facts import Fact
from vgpt2.synthesis.ambiguous.collisions import columns_said, told_by
from vgpt2.synthesis.ambiguous.model import Reading, Unclear
from vgpt2.synthesis.ambiguous.texts import Kind, asks
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import literal, month_name, next_month
from vgpt2.synthesis.negatives.answers import Subject, fact_name
from vgpt2.synthesis.negatives.asked import company_of
from vgpt2.synthesis.negatives.forms import SAID_COLUMN_FORMS, SAID_TABLE_FORMS
from vgpt2.synthesis.query import Filter, Ref
from vgpt2.synthesis.questions import listed

# Of the questions without their month so many are about one month, the others about a period.
SINGLE = 0.6
FORMS = tuple(form for form in (*SAID_TABLE_FORMS[:2], *SAID_COLUMN_FORMS) if form.name != "said_has")


class Missing:
    """Of tables whose rows belong to companies, or to months."""

    def __init__(self, ctx: Context, tables: Sequence[Table]) -> None:
        self.ctx = ctx
        needed = ctx.catalog.database.house_rules.company_filter
        self._of_companies = [table for table in tables if needed and ctx.roles(table).company]
        # A month by which rows are posted is a part of their key; others say when something else happened.
        months = {table.qualified: ctx.roles(table).months for table in tables}
        self._of_months = [t for t in tables if len(months[t.qualified]) == 1 and months[t.qualified][0].name in t.key]

    def no_company(self, rng: random.Random, turn: int) -> Unclear | None:
        """A question that says no company; the house rules ask for one."""
        if not self._of_companies:
            return None
        table = self._of_companies[turn % len(self._of_companies)]
        column = table.column(self.ctx.roles(table).company)
        numbers = sorted(set(self.ctx.values(table, column))) if column else []
        if column is None or len(numbers) < 2 or not all(isinstance(number, int) for number in numbers):
            return None
        filters, phrase = company_of(self.ctx, rng, table)
        one = rng.choice(numbers)
        several = sorted({one, *rng.sample([number for number in numbers if number != one], 1)})
        ref = Ref(table.qualified, column.name)
        subject = self._subject(rng, table)
        said = [f"company {one}", f"companies {listed([str(number) for number in several])}"]
        wanted = [f"= {one}", f"IN ({', '.join(map(str, several))})"]
        # As the question says its own company, another one's number in its place.
        full = phrase.replace(str(filters[0].template.rpartition(" ")[2]), str(one)) if filters else ""
        # Of several companies each row shows whose it is.
        shown = [subject, replace(subject, beside=column.name)]
        made = [
            Reading(replace(one_of, company=((Filter(ref, f"{{0}} {condition}"),), text)), text, column.name, full)
            for one_of, condition, text in zip(shown, wanted, said, strict=True)
        ]
        return self._open("no_company", table, column.name, "", made, ("company", "companies"))

    def no_period(self, rng: random.Random, turn: int) -> Unclear | None:
        """A question about a month, or a period of one or several, that it does not say."""
        if not self._of_months:
            return None
        table = self._of_months[turn % len(self._of_months)]
        [column] = self.ctx.roles(table).months
        months = sorted(value for value in self.ctx.values(table, column) if isinstance(value, datetime.date))
        if column.name not in self.ctx.plain_columns(table) or len(months) < 2:
            return None
        filters, phrase = company_of(self.ctx, rng, table)
        first = rng.choice(months)
        last = first
        for _ in range(rng.choice((1, 2))):
            last = next_month(last)
        ref = Ref(table.qualified, column.name)
        subject = self._subject(rng, table)
        # One of two months, or a month and a span of several.
        single = rng.random() < SINGLE
        other = rng.choice([month for month in months if month != first])
        wanted = [f"= {literal(first)}", f">= {literal(first)} AND {{0}} <= {literal(last)}"]
        said = [month_name(first), f"{month_name(first)} to {month_name(last)}"]
        if single:
            wanted[1], said[1] = f"= {literal(other)}", month_name(other)
        made = [
            Reading(
                replace(subject, company=((*filters, Filter(ref, f"{{0}} {condition}")), phrase)),
                text,
                column.name,
                f"{phrase} in {month_name(first)}",
            )
            for condition, text in zip(wanted, said, strict=True)
        ]
        texts = asks().months if single else asks().periods
        left_open = f"{phrase}{rng.choice(texts.of(self.ctx.side))}"
        unclear = self._open("no_period", table, column.name, left_open, made, ("month", "months", "period"))
        return replace(unclear, back=asks().one_month) if single else unclear

    def _subject(self, rng: random.Random, table: Table) -> Subject:
        """What is asked of a table: some of its columns."""
        months = {column.name for column in self.ctx.roles(table).months}
        companies = {column.name for column in table.columns if is_company(self.ctx.catalog.database, column)}
        apart = {*months, *companies}
        who = told_by(self.ctx, table, companies)
        said = {text: name for text, name in columns_said(self.ctx, table).items() if name not in {*apart, *who}}
        names = [said[text] for text in rng.sample(sorted(said), min(1, len(said)))] if who else []
        column = table.column(names[-1]) if names else None
        return Subject(table, column, (*who, *names) if names else (), who=who)

    def _open(
        self, kind: Kind, table: Table, column: str, left_open: str, made: Sequence[Reading], words: tuple[str, ...]
    ) -> Unclear:
        said = self.ctx.plain_columns(table)
        names = made[0].subject.columns
        shown = [said[name] for name in names]
        slots = {"T": self.ctx.called(table), "cols": listed(shown) if shown else ""}
        who = ", ".join(said[name] for name in made[0].subject.who)
        slots |= {"C": shown[-1], "W": who} if shown else {"C": "", "W": ""}
        fact = Fact("exists", fact_name(self.ctx, table, column))
        first, second = made
        return Unclear(kind, FORMS, "co", left_open, slots, (first, second), (fact,), asked_for=(*words, column))
