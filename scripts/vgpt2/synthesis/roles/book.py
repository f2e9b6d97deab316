"""All roles of a catalog, each worked out once: columns, links, lines, and the ways that lead on from a table."""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import is_month
from vgpt2.catalog.model import Column, Join, Table
from vgpt2.synthesis.column_roles import SharedGroups, is_flag, row_names, within_company
from vgpt2.synthesis.columns import reference_rank
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.columns import Parts, parts_of
from vgpt2.synthesis.roles.links import Link, links_of
from vgpt2.synthesis.roles.words import role_words


class Book:
    """The roles of one catalog's tables."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._parts: dict[str, Parts] = {}
        self._links: dict[str, list[Link]] = {}
        self._joins: dict[str, list[Join]] = {}
        self._into: dict[str, list[Link]] | None = None
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
        """By which two columns people tell the rows of a table apart: its key; where the program numbers them within a
        month, by what they are of (the order's item, the vendor) and a number of the document's own, or its day."""
        key = [column.name for column in within_company(self.ctx.catalog, table)]
        names = row_names(self.ctx.catalog, table)
        if len(names) != 1 or names == key:
            return names[-2:]
        near = [link for link in self.links(table) if link.end.module == table.module and not link.optional]
        refers = max(map(self._refers, near), key=len, default=[])[:2]
        database = self.ctx.catalog.database
        shown = [column.name for column in self.ctx.roles(table).shown if column.name not in {*key, *refers}]
        ranks = {name: reference_rank(name_words(name, database)) for name in shown}
        own = sorted((rank, name) for name, rank in ranks.items() if rank is not None)
        days = [column.name for column in self.parts(table).dated]
        return [*refers, *[name for _, name in own][:1], *days][:2] if refers or own else names

    def _refers(self, link: Link) -> list[str]:
        """The columns by which a row says what it is of: no company, no group, no day."""
        roles = self.ctx.roles(link.start)
        aside = {roles.company, *SharedGroups.of(self.ctx.catalog), *(c.name for c in roles.dates + roles.months)}
        return [a for a, _ in link.pairs if a not in aside and a in {column.name for column in roles.shown}]

    def kinds(self, table: Table) -> list[Column]:
        """The codes that tell its rows of a few known kinds apart: of yes and no nobody wants a column, or the best, of
        each, and what may be anything has no columns."""
        known = {name for link in self.links(table) for name, _ in link.pairs}
        said = self.ctx.catalog.said_values
        codes = [column for column in self.ctx.roles(table).codes if not is_flag(column)]
        return [column for column in codes if column.values or column.name in known or said(table, column.name)]

    def partners(self, table: Table) -> list[Link]:
        """Its links to tables whose rows have a name: vendors, jobs, categories."""
        return [link for link in self.links(table) if self.parts(link.end).name is not None and not link.header]

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

    def moments(self, table: Table, months: bool = True) -> list[tuple[Table, Column]]:
        """When its rows are: the month in which they are posted, else the day of the document; of lines without a date
        that of their document."""
        header = self.header(table)
        for owner in (table, *([header.end] if header else [])):
            parts = self.parts(owner)
            columns = parts.times if months else parts.dated
            columns = [column for column in columns if self._of_document(column)]
            if columns:
                return [(owner, column) for column in columns[:1]]
        return []

    def own_day(self, table: Table) -> Column | None:
        """The day of its documents, if the table has it itself."""
        return next((column for owner, column in self.moments(table, months=False) if owner == table), None)

    def _of_document(self, column: Column) -> bool:
        """Whether a date says when a document was made, as that of an invoice does and the day of a hire does not."""
        words = name_words(column.name, self.ctx.catalog.database).lower()
        return role_words().documents.found(words) or is_month(self.ctx.catalog.database, column)

    def into(self, table: Table) -> list[Link]:
        """The links of other tables that lead to this one."""
        if self._into is None:
            self._into = {}
            for other in self.ctx.catalog.queryable:
                for link in self.links(other):
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
