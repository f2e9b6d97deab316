"""Numbers that are one thing only beside a company of their own, and groups of which a company uses one."""

from __future__ import annotations

from vgpt2.catalog.model import Table
from vgpt2.synthesis.column_roles import SharedGroups, is_settings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.query import Filter, Item, Query, Ref, SubQuery
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


def group_beside(ctx: Context, table: Table, name: str) -> str:
    """The column with the group in which a number is one thing, of a row that belongs to no company and so may be of
    any group: the tax code of a vendor; '' where there is none."""
    if ctx.roles(table).company:
        return ""
    companies, groups = ctx.catalog.company_names, SharedGroups.of(ctx.catalog)
    for link in book_of(ctx).links(table):
        near = [column for column, _ in link.pairs]
        beside = [column for column in near if column in groups]
        if len(beside) == 1 and [column for column in near if column not in groups] == [name] and name not in companies:
            return beside[0]
    return ""


def shared_group(ctx: Context, table: Table) -> str:
    """The group that rows of a table without a company belong to, by its key: vendors to vendor groups; '' for none."""
    groups = SharedGroups.of(ctx.catalog)
    return "" if ctx.roles(table).company else next((name for name in table.key if name in groups), "")


def of_its_group(ctx: Context, table: Table, company: Filter) -> SubQuery | None:
    """That a row is of the group that a company uses, which is said where companies are listed; None where no table
    says it.

    Args:
        table: one whose rows belong to groups.
        company: the condition on the company, of any table.
    """
    group = shared_group(ctx, table)
    every = [each for each in ctx.catalog.queryable if is_settings(ctx.catalog, each) and each.column(group)]
    if not every:
        return None
    groups = SharedGroups.of(ctx.catalog)
    # Of the settings of a module one may name its group too; the list of companies names all.
    lists = max(every, key=lambda each: sum(column.name in groups for column in each.columns))
    one = Filter(Ref(lists.qualified, lists.key[0]), company.template)
    return SubQuery(
        "=", Query(lists.qualified, (Item(Ref(lists.qualified, group)),), where=(one,)), Ref(table.qualified, group)
    )
