"""How a question says things: tables, columns, companies and conditions, by name or in business words."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Sequence
from typing import Any

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import plural
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.columns import is_percent
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import day_name, literal, month_name, next_month, round_below, spoken
from vgpt2.synthesis.plain.values import value_said
from vgpt2.synthesis.query import Filter, Ref
from vgpt2.synthesis.roles.book import book_of

COMPANY = {
    "train": (" for company {0}", " in company {0}", " of company {0}", " (company {0})"),
    "exam": (" for company {0}", " in company {0}", ", company {0} only,"),
}


# The share of the questions that spell no name where words are enough.
PLAIN = 0.92


def listed(parts: Sequence[str], word: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


class Speech:
    """One question's manner of speaking: it names columns in one style throughout.

    Args:
        plain: tables and columns go by words alone where these mean one thing; None: so in a share of the questions.
    """

    def __init__(self, ctx: Context, rng: random.Random, plain: bool | None = None) -> None:
        self.ctx = ctx
        self.rng = rng
        self.plain = rng.random() < PLAIN if plain is None else plain
        self.style = rng.choices(("name", "words", "both"), (60, 34, 6))[0]
        self._witness: dict[str, dict[str, Any]] = {}

    def table(self, table: Table) -> str:
        """`APTH`, or `table APTH`; `invoice headers (APTH)` where its words could mean another; of a plain question
        `vendor invoices`. A view of more than one table is called a view: it may lack rows."""
        if self.plain and (called := self.ctx.called(table)):
            return called
        name = self.ctx.catalog.sql_name(table)
        words = self.ctx.noun(table)
        # Words that mean the table alone need no name behind them.
        both = 50 if words and not self.ctx.called(table) else 0
        form = self.rng.choices(("both", "name", "table"), (both, 40, 10))[0]
        view = table.kind == "view" and not table.base_table
        what = f"{'view' if view else 'table'} {name}"
        return f"{words} ({'view ' if view else ''}{name})" if form == "both" else name if form == "name" else what

    def short(self, table: Table) -> str:
        """The table's name alone, or its words alone."""
        if self.plain and (called := self.ctx.called(table)):
            return called
        return self.ctx.catalog.sql_name(table)

    def column(self, table: Table, column: str) -> str:
        """`InvDate`, `invoice date` or `invoice date (InvDate)`; the name where the words could mean another column."""
        if self.plain:
            return self.ctx.plain_columns(table).get(column, column)
        words = self.ctx.words(table).get(column, "")
        if not words or self.style == "name":
            return column
        return words if self.style == "words" else f"{words} ({column})"

    def several(self, table: Table, column: str, shown: bool = False) -> str:
        """What is counted of a column: "customers" of a plain question for its customer number; else as `column`.

        Args:
            shown: its values are listed: an ID says nobody who it is, "customer IDs", while an invoice is its number.
        """
        said = self.column(table, column)
        if said == column or not self.plain or not self.ctx.called(table):
            return said
        if shown and re.search(r"(?i) id$", said):
            return plural(said)
        # Whose key is called by what all share, the business entity, is what it is: an employee.
        ends = {
            self.ctx.called(link.end)
            for link in book_of(self.ctx).links(table)
            if link.pairs[-1] == (column, column) and link.end.key == [column] and not link.one_to_one
        }
        if len(ends) == 1 and (noun := next(iter(ends))) and not set(text_words(noun)) & set(text_words(said)):
            return noun
        return plural(re.sub(r" (?:number|id|ID)$", "", said))

    def columns(self, table: Table, columns: Sequence[str]) -> str:
        """Several columns of one table."""
        return listed([self.column(table, column) for column in columns])

    def company(self, table: Table) -> tuple[list[Filter], str]:
        """The company filter that the house rules ask for, and how the question says it; empty where there is none."""
        roles = self.ctx.roles(table)
        if not roles.company or not self.ctx.catalog.database.house_rules.company_filter:
            return [], ""
        value = self.witness(table).get(roles.company) or 1
        phrase = self.rng.choice(COMPANY[self.ctx.side]).format(value)
        return [Filter(Ref(table.qualified, roles.company), f"{{0}} = {literal(value)}")], phrase

    def value(self, value: Any, quoted: bool = True) -> str:
        """A value as the question says it: a date of a plain question as people write dates."""
        if self.plain and isinstance(value, datetime.date):
            return day_name(value, self.rng)
        return spoken(value, quoted)

    def number(self, bound: int) -> str:
        """A round number; in a plain question as 1,500 or 20k too."""
        if self.plain and bound >= 1000:
            short = bound >= 10_000 and bound % 1000 == 0 and self.rng.random() < 0.4
            return f"{bound // 1000}k" if short else f"{bound:,}"
        return str(bound)

    # Conditions: each gives the filter and its phrase, or None where no value is known.

    def equals(self, table: Table, column: Column) -> tuple[Filter, str] | None:
        """`Vendor is 5`; a month as `Mth is 2024-03-01` or `Mth is March 2024`."""
        value = self._value(table, column)
        if value is None:
            return None
        said = self.value(value, quoted=self.rng.random() < 0.8)
        if isinstance(value, datetime.date) and value.day == 1 and self._by_month(table, column):
            said = month_name(value)
        if self.plain and (meant := self.ctx.meant(table, column, value)):
            condition = Filter(Ref(table.qualified, column.name), f"{{0}} = {literal(value)}", means=meant)
            return condition, value_said(self.column(table, column.name), meant)
        verb = self.rng.choice(("is", "is", "=", "equals") if self.ctx.side == "train" else ("is", "="))
        verb = "is" if self.plain else verb
        return self._filter(
            table, column, f"{{0}} = {literal(value)}"
        ), f"{self.column(table, column.name)} {verb} {said}"

    def _by_month(self, table: Table, column: Column) -> bool:
        """Whether a first day is said as its month: in a plain question where the column holds months."""
        if self.plain:
            return column in self.ctx.roles(table).months
        return self.rng.random() < 0.4

    def in_month(self, table: Table, column: Column) -> tuple[Filter, str] | None:
        """`InvDate is in March 2024`: from its first day to before the next month's."""
        value = self._value(table, column)
        if not isinstance(value, datetime.date):
            return None
        first = value.replace(day=1)
        text = f"{{0}} >= {literal(first)} AND {{0}} < {literal(next_month(first))}"
        verb = self.rng.choice(("is in", "falls in") if self.ctx.side == "train" else ("is in", "lies in"))
        return self._filter(table, column, text), f"{self.column(table, column.name)} {verb} {month_name(first)}"

    def dates(self, table: Table, column: Column) -> tuple[Filter, str] | None:
        """`InvDate is on or after 2024-03-05`, `before ...`, or a whole month."""
        form = self.rng.choice(("month", "since", "before"))
        if form == "month":
            return self.in_month(table, column)
        value = self._value(table, column)
        if not isinstance(value, datetime.date):
            return None
        name = self.column(table, column.name)
        if form == "since":
            return self._filter(
                table, column, f"{{0}} >= {literal(value)}"
            ), f"{name} is on or after {self.value(value)}"
        return self._filter(table, column, f"{{0}} < {literal(value)}"), f"{name} is before {self.value(value)}"

    def over(self, table: Table, column: Column) -> tuple[Filter, str] | None:
        """`InvTotal is over 1000`."""
        value = self._value(table, column)
        if value is None or value <= 0:
            return None
        bound = round_below(value, self.rng)
        if bound >= 100 and is_percent(name_words(column.name, self.ctx.catalog.database)):
            return None
        word, sign = self.rng.choice((("over", ">"), ("more than", ">"), ("at least", ">="), ("greater than", ">")))
        return self._filter(
            table, column, f"{{0}} {sign} {bound}"
        ), f"{self.column(table, column.name)} is {word} {self.number(bound)}"

    def like(self, table: Table, column: Column) -> tuple[Filter, str] | None:
        """`Name starts with 'Nor'`, `contains`, `ends with`."""
        value = self._value(table, column)
        words = [word for word in str(value or "").split() if word.isalnum()]
        if not words:
            return None
        form = self.rng.choice(("starts with", "contains", "ends with"))
        word = words[0] if form == "starts with" else words[-1] if form == "ends with" else self.rng.choice(words)
        if (form == "starts with" and not value.startswith(word)) or (form == "ends with" and not value.endswith(word)):
            return None
        # By the beginning of a word people search, and by the last digits of a number.
        if form == "starts with" or (form == "ends with" and not word.isalpha()):
            word = word[:4] if form == "starts with" else word[-4:]
        pattern = {"starts with": f"{word}%", "contains": f"%{word}%", "ends with": f"%{word}"}[form]
        return (
            self._filter(table, column, f"{{0}} LIKE {literal(pattern)}"),
            f"{self.column(table, column.name)} {form} '{word}'",
        )

    def among(self, table: Table, column: Column) -> tuple[Filter, str] | None:
        """`Vendor is one of 1, 2 or 3`."""
        values = [value for value in self.ctx.values(table, column) if not isinstance(value, datetime.date)]
        if len(values) < 4 or not self.ctx.likely(table, column):
            return None
        own = self.witness(table).get(column.name)
        others = [value for value in values[:12] if value != own]
        first = [own] if own in values else []
        chosen = first + self.rng.sample(others, self.rng.choice((2, 3)) - len(first))
        self.rng.shuffle(chosen)
        meant = [self.ctx.meant(table, column, value) for value in chosen] if self.plain else []
        told = all(meant) and bool(meant)
        said = listed(meant if told else [self.value(value) for value in chosen], "or")
        text = f"{{0}} IN ({', '.join(map(literal, chosen))})"
        verb = self.rng.choice(("is", "is one of") if self.ctx.side == "train" else ("is either", "is one of"))
        verb = verb.removesuffix(" one of") if told else verb
        return self._filter(table, column, text), f"{self.column(table, column.name)} {verb} {said}"

    def empty(self, table: Table, column: Column) -> tuple[Filter, str]:
        """`PaidDate is empty` or `PaidDate is filled`."""
        if self.rng.random() < 0.6:
            word = self.rng.choice(("is empty", "is null", "is not set"))
            return self._filter(table, column, "{0} IS NULL"), f"{self.column(table, column.name)} {word}"
        word = self.rng.choice(("is filled", "is not null", "is set"))
        return self._filter(table, column, "{0} IS NOT NULL"), f"{self.column(table, column.name)} {word}"

    def witness(self, table: Table) -> dict[str, Any]:
        """The row of a table that the question is about: all literals are its values, so that it answers them."""
        if table.qualified not in self._witness:
            rows = self.ctx.rows(table)
            self._witness[table.qualified] = self.rng.choice(rows) if rows else {}
        return self._witness[table.qualified]

    def follow(self, many: Table, one: Table, pairs: tuple[tuple[str, str], ...]) -> None:
        """Make the witness of `one` the row that the witness of `many` refers to, if there is one."""
        own = self.witness(many)
        for row in self.ctx.rows(one):
            if all(own.get(a) is not None and own.get(a) == row.get(b) for a, b in pairs):
                self._witness[one.qualified] = row
                return

    def _value(self, table: Table, column: Column) -> Any:
        if not self.ctx.likely(table, column):
            return None
        value = self.witness(table).get(column.name)
        if value is None or not self.ctx.is_used(table, column, value) or self._says_rows(table, column, value):
            values = [value for value in self.ctx.values(table, column) if not self._says_rows(table, column, value)]
            value = self.rng.choice(values) if values else None
        return value

    def _says_rows(self, table: Table, column: Column, value: Any) -> bool:
        """Whether a value means in a plain question what the rows are called already: pending change orders that are
        pending."""
        meant = self.ctx.meant(table, column, value) if self.plain and column.values else ""
        return bool(meant) and meant.lower() in self.ctx.called(table).lower().split()

    @staticmethod
    def _filter(table: Table, column: Column, template: str) -> Filter:
        return Filter(Ref(table.qualified, column.name), template)
