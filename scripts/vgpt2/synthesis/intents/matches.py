"""Intents about rows of one table that another table knows or lacks."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Join, Table
from vgpt2.synthesis.columns import measured_in
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import that_are_of, wanted, with_value
from vgpt2.synthesis.intents.joins import Sides, looked_up, sides
from vgpt2.synthesis.intents.model import Draft, JoinBuild, of_join, pick, refs, shown_columns
from vgpt2.synthesis.intents.reports.likeness import one_way
from vgpt2.synthesis.intents.roles_said import as_what
from vgpt2.synthesis.query import Filter, JoinOn, Query, Ref, SubQuery
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of


@dataclass(slots=True, frozen=True)
class _Parent:
    """A question about the one side of a join: what it shows, the company filter and how that is said."""

    say: Speech
    side: Sides
    shown: list[str]
    company: tuple[Filter, ...]
    company_said: str

    def phrases(self) -> dict[str, str]:
        """What the wordings need."""
        return {
            "columns": self.say.columns(self.side.one, self.shown),
            "table": self.say.table(self.side.one),
            "other": as_what(self.say, self.side.many, self.side.one, self.side.pairs),
            "company": self.company_said,
        }


def left_missing(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
    """Rows of the one side that no row of the many side refers to."""
    made = _parent(ctx, join, rng, turn)
    if not made:
        return None
    side, shown = made.side, made.shown
    child = Ref(side.many.qualified, side.pairs[-1][0])
    query = Query(
        side.one.qualified,
        refs(side.one, shown),
        joins=(JoinOn(side.many.qualified, side.back(), "LEFT JOIN"),),
        where=(*made.company, Filter(child, "{0} IS NULL")),
    )
    return Draft(query, made.phrases(), f"keep rows without a match; show {', '.join(shown)}")


def exists(negative: bool) -> JoinBuild:
    """A builder: rows of the one side for which rows of the many side exist, or none do."""
    operator = "NOT EXISTS" if negative else "EXISTS"

    def build(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
        made = _parent(ctx, join, rng, turn)
        if not made:
            return None
        side, shown = made.side, made.shown
        inner = SubQuery(operator, Query(side.many.qualified, ()), pairs=side.on())
        query = Query(side.one.qualified, refs(side.one, shown), where=(*made.company, inner))
        return Draft(query, made.phrases(), f"show {', '.join(shown)}")

    return build


def _parent(ctx: Context, join: Join, rng: random.Random, turn: int) -> _Parent | None:
    say = Speech(ctx, rng)
    side = sides(ctx, join)
    shown = _with_name(ctx, side.one, shown_columns(ctx, side.one, rng, turn, most=2))
    if not side.known or not shown or not looked_up(ctx, side) or not one_way(ctx, side.many, side.one):
        return None
    company, company_said = say.company(side.one)
    # Without a company of its own the parent would be filtered by the child's, which is another question.
    rules = ctx.catalog.database.house_rules
    if rules.company_filter and not company and ctx.roles(side.many).company:
        return None
    return _Parent(say, side, shown, tuple(company), company_said)


def _with_name(ctx: Context, table: Table, shown: list[str]) -> list[str]:
    """The columns with what people call a row, behind what tells it, where the table has such a name."""
    name = book_of(ctx).parts(table).name
    if not shown or name is None or name.name in shown or name not in ctx.roles(table).shown:
        return shown
    keys = [column for column in book_of(ctx).known_by(table) if column in shown]
    return [*keys, name.name, *(column for column in shown if column not in keys)][: max(3, len(keys) + 1)]


def in_subquery(ctx: Context, join: Join, rng: random.Random, turn: int) -> Draft | None:
    """Rows of the many side whose key is among those of the one side where a condition holds.

    Only where one pair of columns remains beside the company: IN compares one column.
    """
    say = Speech(ctx, rng)
    side = sides(ctx, join)
    many_company, one_company = ctx.roles(side.many).company, ctx.roles(side.one).company
    rest = [pair for pair in side.pairs if pair != (many_company, one_company)]
    roles = ctx.roles(side.one)
    column = pick(ctx, side.one, [item for item in roles.equals if item.name not in [b for _, b in rest]], turn, "in")
    if len(rest) != 1 or not column or bool(many_company) != bool(one_company):
        return None
    if not looked_up(ctx, side) or measured_in(name_words(rest[0][0], ctx.catalog.database)):
        return None
    if many_company and (many_company, one_company) not in side.pairs:
        return None
    # Special deals have a buying group of their own, whatever that of their customers is.
    book = book_of(ctx)
    ends = {link.end.qualified for link in book.links(side.one) if column.name in {near for near, _ in link.pairs}}
    if ends & {link.end.qualified for link in book.links(side.many)}:
        return None
    say.follow(side.many, side.one, side.pairs)
    made = wanted(say, side.one, column)
    shown = _with_name(ctx, side.many, shown_columns(ctx, side.many, rng, turn, most=2))
    if not made or not shown:
        return None
    company, company_said = say.company(side.many)
    inner_company = [Filter(Ref(side.one.qualified, one_company), part.template) for part in company]
    ((near, far),) = rest
    inner = Query(side.one.qualified, refs(side.one, [far]), where=(*inner_company, made[0]))
    query = Query(
        side.many.qualified,
        refs(side.many, shown),
        where=(*company, SubQuery("IN", inner, Ref(side.many.qualified, near))),
    )
    phrases = {
        "columns": say.columns(side.many, shown),
        "table": say.table(side.many),
        # The other table may have the key under another name.
        "key": _key(say, side, near, far),
        "other": say.short(side.one),
        "where": made[1],
        "that": that_are_of(say, side.many, side.one, side.pairs, with_value(say, side.one, column, made)),
        # "for company 3 for active vendors" says for twice.
        "company": company_said.replace(" for ", " of ", 1),
    }
    return Draft(query, phrases, f"show {', '.join(shown)} with {near} in {ctx.catalog.sql_name(side.one)}")


def _key(say: Speech, side: Sides, near: str, far: str) -> str:
    """The column that both tables share, by its name unless the question spells none."""
    words, others = say.ctx.plain_columns(side.many), say.ctx.plain_columns(side.one)
    if say.plain and near in words and (near == far or far in others):
        return words[near] if near == far else f"{words[near]} ({others[far]} of {say.short(side.one)})"
    return near if near == far else f"{near} ({say.ctx.catalog.sql_name(side.one)}.{far})"


INTENTS = (
    of_join("left_missing", left_missing),
    of_join("exists", exists(False)),
    of_join("not_exists", exists(True)),
    of_join("in_subquery", in_subquery),
)
