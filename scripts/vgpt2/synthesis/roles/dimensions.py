"""By what the rows of a table are counted and added up: a partner, a kind, a month, and no mere attribute of them."""

from __future__ import annotations

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.states.words import state_words
from vgpt2.synthesis.column_roles import is_flag, within_company
from vgpt2.synthesis.columns import is_control, measured_in, sorts_rows
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words


class Masters(frozenset[str]):
    """Names of columns that are, beside a company, the whole key of some table whose rows have names: vendors, jobs."""

    @classmethod
    def of(cls, catalog: Catalog) -> Masters:
        """Those of a catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls(cls._names(catalog)))

    @staticmethod
    def _names(catalog: Catalog) -> set[str]:
        from vgpt2.synthesis.roles.columns import name_of

        keys = ((table, within_company(catalog, table)) for table in catalog.tables if table.kind == "table")
        return {key[0].name for table, key in keys if len(key) == 1 and name_of(catalog, table) is not None}


def called(ctx: Context, table: Table) -> str:
    """All words of a table, in small letters."""
    return f"{name_words(table.name, ctx.catalog.database)} {ctx.table_words(table)}".strip().lower()


def is_partner(ctx: Context, table: Table, link: Link, happens: bool) -> bool:
    """Whether rows of `table` are somebody's or something's that a link leads to: not the unit that they are measured
    in, a contact, the account that a master is posted to, nor the bank account where no money moves.

    Args:
        happens: the rows are of a day or a month.
    """
    near = name_words(link.pairs[-1][0], ctx.catalog.database).lower()
    end, words = called(ctx, link.end), role_words()
    if link.end == link.start or is_control(near) or measured_in(near) or measured_in(end):
        return False
    if words.money_places.found(end) and not words.moves_money.found(called(ctx, table)):
        return False
    return happens or not words.ledger.found(end)


def is_owner(ctx: Context, link: Link) -> bool:
    """Whether what is due or held back is somebody's that a link leads to."""
    names = name_words(link.end.name, ctx.catalog.database), ctx.table_words(link.end)
    return any(role_words().owners.found(words.lower()) for words in names)


def is_kind(ctx: Context, table: Table, column: Column) -> bool:
    """Whether a code sorts rows into kinds: it has known values, or its name says so; yes and no are none."""
    known = column.values or ctx.catalog.said_values(table, column.name)
    return not is_flag(column) and bool(known or sorts_rows(name_words(column.name, ctx.catalog.database)))


def dimensions(ctx: Context, table: Table, partners: list[Link], refused: list[Link]) -> list[Column]:
    """The columns by which the rows of a table are counted and added up: those that lead to a partner or are called
    like the key of one, those that sort rows into kinds, and months."""
    asked, out = ({name for link in links for name, _ in link.pairs} for links in (partners, refused))
    masters, roles = Masters.of(ctx.catalog), ctx.roles(table)
    # Of what is, within a company, the whole key there is one row a value, be it a kind, a partner or a month.
    own = set(table.key) if len(within_company(ctx.catalog, table)) == 1 else set()
    return [
        column
        for column in roles.groups
        if column.name not in own
        and (
            column in roles.months
            or column.name in asked
            or (column.name not in out and (is_kind(ctx, table, column) or column.name in masters))
        )
    ]


def changes_later(ctx: Context, table: Table, column: Column) -> bool:
    """Whether an amount of a row goes on changing after its day: what was paid on an invoice or is left of it, by now;
    a payment's own amount does not."""
    words, said = role_words(), name_words(column.name, ctx.catalog.database).lower()
    own = called(ctx, table)

    def of(*stages: str) -> bool:
        return any(words.stages[stage].search(said) for stage in stages)

    settled = (of("paid", "received") or words.at_payment.found(said)) and not words.moves_money.found(own)
    # What was invoiced on an order since is no amount of its day; that of an invoice, or of a posting, is.
    invoiced = of("invoiced", "billed") and not ctx.roles(table).of_kinds and not words.invoices.found(own)
    return state_words().open_amount.found(said) or settled or invoiced


def of_no_month(ctx: Context, table: Table, column: Column) -> bool:
    """Whether the amounts of a month are no answer: they change later, or they were planned, of which the postings of a
    month are but changes, and what happened stands beside them. What was planned by the end of a month is one."""
    words, database = role_words(), ctx.catalog.database
    plan, actual = words.stages["budget"], words.stages["actual"]
    planned = plan.search(name_words(column.name, database).lower()) and not plan.search(called(ctx, table))
    beside = planned and any(actual.search(name_words(other.name, database).lower()) for other in table.columns)
    return bool(beside) or changes_later(ctx, table, column)


def happens_on(column: Column, catalog: Catalog) -> bool:
    """Whether amounts run over the days of a column: not over those of birth, or when something was done last."""
    return not state_words().undated.found(name_words(column.name, catalog.database).lower())
