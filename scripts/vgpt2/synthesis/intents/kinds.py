"""Amounts over rows of opposite kinds, invoices and payments: a question adds up those of one kind, or each on its own.

Which kind is meant where none is asked for is that of the database's own queries; where they ask for none, each kind
has a row of its own, and what cannot have one is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.meaning.words import words_of_table
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.plain_words import plural
from vgpt2.catalog.states.words import Ranked
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.columns import are_opposed, is_kind_of_row, is_of_one_kind
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft, spelled
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.evidence import own_queries
from vgpt2.synthesis.roles.words import role_words

ADDS_UP = re.compile(r"\b(?:SUM|AVG)\(")
OF_ONE = {
    "train": ("I mean those where {0}.", "Those where {0} are meant.", "Of all kinds only those where {0}."),
    "exam": ("Meant are those where {0}.",),
}
NAMED = {
    "train": ("Only the {0}.", "Just the {0}, please.", "I mean the {0} only.", "Take the {0} only."),
    "exam": ("Of these the {0} only.",),
}
EACH = {
    "train": ("Split it by {0} too.", "Within that, split by {0}.", "And by {0} as well."),
    "exam": ("Each {0} on a row of its own.",),
}


class Opposed(dict[str, tuple[Table, Column] | None]):
    """By the name of a table that was looked at, the table that says of which kind its rows are (itself, or the
    document of its lines) and its column, where the kinds are opposite ones; None where they are not."""

    @classmethod
    def of(cls, catalog: Catalog) -> Opposed:
        """Those of a catalog, each worked out once."""
        return catalog.derived.get(cls, cls)


def opposed_kinds(ctx: Context, table: Table) -> tuple[Table, Column] | None:
    """Where a table says of which of several opposite kinds a row is; None where its rows are of one kind."""
    known = Opposed.of(ctx.catalog)
    if table.qualified not in known:
        header = book_of(ctx).header(table)
        owners = (table, *([header.end] if header else []))
        found = ((owner, _kind_column(ctx, owner)) for owner in owners)
        known[table.qualified] = next(((owner, column) for owner, column in found if column), None)
    return known[table.qualified]


def _kind_column(ctx: Context, table: Table) -> Column | None:
    """The column with the kinds of a table's rows, if what is said of them has two opposite sides."""
    database, said = ctx.catalog.database, ctx.catalog.said_values
    for column in table.columns:
        values = {*column.values, *said(table, column.name)}
        name = name_words(column.name, database)
        if len(values) < 2 or not is_kind_of_row(name):
            continue
        words = [text for texts in said(table, column.name).values() for text, _, _ in texts]
        if are_opposed([ctx.table_words(table), name, *values, *words]):
            return column
    return None


class AskedKinds(dict[str, str]):
    """By `table.column` the value that the database's own queries ask for most often; '' where they ask for none."""

    @classmethod
    def of(cls, catalog: Catalog) -> AskedKinds:
        """Those of a catalog, each worked out once."""
        return catalog.derived.get(cls, cls)


def asked_kind(catalog: Catalog, table: Table, column: Column) -> str:
    """The kind of a table's rows that the database's own queries ask for, of the known ones; '' where they do not."""
    known, name = AskedKinds.of(catalog), f"{table.qualified}.{column.name}"
    if name not in known:
        names = "|".join(re.escape(each.rpartition(".")[2]) for each in (table.qualified, table.base_table) if each)
        reads = re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
        asks = re.compile(rf"\b{re.escape(column.name)}\]?\s*=\s*(?:N?'([^']*)'|(\d+)\b)", re.IGNORECASE)
        found = Counter(
            text or number for sql in own_queries(catalog) if reads.search(sql) for text, number in asks.findall(sql)
        )
        known[name] = next((value for value, _ in found.most_common() if value in column.values), "")
    return known[name]


def with_kind(ctx: Context, draft: Draft) -> Draft | None:
    """The draft where it adds up rows of one kind, says which, or has a row for each; with the kind where it says none;
    None where it cannot be said."""
    for part in draft.query.parts():
        found = _unsaid(ctx, part)
        if not found:
            continue
        owner, column, amount = found
        ref = Ref(owner.qualified, column.name)
        value = kind_of(ctx, (owner, column), amount)
        if not value and _is_at_payment(ctx, amount):
            return None
        if not value:
            return _of_each(ctx, draft, ref) if part is draft.query else None
        # Of payments nothing is invoiced, so that they are no kind to be shown beside.
        return None if ref in part.refs() else _of_one(ctx, draft, ref, column, value)
    return draft


def kind_of(ctx: Context, kinds: tuple[Table, Column], amount: Ref) -> str:
    """The kind of the rows that an amount is added up over: that of what pays, for what comes about as it is paid, of
    what is earned, for hours; else the one that the database's own queries ask for; '' where none is known."""
    owner, column = kinds
    words, said = role_words(), ctx.catalog.said_values(owner, column.name)
    works = words.at_work.found(name_words(amount.column, ctx.catalog.database).lower())
    if works and (earning := _called(said, words.earns)):
        return earning
    return _called(said, words.pays) if _is_at_payment(ctx, amount) else asked_kind(ctx.catalog, owner, column)


def _called(said: Mapping[str, Sequence[Sequence[str]]], known: Ranked) -> str:
    """The value of a column that is called so; '' where none is."""
    return next((value for value, words in said.items() if words and known.found(words[0][0].lower())), "")


def _is_at_payment(ctx: Context, amount: Ref) -> bool:
    return role_words().at_payment.found(name_words(amount.column, ctx.catalog.database).lower())


