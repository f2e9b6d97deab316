"""Reports over two to six tables, from link to link along the joins that the code uses, and unions."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import may_be_empty, within_company
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import it_is, wanted
from vgpt2.synthesis.intents.model import Draft, TableBuild
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import Sheet, sum_of
from vgpt2.synthesis.plain.nouns import of_thing
from vgpt2.synthesis.query import Call, Filter, Item, Ref, alias_for
from vgpt2.synthesis.questions import listed
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.dimensions import called
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words

# A chain goes on behind what a row refers to, and what that refers to, and not to what lies beyond.
FARTHEST = 2
# At each step one of so many links is taken: those that the code uses most.
STEPS = 5


def _links(book: Book, table: Table) -> list[Link]:
    """Links to tables whose rows have a name, and to headers, which lead on to such; nobody looks up what a unit of
    measure is called."""
    return [link for link in book.links(table) if link.header or link in book.partners(table) or _called(book, link)]


def _called(book: Book, link: Link) -> bool:
    """Whether a link leads to a contact: nobody adds up by whom to call, and many lists show it."""
    near = name_words(link.pairs[-1][0], book.ctx.catalog.database).lower()
    return "contact" in near.split() and book.parts(link.end).name is not None


def _tree(sheet: Sheet, count: int) -> list[Link]:
    """So many links from the table on, each from a table that was reached: headers first, then the most used."""
    found: list[Link] = []
    reached = [sheet.table]
    names = {sheet.table.name}
    depths = {sheet.table.qualified: 0}
    while len(found) < count:
        open_ = [
            link
            for start in reached
            for link in _links(sheet.book, start)[:STEPS]
            if link.end.name not in names
            and depths[start.qualified] + (not link.header) <= FARTHEST
            and not any(sheet.book.knows(table, link) for table in reached)
            and not any(_either(link, other) for other in found)
            and not any(other.end == link.start and not other.header and _is_term(sheet.book, link) for other in found)
        ]
        if not open_:
            return []
        weights = [1 + 3 * link.header + min(link.uses, 6) + 2 * (link.start != sheet.table) for link in open_]
        link = sheet.rng.choices(open_, weights)[0]
        found.append(link)
        depths[link.end.qualified] = depths[link.start.qualified] + (not link.header)
        reached.append(link.end)
        names.add(link.end.name)
    return found


def _either(link: Link, other: Link) -> bool:
    """Whether one column leads to both: it is then one of the two, a store or an employee, and never both."""
    return link.start == other.start and [a for a, _ in link.pairs] == [a for a, _ in other.pairs]


def _shown(sheet: Sheet, link: Link) -> Column | None:
    """What a chain shows of the table behind a link: its name, of a document without one its number."""
    parts = sheet.book.parts(link.end)
    joined = {name for _, name in link.pairs}
    candidates = [parts.name, *parts.dated[:1], *parts.due[:1], *parts.numbers]
    return next((column for column in candidates if column is not None and column.name not in joined), None)


def chain_list(count: int, label: str) -> TableBuild:
    """A builder: rows with what so many other tables say of them; where there is nothing, a dash."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        sheet = Sheet(ctx, table, rng, turn, label)
        links = _tree(sheet, count)
        keys = list(sheet.keys())
        name = sheet.parts.name
        keys += [name.name] if name and name.name not in keys else []
        amount = sheet.amount() or _only_number(sheet)
        if not links or not keys:
            return None
        items = [_named(sheet, sheet.ref(key), table.column(key), "") for key in keys]
        own = [sheet.said(name) for name in keys]
        # In the order in which it is asked for.
        if amount and amount.name not in keys:
            items.append(Item(sheet.ref(amount)))
            own.append(sheet.said(amount))
        taken = {item.name.lower() for item in items}
        said = []
        for link in links:
            column = _shown(sheet, link)
            sheet.link(link)
            if column is None:
                continue
            alias = alias_for(link.end.name, column.name) if column.name.lower() in taken else ""
            items.append(_named(sheet, Ref(link.end.qualified, column.name), column, alias))
            taken.add(items[-1].name.lower())
            before = next((other for other in links if other.end == link.start), None)
            said.append(sheet.of_end(link, column.name, before))
        if len(said) < len(links):
            return None
        where = sheet.state(sheet.parts.states) if rng.random() < 0.5 else None
        dashes = any(isinstance(item.value, Call) for item in items)
        return sheet.draft(
            sheet.query(items),
            f"show {', '.join(item.name for item in items)}"
            + ("; ISNULL gives - where there is no name" if dashes else ""),
            columns=listed(own), others=listed(said),
            where=f", only those that are {where[1]}" if where else "",
            missing=" Show - for a name that is missing." if dashes else "",
        )  # fmt: skip

    return build


