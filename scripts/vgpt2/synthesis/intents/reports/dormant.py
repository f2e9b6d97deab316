"""Reports on what does not move: partners without documents, no longer active, run out."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.column_roles import WHOLE, base_word
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.days import Day, day_of
from vgpt2.synthesis.intents.reports.likeness import documents, in_one_role, one_way
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet, sum_of
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, SubQuery, alias_for
from vgpt2.synthesis.questions import listed
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.links import Link

# What a status says of what may still run out.
STILL = ("open", "active", "pending", "in progress")
# For so many days nothing happened.
QUIET = (30, 60, 90, 180)


def idle(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners whose last document is from before a day."""
    sheet = Sheet(ctx, table, rng, turn, "idle")
    time, partner = sheet.moment(months=False), sheet.partner(known=True)
    day = day_of(sheet, time.column, late=False, table=time.table) if time else None
    if not time or not partner or not day:
        return None
    if day.said == "today":
        # Before today is everything that ever happened.
        days = rng.choice(QUIET)
        day = Day(day.back(days), f"{days} days ago")
    last = Call("MAX({0})", (time.ref,))
    query = sheet.query(
        (*partner.items, Item(last, alias_for("Last", time.column.name))),
        partner.grouped,
        having=((last, f"< {day.sql}"),),
    )
    return sheet.draft(
        query, f"last {time.column.name} by {partner.short}, keep those before {day.said}",
        date=time.said, day=day.said, by=partner.said,
    )  # fmt: skip


def _dated_into(book: Book, table: Table) -> list[Link]:
    if book.parts(table).name is None or not book.parts(table).numbers:
        return []
    return [link for link in book.into(table) if book.own_day(link.start) and link.start.weight >= 0.2]