def is_of_other_kind(ctx: Context, part: Query) -> bool:
    """Whether one SELECT is of rows of a kind that has not what it reads: of invoices no discount is taken yet."""
    for ref in part.refs() if part.where else ():
        table = ctx.catalog.by_qualified.get(ref.table)
        found = opposed_kinds(ctx, table) if table and _is_at_payment(ctx, ref) else None
        if found and _limited(part, Ref(found[0].qualified, found[1].name)):
            return not _limited(part, Ref(found[0].qualified, found[1].name), kind_of(ctx, found, ref))
    return False


def _unsaid(ctx: Context, part: Query) -> tuple[Table, Column, Ref] | None:
    """Whose kinds one SELECT adds up without saying which, and the amount."""
    calls = [*_calls(item.value for item in part.items), *(call for call, _ in part.having)]
    for call in calls:
        for ref in call.refs if ADDS_UP.search(call.template) else ():
            table = ctx.catalog.by_qualified.get(ref.table)
            found = opposed_kinds(ctx, table) if table else None
            if not table or not found:
                continue
            kind = Ref(found[0].qualified, found[1].name)
            value = kind_of(ctx, found, ref) if _is_one_kinds(ctx, ref) else ""
            told = _limited(part, kind, value) or _is_column_of(call, kind, value)
            if not (told if value else _says(part, kind, call)):
                return *found, ref
    return None


def _calls(values: Iterable[Ref | Call]) -> Iterator[Call]:
    return (value for value in values if isinstance(value, Call))


def _says(part: Query, kind: Ref, call: Call) -> bool:
    """Whether a SELECT is by kind, of one kind, or what it adds up is: a column for each of some."""
    return _limited(part, kind) or kind in part.group or kind in call.refs


def _is_column_of(call: Call, kind: Ref, value: str) -> bool:
    """Whether what is added up is that of one kind alone: CASE WHEN the type is 'E'."""
    place = f"{{{call.refs.index(kind)}}} = " if kind in call.refs else ""
    return bool(place) and any(f"{place}{text} THEN" in call.template for text in (value, literal(value)))


def _limited(part: Query, kind: Ref, value: str = "") -> bool:
    """Whether a SELECT is of one kind, or of this one."""
    given = [c.template for c in part.where if isinstance(c, Filter) and c.ref == kind]
    kinds = [text.removeprefix("{0} = ").strip("'") for text in given if text.startswith("{0} = ")]
    return any(not value or each == value for each in kinds)


def _is_one_kinds(ctx: Context, ref: Ref) -> bool:
    """Whether only one of the kinds has such an amount."""
    return is_of_one_kind(name_words(ref.column, ctx.catalog.database))


def _read(part: Query, table: str) -> bool:
    return part.table == table or any(join.table == table for join in part.joins)


def _of_one(ctx: Context, draft: Draft, ref: Ref, column: Column, value: str) -> Draft | None:
    """The draft of one kind alone, in every SELECT that adds up its rows."""
    table = ctx.table(ref.table)
    number = value.isdigit() and "char" not in column.base_type
    only = Filter(ref, f"{{0}} = {value if number else literal(value)}")

    def limited(part: Query) -> Query:
        part = part.with_inner(limited)
        return replace(part, where=(*part.where, only)) if _unsaid(ctx, part) and _read(part, ref.table) else part

    query = limited(draft.query)
    if any(_unsaid(ctx, part) for part in query.parts()):
        return None
    rng = ctx.rng("kind", draft.action, *draft.phrases.values())
    plain = not spelled(ctx, draft)
    say = Speech(ctx, rng, plain=plain)
    meant = ctx.meant(table, column, value) if plain else ""
    said = f"{say.column(table, ref.column)} is {meant or value}"
    sentence = rng.choice(OF_ONE[ctx.side]).format(said)
    # Of what is called customer invoices too the invoices are said as such.
    names = [word.text for word in words_of_table(ctx.catalog, table) if word.kind == "word_hint"]
    if meant and any({*text_words(meant)} <= {*text_words(name)} for name in (ctx.called(table), *names)):
        sentence = rng.choice(NAMED[ctx.side]).format(plural(meant))
    return replace(draft, query=query, more=f"{draft.more} {sentence}".strip())


def _of_each(ctx: Context, draft: Draft, ref: Ref) -> Draft | None:
    """The draft with a row for each kind; None where the rows are ranked, limited or compared with one another."""
    query = draft.query
    runs = any("OVER" in call.template for call in _calls(item.value for item in query.items))
    single = query.having or query.top or query.keep or query.union or query.order or query.ctes or runs
    # A column for each of some kinds, and one for all of them, is no row for each.
    if single or not _read(query, ref.table) or ref in query.refs():
        return None
    keys = [item for item in query.items if isinstance(item.value, Ref)]
    figures = [item for item in query.items if isinstance(item.value, Call)]
    if len(query.group) < len(keys):
        return None
    query = replace(query, items=(*keys, Item(ref), *figures), group=(ref, *query.group))
    rng = ctx.rng("kind", draft.action, *draft.phrases.values())
    plain = not spelled(ctx, draft)
    said = Speech(ctx, rng, plain=plain).column(ctx.table(ref.table), ref.column)
    sentence = rng.choice(EACH[ctx.side]).format(said)
    action = f"{draft.action}; a row for each {ref.column}"
    return replace(draft, query=query, action=action, more=f"{draft.more} {sentence}".strip())