def _only_number(sheet: Sheet) -> Column | None:
    """The one number of a table, where it is not added up since rows are of different kinds: what is budgeted."""
    measures = sheet.ctx.roles(sheet.table).measures
    return measures[0] if len(measures) == 1 else None


def _named(sheet: Sheet, ref: Ref, column: Column | None, alias: str) -> Item:
    """A column as a chain shows it: a name that may be missing, by its own row or by the join, as a dash."""
    outer = any(join.table == ref.table and join.kind == "LEFT JOIN" for join in sheet.joins)
    is_name = column is not None and column == sheet.book.parts(sheet.ctx.table(ref.table)).name
    if column is not None and is_name and (outer or may_be_empty(column)):
        return Item(Call("ISNULL({0}, '-')", (ref,)), alias or column.name)
    return Item(ref, alias)


def _far(sheet: Sheet, steps: int) -> tuple[Link, ...]:
    """One of the ways of so many steps to a table with names; as the turn grows, another."""
    ways = []
    near = {link.end.qualified for link in sheet.book.all_partners(sheet.table)}
    for way in sheet.book.ways(sheet.table, steps):
        # The supplier of an order's line is that of the order, and not who else supplies the item.
        if not way[0].header and any(link.end.qualified in near for link in way[1:]):
            continue
        if _goes_round(sheet.book, way):
            continue
        # What the employee's usual job leads to is not what the work was done for.
        if steps > 2 and not way[0].header and any(map(sheet.book.is_proposed, way[1:])):
            continue
        if any(not before.header and _is_term(sheet.book, link) for before, link in pairwise(way)):
            continue
        beyond = sum(not link.header for link in way) > FARTHEST
        if (
            not beyond
            and all(_passable(sheet.book, link) for link in way)
            and sheet.book.counts_by(sheet.table, way[-1])
        ):
            ways.append(way)
        if len(ways) >= 3 * STEPS:
            break
    ways.sort(key=lambda way: -sum(min(link.uses, 6) + 2 * link.header for link in way))
    return ways[sheet.choose(len(ways[: 2 * STEPS]))] if ways else ()


def _goes_round(book: Book, way: tuple[Link, ...]) -> bool:
    """Whether a table on the way leads by itself where the way comes by another: an invoice has its own payment terms,
    whatever its customer's are."""
    ends = [link.end for link in way]
    nearer = [{link.end.qualified for link in book.all_partners(end)} for end in ends]
    return any(end.qualified in nearer[before] for place, end in enumerate(ends) for before in range(place - 1))


def _is_term(book: Book, link: Link) -> bool:
    """Whether a link leads to what a master has agreed on for its own documents, to a kind that these say themselves,
    or to where it is today: nobody adds up hours by the payment terms of the customer, costs by the employee's earnings
    code, or what is owed by the place where the machine stands now."""
    words = role_words()
    said = called(book.ctx, link.end), name_words(link.end.name, book.ctx.catalog.database).lower()
    near = link.start.column(link.pairs[-1][0])
    today = near is not None and words.stands_now.found(column_words(book.ctx.catalog, near, link.start).lower())
    if today or any(map(words.agreed.found, said)):
        return True
    return any(map(words.few_kinds.found, said)) and book.is_proposed(link)


def _passable(book: Book, link: Link) -> bool:
    return link.header or link in book.partners(link.start)