def nothing_since(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Masters for which there is nothing in another table since a day."""
    sheet = Sheet(ctx, table, rng, turn, "nothing_since")
    links, name = _dated_into(sheet.book, table), sheet.parts.name
    link = links[sheet.choose(len(links))] if links else None
    if not link or name is None:
        return None
    other = Sheet(ctx, link.start, rng, turn, "nothing_since/other")
    time = sheet.book.own_day(link.start)
    day = day_of(other, time, late=False) if time else None
    if not time or not day or day.said == "today":
        return None
    since = Filter(other.ref(time), f"{{0}} >= {day.sql}", f"since {day.said}")
    inner = Query(link.start.qualified, (), where=(*sheet.tied_company(link), since))
    pairs = tuple((Ref(link.start.qualified, near), sheet.ref(far)) for near, far in link.pairs)
    sheet.where.append(SubQuery("NOT EXISTS", inner, pairs=pairs))
    return sheet.draft(
        sheet.query((*sheet.ids(), Item(sheet.ref(name)))),
        f"a match counts with {time.name} since {day.said}",
        other=sheet.named_as(link), date=sheet.say.column(link.start, time.name), day=day.said,
        columns=listed([*sheet.said_ids(), sheet.said(name)]),
    )  # fmt: skip


def _children(book: Book, table: Table) -> list[Link]:
    if book.parts(table).name is None or not book.parts(table).numbers:
        return []
    return [link for link in book.into(table) if link.start.weight >= 0.2]


def _apart(book: Book, table: Table) -> list[tuple[Link, Link]]:
    """Pairs of tables of one module with documents that refer to this one, each in one way only."""
    links = [
        link for link in _children(book, table)
        if link.start.module and documents(book, link.start) and one_way(book.ctx, link.start, table)
    ]  # fmt: skip
    return [
        (a, b) for a in links for b in links
        if a.start.name != b.start.name and a.start.module == b.start.module
        and (book.header(a.start) is None) == (book.header(b.start) is None) and in_one_role(a, b)
    ]  # fmt: skip


def one_not_other(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Masters with rows in one table and none in another."""
    sheet = Sheet(ctx, table, rng, turn, "one_not_other")
    pairs, name = _apart(sheet.book, table), sheet.parts.name
    if not pairs or name is None:
        return None
    order = list(range(len(pairs)))
    ctx.rng("pick", "one_not_other", table.qualified).shuffle(order)
    chosen = pairs[order[sheet.choose(len(order))]]
    for link, operator in zip(chosen, ("EXISTS", "NOT EXISTS"), strict=True):
        inner = Query(link.start.qualified, (), where=tuple(sheet.tied_company(link)))
        on = tuple((Ref(link.start.qualified, near), sheet.ref(far)) for near, far in link.pairs)
        sheet.where.append(SubQuery(operator, inner, pairs=on))
    return sheet.draft(
        sheet.query((*sheet.ids(), Item(sheet.ref(name)))),
        f"show {', '.join(column.name for column in (*sheet.parts.numbers, name))}",
        other=sheet.named_as(chosen[0]), missing=sheet.named_as(chosen[1]),
        columns=listed([*sheet.said_ids(), sheet.said(name)]),
    )  # fmt: skip


def _stopped(book: Book, table: Table) -> list[Link]:
    """The partners of a table that can be active or not, where it has amounts."""
    parts = book.parts(table)
    return [link for link in book.partners(table) if parts.amounts and _active(book, link)]


def _active(book: Book, link: Link) -> tuple[Column, str] | None:
    state = next((state for state in book.parts(link.end).states if state.word == "active"), None)
    if state is None:
        return None
    return state.column, "{0} = 'N'" if "'" in state.template else "{0} = 0"


def not_active(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Partners that are not active any more and have documents all the same."""
    sheet = Sheet(ctx, table, rng, turn, "not_active")
    links = _stopped(sheet.book, table)
    link = links[sheet.choose(len(links))] if links else None
    amount = sheet.amount()
    # Who is not active any more is somebody.
    partner, flag = (sheet.by(replace(link, optional=False)), _active(sheet.book, link)) if link else (None, None)
    if not link or not partner or not flag or not amount:
        return None
    sheet.where.append(Filter(Ref(link.end.qualified, flag[0].name), flag[1], "no longer active"))
    query = sheet.query((*partner.items, sum_of(sheet.ref(amount)), sheet.count), partner.grouped)
    value = flag[1].removeprefix("{0} = ").strip("'")
    return sheet.draft(
        query, f"sum {amount.name} and count by {partner.short}",
        measure=sheet.said(amount), by=partner.said, flag=f"{sheet.say.column(link.end, flag[0].name)} is {value}",
    )  # fmt: skip


def run_out(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What has run out by a day, with its partner."""
    sheet = Sheet(ctx, table, rng, turn, "run_out")
    end, partner = sheet.parts.expires[0], sheet.partner()
    day = day_of(sheet, end)
    keys = sheet.keys()
    if not day or not keys:
        return None
    still = _still_open(sheet)
    sheet.where.append(Filter(sheet.ref(end), f"{{0}} < {day.sql}", "expired"))
    partner_items = [item for item in (partner.items if partner else ()) if item.name not in keys]
    items = (*(Item(sheet.ref(name)) for name in keys), *partner_items, Item(sheet.ref(end)))
    said = [*(sheet.said(name) for name in keys), *([sheet.beside(partner)] if partner else [])]
    return sheet.draft(
        sheet.query(items), f"keep {end.name} before {day.said}",
        table=sheet.named(table) + still, date=sheet.said(end), day=day.said, columns=", ".join(said),
        lapsed=lapsed(ctx, table, end, sheet.said(end)),
    )  # fmt: skip


# What a day is called on which something ends, behind what it is that does: license expiration date.
_END = re.compile(r"(?i) *\b(?:expiration|expiry|expires?|expired|exp|valid|end|to|until|through)\b.*")


def lapsed(ctx: Context, table: Table, end: Column, said: str) -> str:
    """How a question says that rows have run out: `that expired` of quotes, which have an expiration date themselves;
    of people `whose license expired`; with the column where a question spells it: `with LicExpDate`.

    Args:
        said: what the question calls the day.
    """
    if said == end.name:
        return f"with {said}"
    thing = _END.sub("", said).lower()
    if not thing or {*text_words(thing)} <= {*text_words(f"{ctx.noun(table)} {ctx.table_words(table)}")}:
        return "that expired"
    return f"whose {thing} expired"


def _still_open(sheet: Sheet) -> str:
    """Leaves out what is closed, where flags or a status tell that, and says so: a closed order does not run out."""
    flags = [state for state in sheet.parts.open if " = " in state.template]
    if flags:
        sheet.where.append(Filter(sheet.ref(flags[0].column), flags[0].template, flags[0].word))
        return f" that are {sheet.say_state(flags[0])}"
    for column in sheet.parts.status:
        for value in column.values:
            word = sheet.ctx.meant(sheet.table, column, value).lower()
            if word in STILL:
                sheet.where.append(Filter(sheet.ref(column), f"{{0}} = {literal(_typed(column, value))}", word))
                return f" that are {word} ({sheet.said(column)} is {value})"
    return ""


def _typed(column: Column, value: str) -> int | str:
    return int(value) if base_word(column) in WHOLE else value


INTENTS = (
    of_roles("idle", idle, lambda b, t: bool(b.all_partners(t) and b.own_day(t))),
    of_roles("nothing_since", nothing_since, lambda b, t: bool(_dated_into(b, t)), "join"),
    of_roles("one_not_other", one_not_other, lambda b, t: bool(_apart(b, t)), "join"),
    of_roles("not_active", not_active, lambda b, t: bool(_stopped(b, t))),
    of_roles("run_out", run_out, lambda b, t: bool(b.parts(t).expires), "sql"),
)
