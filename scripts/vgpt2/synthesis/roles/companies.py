"""Numbers that are one thing only beside a company of their own."""

from __future__ import annotations

from vgpt2.catalog.model import Table
from vgpt2.synthesis.column_roles import SharedGroups
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of


def company_beside(ctx: Context, table: Table, name: str) -> str:
    """The column with the company in which a number of a row is one thing, where it is not the row's own company; ''
    where there is none: the number is of the row's company, of no company, or has more beside it."""
    own, companies = ctx.roles(table).company, ctx.catalog.company_names
    for link in book_of(ctx).links(table):
        near = [column for column, _ in link.pairs if column not in SharedGroups.of(ctx.catalog)]
        beside = [column for column in near if column in companies and column != own]
        if len(beside) == 1 and [column for column in near if column not in companies] == [name]:
            return beside[0]
    return ""