def far_total(steps: int, label: str, count: bool) -> TableBuild:
    """A builder: an amount added up (or rows counted) by the name of a table that is so many joins away."""

    def build(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
        sheet = Sheet(ctx, table, rng, turn, label)
        way, amount = _far(sheet, steps), sheet.amount()
        if not way or not (amount or count):
            return None
        for link in way:
            sheet.link(link)
        end = way[-1].end
        name = sheet.book.parts(end).name
        company = ctx.roles(end).company
        keys = tuple(Ref(end.qualified, column) for column in end.key if column != company)
        if name is None or not keys:
            return None
        shown = [Ref(end.qualified, column.name) for column in within_company(ctx.catalog, end)] or [keys[-1]]
        if company in end.key and not _is_tied(ctx, table, way):
            # Two companies may have a contract of that number.
            keys, shown = (Ref(end.qualified, company), *keys), [Ref(end.qualified, company), *shown]
        items = [*map(Item, shown), Item(Ref(end.qualified, name.name))]
        items.append(sheet.count if count or amount is None else sum_of(sheet.ref(amount)))
        query = sheet.query(items, (*keys, Ref(end.qualified, name.name)))
        phrases = {
            "by": _said_end(sheet, way, keys[-1].column, name.name),
            **({"measure": sheet.said(amount)} if amount and not count else {}),
        }
        what = "count" if count or amount is None else f"sum {amount.name}"
        return sheet.draft(
            query,
            f"{what} by {', '.join(ref.column for ref in shown)}; each row leads to one, so nothing counts twice",
            False,
            **phrases,
        )

    return build


def _is_tied(ctx: Context, table: Table, way: tuple[Link, ...]) -> bool:
    """Whether the company of the far table is that of the rows: an invoice's lines may be of another company's jobs."""
    tied = {(table.qualified, ctx.roles(table).company)}
    for link in way:
        tied |= {(link.end.qualified, far) for near, far in link.pairs if (link.start.qualified, near) in tied}
    return (way[-1].end.qualified, ctx.roles(way[-1].end).company) in tied


def _said_end(sheet: Sheet, way: tuple[Link, ...], key: str, name: str) -> str:
    """How the question says by what a far table tells its rows apart; whose it is where that is not plain."""
    end, number = way[-1].end, sheet.say.column(way[-1].end, key)
    words = sheet.say.column(end, name)
    if not sheet.say.plain or number == key:
        return f"{listed([number, words])} of {sheet.named(end)}"
    noun = sheet.role(way[-1])
    # The customer of the order is the customer of its lines.
    of = "" if all(link.header for link in way[:-1]) else f" of the {sheet.role(way[-2])}"
    if sheet.ctx.side == "exam":
        return f"{number} and {of_thing(words, noun)}{of}"
    # "per category name of the supplier" would show the supplier's name.
    return f"{noun}{of}" if of else sheet.rng.choice((noun, noun, of_thing(words, noun)))


def far_where(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Rows whose partner's partner is in a state."""
    sheet = Sheet(ctx, table, rng, turn, "far_where")
    way = _far(sheet, 2)
    keys = list(sheet.keys())
    if not way or not keys:
        return None
    end = way[-1].end
    # Outer joins that a condition on their far side makes inner ones are written as such.
    for link in way:
        sheet.link(link)
    sheet.joins = [replace(join, kind="JOIN") for join in sheet.joins]
    codes = [column for column in sheet.book.kinds(end) if column.values]
    states = sheet.book.parts(end).states
    name = sheet.book.parts(end).name
    if name is None:
        return None
    if states:
        state = states[sheet.choose(len(states))]
        sheet.where.append(Filter(Ref(end.qualified, state.column.name), state.template, state.word))
        value = state.template.rpartition("= ")[2].strip("'")
        said = f"{sheet.say.column(end, state.column.name)} of {sheet.say.short(end)} is {value}"
        if sheet.say.plain and sheet.ctx.called(end):
            said = f"the {sheet.role(way[-1])} is {state.word}"
    elif codes:
        code = codes[sheet.choose(len(codes))]
        made = wanted(sheet.say, end, code)
        if not made:
            return None
        sheet.where.append(made[0])
        said = it_is(sheet.say, way[-1].start, end, way[-1].pairs, code, made)
    else:
        return None
    alias = alias_for(end.name, name.name) if name.name in keys else ""
    items = (*(Item(sheet.ref(key)) for key in keys), Item(Ref(end.qualified, name.name), alias))
    return sheet.draft(
        sheet.query(items), f"show {', '.join(item.name for item in items)}",
        columns=listed([sheet.said(key) for key in keys]), others=sheet.of_end(way[-1], name.name, way[0]), where=said,
    )  # fmt: skip


def _counted(book: Book, table: Table) -> bool:
    return bool(_links(book, table)) and bool(table.key)


def _summed(book: Book, table: Table) -> bool:
    return _counted(book, table) and bool(book.parts(table).amounts)


INTENTS = (
    *(of_roles(f"chain_{n}", chain_list(n - 1, f"chain_{n}"), _counted, "join") for n in (2, 3, 4, 5, 6)),
    of_roles("far_sum", far_total(2, "far_sum", False), _summed, "join"),
    of_roles("far_sum_3", far_total(3, "far_sum_3", False), _summed, "join"),
    of_roles("far_count", far_total(2, "far_count", True), _counted, "join"),
    of_roles("far_where", far_where, _counted, "join"),
)
