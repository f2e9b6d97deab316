"""One report in the making: the table that it is about, what is joined to it, its conditions, and how all is said."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.column_meaning import is_group
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import BEHIND
from vgpt2.catalog.states.columns import State
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft, named_apart
from vgpt2.synthesis.intents.reports.partners import Partner, said_partner, who
from vgpt2.synthesis.intents.roles_said import as_what, role
from vgpt2.synthesis.intents.states import said_of_other
from vgpt2.synthesis.plain.nouns import of_thing, singular
from vgpt2.synthesis.query import Call, Condition, Filter, Item, JoinOn, Query, Ref, alias_for, total_alias
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import MOST_NUMBERS
from vgpt2.synthesis.roles.companies import of_its_group
from vgpt2.synthesis.roles.dimensions import is_owner, of_no_month
from vgpt2.synthesis.roles.evidence import is_named, is_of_today, is_same_person
from vgpt2.synthesis.roles.links import Link

# Of the amounts of a table so many are asked for: those behind them are parts of these.
MAIN = 3
# Of the partners so many, the most used first.
PARTNERS = 6


@dataclass(slots=True, frozen=True)
class Moment:
    """When the rows of a report are: a column of its table, or of the document of its lines."""

    table: Table
    column: Column
    ref: Ref
    said: str


class Sheet:
    """A report on one table."""

    def __init__(self, ctx: Context, table: Table, rng: random.Random, turn: int, label: str) -> None:
        self.ctx, self.table, self.rng, self.turn, self.label = ctx, table, rng, turn, label
        self.say = Speech(ctx, rng)
        self.book = book_of(ctx)
        self.parts = self.book.parts(table)
        self.joins: list[JoinOn] = []
        self._partner: Partner | None = None
        company, self.company_said = self.say.company(table)
        self.where: list[Condition] = list(company)
        self._choices = turn
        self._without = ""
        self._company = company[0] if company else None

    def ref(self, column: Column | str) -> Ref:
        """A column of the table."""
        return Ref(self.table.qualified, column if isinstance(column, str) else column.name)

    def said(self, column: Column | str) -> str:
        """How the question calls a column of the table."""
        return self.say.column(self.table, column if isinstance(column, str) else column.name)

    def named(self, table: Table) -> str:
        """How the question calls a table among other words: `vendors (APVM)`, never `table APVM`."""
        return self.say.table(table).removeprefix("table ").removeprefix("view ")

    def named_column(self, table: Table, column: str) -> str:
        """A column with its table, for a plan in which another table has one of that name."""
        return f"{self.ctx.catalog.sql_name(table)}.{column}"

    def choose(self, count: int) -> int:
        """A number below `count`; as the turn grows all combinations of what a report chooses come up, each once."""
        chosen = self._choices % count
        self._choices //= count
        return chosen

    def one(self, columns: Sequence[Column]) -> Column | None:
        """One of these columns."""
        return columns[self.choose(len(columns))] if columns else None

    def ids(self) -> list[Item]:
        """What tells a row apart: its key, without company and groups."""
        return [Item(self.ref(column)) for column in self.parts.numbers]

    @property
    def count(self) -> Item:
        """How many rows there are."""
        return counted(self.ctx, self.table)

    def keys(self) -> list[str]:
        """By what people tell a row apart in a list: the same, or where the program numbers rows by the month what they
        call it by."""
        known = self.book.known_by(self.table)
        return known if len(known) <= MOST_NUMBERS else []

    def said_ids(self) -> list[str]:
        """How the question calls them."""
        return [self.said(column) for column in self.parts.numbers]

    def amount(self, since: bool = False) -> Column | None:
        """One of the main amounts.

        Args:
            since: no amount that goes on changing after the day of the row, as what was paid on an invoice by now and
                what is left of it: of a month, or as of a day, it says nothing.
        """
        amounts = self.parts.amounts
        if since:
            amounts = [column for column in amounts if not of_no_month(self.ctx, self.table, column)]
        return self.one(amounts[:MAIN])

    def link(self, link: Link) -> None:
        """Join what a link leads to; rows that lead to nothing stay."""
        pairs = tuple((Ref(link.start.qualified, a), Ref(link.end.qualified, b)) for a, b in link.pairs)
        outer = {join.table for join in self.joins if join.kind == "LEFT JOIN"}
        kind = "LEFT JOIN" if link.optional or link.start.qualified in outer else "JOIN"
        self.joins.append(JoinOn(link.end.qualified, pairs, kind))

    def partner(self, known: bool = False, owner: bool = False, lasting: bool = False) -> Partner | None:
        """One of the tables with names that the rows, or their document, refer to, joined: the most used first.

        Args:
            known: rows that refer to none are left out.
            owner: whose the rows are, by whom one asks for what is due, late or held back.
            lasting: no documents.
        """
        links = [link for link in self.book.all_partners(self.table) if not link.one_to_one]
        if owner:
            links = [link for link in links if is_owner(self.ctx, link)]
        links = [link for link in links if not is_of_today(self.ctx, link) and not is_same_person(self.ctx, link)]
        if lasting:
            links = [link for link in links if not self.book.moments(link.end)]
        # By what nobody is known to ask by only where there is nothing else.
        links = [link for link in links if is_named(self.ctx, link.end)] or links
        links = sorted(links, key=lambda link: -(link.end.weight**2) * (1 + min(link.uses, 5)))[:PARTNERS]
        if not links:
            return None
        link = links[self.choose(len(links))]
        return self.of_known(link) if known else self.by(link)

    def of_known(self, link: Link) -> Partner | None:
        """The partner behind a link, joined, rows that refer to none left out."""
        if not link.optional:
            return self.by(link)
        self._without = self.ctx.catalog.sql_name(link.end)
        found = self.by(replace(link, optional=False))
        # Whoever has a partner has the document that names it.
        self.joins = [replace(join, kind="JOIN") for join in self.joins]
        return found

    def by(self, link: Link) -> Partner | None:
        """The partner behind a link of the table, joined."""
        found = self.partner_of(link)
        if found:
            self.reach(link.start)
            self.link(link)
        return found

    def reach(self, table: Table) -> None:
        """Join the document of the lines, if it is that table and not there yet."""
        header = self.book.header(self.table)
        if table != self.table and header and all(join.table != table.qualified for join in self.joins):
            self.link(header)

    def moment(self, months: bool = True) -> Moment | None:
        """When the rows are, by a date of theirs or of their document, which is joined then."""
        found = self.book.moments(self.table, months)
        if not found:
            return None
        table, column = found[0]
        self.reach(table)
        said = self.say.column(table, column.name)
        if table != self.table and self.say.plain and self.ctx.called(table) and said != column.name:
            said = of_thing(said, singular(self.ctx.called(table)))  # the invoice date of an invoice's lines
        elif table != self.table:
            said = f"{said} of {self.named(table)}"
        return Moment(table, column, Ref(table.qualified, column.name), said)

    def partner_of(self, link: Link) -> Partner | None:
        """The partner behind a link, not joined."""
        column = self.book.parts(link.end).name
        company = self.ctx.roles(link.start).company
        group = [name for name, _ in link.pairs if name != company]
        database = self.ctx.catalog.database
        keys = [name for name in group if not is_group(database, link.start.column(name) or link.start.columns[0])]
        if column is None or not keys:
            return None
        taken = {column.name.lower() for column in (*self.table.columns, *link.start.columns)}
        alias = alias_for(link.end.name, column.name) if column.name.lower() in taken else ""
        start, (said, many) = link.start, said_partner(self.say, self.table, self.book, link, keys, column)
        self._partner = Partner(
            link,
            tuple(Ref(start.qualified, name) for name in keys),
            tuple(Ref(start.qualified, name) for name in group),
            Item(Ref(link.end.qualified, column.name), alias),
            said,
            many,
        )
        return self._partner

    def beside(self, partner: Partner) -> str:
        """How a list says a partner behind what tells the row: of one that is part of that its name alone."""
        own = {column.name for column in self.parts.numbers}
        name = partner.name.value
        if isinstance(name, Ref) and {ref.column for ref in partner.keys if ref.table == self.table.qualified} & own:
            return self.of_end(partner.link, name.column)
        return partner.said

    def of_end(self, link: Link, column: str, before: Link | None = None) -> str:
        """How the question says a column of what a link leads to: `vendor name`, `salesperson full name`, of what lies
        further on `payment terms description of the vendor`.

        Args:
            before: the link that leads to where this one starts.
        """
        words = self.say.column(link.end, column)
        if not self.say.plain or words == column:
            near, far = link.pairs[-1]
            by = f" of {self.say.column(link.start, near)}" if near != far else ""
            return f"{words}{by} from {self.named(link.end)}"
        header = self.book.header(self.table)
        behind = link.start != self.table and not (header and link.start == header.end)
        of = f" of the {self.role(before) if before else singular(self.say.short(link.start))}" if behind else ""
        return f"{of_thing(words, self.role(link))}{of}"

    def role(self, link: Link) -> str:
        """What the end of a link is to its start: the salesperson of an order, which is a person; else what it is."""
        return role(self.say, link.start, link.end, link.pairs)

    def named_as(self, link: Link) -> str:
        """How the question calls the rows that refer to one of the table, and as what: orders as salesperson, of a
        person's; just orders where it is plain."""
        noun, short = self.named(link.start), self.say.short(link.start)
        return noun + as_what(self.say, link.start, link.end, link.pairs).removeprefix(short)

    def state(self, states: Sequence[State]) -> tuple[State, str] | None:
        """One of these states, as a condition of the report, and how it is said."""
        if not states:
            return None
        state = states[self.choose(len(states))]
        self.where.append(Filter(self.ref(state.column), state.template, state.word))
        return state, self.say_state(state)

    def say_state(self, state: State) -> str:
        """`open (OpenYN is Y)`, `not paid (PaidDate is empty)`; just `open` where the question spells no name and the
        column is called so."""
        words = self.said(state.column)
        stem = state.word.removeprefix("not ").rpartition(" ")[2][:4]
        twice = said_of_other(self.ctx, self.table, state.column, state.word.removeprefix("not "))
        if not twice and self.say.plain and words != state.column.name and re.search(rf"\b{stem}", words.lower()):
            return state.word
        rest = state.template.removeprefix("{0} ").replace("'", "")
        how = {"IS NULL": "is empty", "<> 0": "is not 0"}.get(rest, rest.replace("=", "is", 1))
        return f"{state.word} ({words} {how})"

    def inner_company(self, table: Table) -> list[Filter]:
        """The company filter for a query within on another table: the same company, said once."""
        column = self.ctx.roles(table).company
        if not column or not self.ctx.catalog.database.house_rules.company_filter:
            return []
        if self._company is None:
            made, self.company_said = self.say.company(table)
            self._company = made[0]
            return made
        return [replace(self._company, ref=Ref(table.qualified, column))]

    def within_group(self) -> bool:
        """Demands, where a company is said of rows that belong to none, that they are of the group which the company
        uses: the vendors of company 1. False where they belong to no group: nothing is of that company."""
        if self._company is None or self.ctx.roles(self.table).company:
            return True
        found = of_its_group(self.ctx, self.table, self._company)
        self.where += [found] if found else []
        return found is not None

    def tied_company(self, link: Link) -> list[Filter]:
        """The company filter for a query on the rows behind a link, unless the link itself ties them to the company."""
        company = self.ctx.roles(link.start).company
        tied = self._company is not None and self._company.ref.table == self.table.qualified
        return [] if tied and any(name == company for name, _ in link.pairs) else self.inner_company(link.start)

    def query(
        self,
        items: Sequence[Item],
        group: Sequence[Ref | Call] = (),
        *,
        having: tuple[tuple[Call, str], ...] = (),
        order: tuple[tuple[Ref | str, bool], ...] = (),
        top: int = 0,
        keep: tuple[str, str] | None = None,
    ) -> Query:
        """The query on the table with all that was joined and demanded; each output column once, under a name of its
        own."""
        return Query(
            self.table.qualified,
            named_apart(self.ctx, items),
            tuple(self.joins),
            tuple(self.where),
            tuple(dict.fromkeys(group)),
            having,
            order,
            top,
            keep=keep,
        )

    def draft(self, query: Query, action: str, ordered: bool = False, more: str = "", **phrases: str) -> Draft:
        """The draft; `table` and `company` are said by every report, `more` behind its question."""
        own = {"table": self.named(self.table), "company": self.company_said}
        if "by" in phrases:
            many = self._partner.many if self._partner and self._partner.said == phrases["by"] else phrases["by"]
            own |= {"bys": many, "who": who(phrases["by"], many)}
        # Where customers are asked for, nobody is none of them.
        action += f"; rows without a match in {self._without} stay out" if self._without else ""
        return Draft(query, own | phrases, action, ordered, more, alone=True)


def counted(ctx: Context, table: Table) -> Item:
    """How many rows of a table there are, named after them: InvoiceCount of vendor invoices, LineCount of lines that
    have no words of their own."""
    words = ctx.called(table) or " ".join(split_name(table.name)).lower()
    noun = BEHIND.split(words)[0].rpartition(" ")[2]
    one = singular(noun)
    # Of invoices and payments mostly one kind is counted.
    if one == noun or len(one) < 3 or not one.isalpha() or " and " in words:
        one = "Line" if book_of(ctx).header(table) else ""
    return Item(Call("COUNT(*)"), f"{one[:1].upper()}{one[1:]}Count" if one else "CountRows")


def sum_of(ref: Ref, alias: str = "") -> Item:
    """`SUM(InvTotal) AS TotalInvTotal`, `SUM(TotalDue) AS SumTotalDue`."""
    return Item(Call("SUM({0})", (ref,)), alias or total_alias(ref.column))
