"""All roles of a catalog, each worked out once: columns, links, lines, and the ways that lead on from a table."""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Column, Join, Table
from vgpt2.catalog.states.words import state_words
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.column_roles import SharedGroups, is_flag, row_names
from vgpt2.synthesis.columns import reference_rank
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.others_months import others_dates
from vgpt2.synthesis.roles.columns import Parts, parts_of
from vgpt2.synthesis.roles.dimensions import dimensions, is_partner
from vgpt2.synthesis.roles.links import Link, links_of
from vgpt2.synthesis.roles.words import role_words


class Book:
    """The roles of one catalog's tables."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._parts: dict[str, Parts] = {}
        self._links: dict[str, list[Link]] = {}
        self._joins: dict[str, list[Join]] = {}
        self._partners: dict[str, list[Link]] = {}
        self._dimensions: dict[str, list[Column]] = {}
        self._known_by: dict[str, list[str]] = {}
        self._into: dict[str, list[Link]] | None = None
        self.changes: dict[str, list[Link]] | None = None  # of `roles/changes.py`, which reads this book
        self._proposed: dict[tuple[str, str], bool] = {}
        for join in ctx.usable_joins:
            for side in {join.left, join.right}:
                self._joins.setdefault(side, []).append(join)

    def parts(self, table: Table) -> Parts:
        """The roles of its columns."""
        if table.qualified not in self._parts:
            self._parts[table.qualified] = parts_of(self.ctx.catalog, table, self.ctx.roles(table))
        return self._parts[table.qualified]

    def links(self, table: Table) -> list[Link]:
        """Its ways to one row of other tables, the most used first."""
        if table.qualified not in self._links:
            self._links[table.qualified] = links_of(self.ctx.catalog, table, self._joins.get(table.qualified, []))
        return self._links[table.qualified]

    def known_by(self, table: Table) -> list[str]:
        """By which columns people tell the rows of a table apart: its key; where the program numbers them within a
        month, by what they are of (the order's item, the vendor) and a number of the document's own, or its day. What
        only links two things is told by these; a view without a key by its name, or the column that stands first."""
        if table.qualified not in self._known_by:
            self._known_by[table.qualified] = self._told_by(table)
        return self._known_by[table.qualified]

    def _told_by(self, table: Table) -> list[str]:
        key = row_names(self.ctx.catalog, table)
        shown = [column.name for column in self.ctx.roles(table).shown]
        if not key:
            if table.key:
                return []
            name = self.parts(table).name
            return [name.name] if name and name.name in shown else shown[:1]
        months = {column.name for column in self.ctx.roles(table).months}
        names = [name for name in key if name not in months]
        ends = {a for link in self._named(table) for a, _ in link.pairs}
        if len(key) == 1 and len(ends) > 1 and ends - {*key} == {*shown} - {*key}:
            return [name for name in shown if name in ends]
        if len(names) != 1 or names == key:
            return key
        near = [link for link in self.links(table) if link.end.module == table.module and not link.optional]
        refers = max(map(self._refers, near), key=len, default=[])[:2]
        database = self.ctx.catalog.database
        rest = [name for name in shown if name not in {*key, *refers}]
        ranks = {name: reference_rank(name_words(name, database)) for name in rest}
        own = sorted((rank, name) for name, rank in ranks.items() if rank is not None)
        days = [column.name for column in self.parts(table).dated]
        told = [*refers, *[name for _, name in own][:1], *days][:2]
        # A balance is that of an account in a month: the account alone tells no row.
        return told if (refers or own) and {*told} - {*key} else key

    def _refers(self, link: Link) -> list[str]:
        """The columns by which a row says what it is of: no company, no group, no day."""
        roles = self.ctx.roles(link.start)
        aside = {roles.company, *SharedGroups.of(self.ctx.catalog), *(c.name for c in roles.dates + roles.months)}
        return [a for a, _ in link.pairs if a not in aside and a in {column.name for column in roles.shown}]

    def kinds(self, table: Table) -> list[Column]:
        """The codes that tell its rows of a few known kinds apart: of yes and no nobody wants a column, or the best, of
        each, and what may be anything has no columns."""
        database, said = self.ctx.catalog.database, self.ctx.catalog.said_values
        few = role_words().few_kinds
        sorting = [link for link in self.partners(table) if few.found(name_words(link.end.name, database).lower())]
        known = {name for link in sorting for name, _ in link.pairs}
        codes = [column for column in self.ctx.roles(table).codes if not is_flag(column)]
        return [column for column in codes if column.values or column.name in known or said(table, column.name)]

    def partners(self, table: Table) -> list[Link]:
        """Its links to tables whose rows have a name: vendors, jobs, categories; not to what nobody asks by."""
        if table.qualified not in self._partners:
            happens = bool(self.moments(table))
            self._partners[table.qualified] = [
                link for link in self._named(table) if is_partner(self.ctx, table, link, happens)
            ]
        return self._partners[table.qualified]

    def counts_by(self, table: Table, link: Link) -> bool:
        """Whether rows of a table are counted or added up by what a link, of it or further on, leads to."""
        return self.parts(link.end).name is not None and is_partner(
            self.ctx, table, link, bool(self.moments(link.start))
        )

    def only_links(self, table: Table) -> bool:
        """Whether its rows only say which rows of two others go together: its name is made of theirs, and it has no
        amount and no day. Nobody counts stock item stock groups by their name."""
        database = self.ctx.catalog.database
        own = {*text_words(name_words(table.name, database))}
        ends = {link.end.name: {*text_words(name_words(link.end.name, database))} for link in self.links(table)}
        parts = [words for words in ends.values() if words < own]
        return len(parts) > 1 and own == set().union(*parts) and not (self.parts(table).amounts or self.moments(table))

    def _named(self, table: Table) -> list[Link]:
        return [link for link in self.links(table) if self.parts(link.end).name is not None and not link.header]

    def dimensions(self, table: Table) -> list[Column]:
        """The columns by which its rows are counted and added up."""
        if table.qualified not in self._dimensions:
            partners = self.partners(table)
            refused = [link for link in self._named(table) if link not in partners]
            self._dimensions[table.qualified] = dimensions(self.ctx, table, partners, refused)
        return self._dimensions[table.qualified]

    def header(self, table: Table) -> Link | None:
        """The link to the document of which it holds the lines; None where it is no table of lines."""
        return next(iter(self.headers(table)), None)

    def all_partners(self, table: Table) -> list[Link]:
        """Its partners, and of a table of lines those of the document, which have other names."""
        own = self.partners(table)
        header = self.header(table)
        if header is None:
            return own
        # Of a document that names a partner as well as its lines do, the lines' own counts.
        names = {table.name, header.end.name}
        of_header = [link for link in self.partners(header.end) if link.end.name not in names]
        return [*[link for link in of_header if not self.knows(table, link)], *own]

    def knows(self, table: Table, link: Link) -> bool:
        """Whether a table says itself what a link of another one leads to: the job of a cost is that of its row, and
        not where the machine stands today."""
        if link.start == table:
            return False
        company = self.ctx.roles(link.start).company
        columns = [a for a, _ in link.pairs if a != company]
        return any(own.end == link.end for own in self.links(table)) or all(map(table.column, columns))

    def is_proposed(self, link: Link) -> bool:
        """Whether a master only proposes what a link leads to, as an employee a job: documents that refer to the master
        say it themselves."""
        known = link.start.qualified, link.end.qualified
        if known not in self._proposed:
            users = [other.start for other in self.into(link.start) if self.moments(other.start)]
            both = any(own.end == link.end for user in users for own in self.links(user))
            self._proposed[known] = both and not self.moments(link.start)
        return self._proposed[known]

    def moments(self, table: Table, months: bool = True) -> list[tuple[Table, Column]]:
        """When its rows are: the month in which they are posted, else the day of the document; of lines without a date
        that of their document."""
        header = self.header(table)
        for owner in (table, *([header.end] if header else [])):
            parts = self.parts(owner)
            columns = parts.times if months else parts.dated
            others = others_dates(self.ctx.catalog, owner)
            columns = [column for column in columns if self._of_document(column) and column.name not in others]
            if columns:
                return [(owner, column) for column in columns[:1]]
        return []

    def own_day(self, table: Table) -> Column | None:
        """The day of its documents, if the table has it itself."""
        return next((column for owner, column in self.moments(table, months=False) if owner == table), None)

    def _of_document(self, column: Column) -> bool:
        """Whether a date says when a document was made, as that of an invoice does and the day of a hire does not."""
        words = name_words(column.name, self.ctx.catalog.database).lower()
        return state_words().documents.found(words) or is_month(self.ctx.catalog.database, column)

    def into(self, table: Table) -> list[Link]:
        """The links of other tables that lead to this one: their lines, and what is its own as their partner."""
        if self._into is None:
            self._into = {}
            for other in self.ctx.catalog.queryable:
                nameless = [link for link in self.links(other) if self.parts(link.end).name is None and not link.header]
                for link in (*self.headers(other), *self.partners(other), *nameless):
                    self._into.setdefault(link.end.qualified, []).append(link)
        return self._into.get(table.qualified, [])

    def headers(self, table: Table) -> list[Link]:
        """Its links to the documents of which it holds the lines."""
        return [link for link in self.links(table) if link.header]

    def lines(self, table: Table) -> list[Link]:
        """The links of the tables that hold the lines of its documents."""
        return [link for link in self.into(table) if link.header]

    def ways(self, table: Table, steps: int) -> Iterator[tuple[Link, ...]]:
        """Chains of so many links, one behind the other, no table twice, to what the table does not say itself; the
        most used first."""
        ways = self._ways((), table, steps, {table.name})
        yield from (way for way in ways if not any(self.knows(table, link) for link in way))

    def _ways(self, so_far: tuple[Link, ...], table: Table, steps: int, names: set[str]) -> Iterator[tuple[Link, ...]]:
        if not steps:
            yield so_far
            return
        for link in self.links(table):
            if link.end.name not in names:
                yield from self._ways((*so_far, link), link.end, steps - 1, names | {link.end.name})


def book_of(ctx: Context) -> Book:
    """The roles of a context's catalog, kept on it."""
    if ctx.kept_roles is None:
        ctx.kept_roles = Book(ctx)
    found: Book = ctx.kept_roles
    return found
