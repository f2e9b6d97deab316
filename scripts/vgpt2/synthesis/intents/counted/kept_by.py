"""Columns that rows of some kinds only have, as their descriptions say ("check date; on payments only"): a query of
other kinds does not read them, and none tells kinds apart by what one of them has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.plain_words import plural
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.query import Call, Filter, Query, Ref
from vgpt2.synthesis.roles.book import book_of

# The clauses of a description: the first one calls the column something.
CLAUSE = re.compile(r"[.;:()\n]")
# What stands around the kinds of a clause that says "only", in small letters: IN, ON and A may be codes.
AROUND = re.compile(
    r"^(?:(?:[Oo]nly|[Ff]illed|[Ss]et|[Gg]iven|[Uu]sed|[Kk]ept|[Oo]n|[Oo]f|[Ff]or|[Ww]ith|[Ii]n|by|when|where|the|a|an"
    r"|types?|kinds?)\s+)*(.+?)(?:\s+(?:only|rows|records|transactions))*$"
)
APART = re.compile(r"\s*,\s*(?:and|or)\s+|\s*,\s*|\s+(?:and|or)\s+")
COMPARED = re.compile(r"^\{0\} (=|<>|IN|NOT IN) \(?((?:N?'[^']*'|\d+)(?:, (?:N?'[^']*'|\d+))*)\)?$")
VALUE = re.compile(r"'([^']*)'|(\d+)")
PARTED = re.compile(r"PARTITION BY (.*?)(?: ORDER BY |\))")
OF_VALUE = r"\{{{0}\}} = (?:'([^']*)'|(\d+)) THEN"


@dataclass(slots=True, frozen=True)
class KeptBy:
    """The column that says of which kind a row is, and the values of the kinds that have something."""

    kind: Ref
    values: frozenset[str]


class _Known(dict[str, dict[str, tuple[KeptBy, ...]]]):
    """By the qualified name of a table, its columns that only rows of some kinds have."""


def kept_by(ctx: Context, table: Table) -> dict[str, tuple[KeptBy, ...]]:
    """The columns of a table of which a description says which rows have them: of some kinds, and of some kinds of
    documents where it holds the lines of these. Nothing is guessed where it says nothing."""
    known = ctx.catalog.derived.get(_Known, _Known)
    if table.qualified not in known:
        owners = (table, *(link.end for link in book_of(ctx).headers(table)))
        found = {column.name: tuple(_of_clauses(ctx.catalog, owners, column)) for column in table.columns}
        known[table.qualified] = {name: kinds for name, kinds in found.items() if kinds}
    return known[table.qualified]


def _of_clauses(catalog: Catalog, owners: tuple[Table, ...], column: Column) -> Iterator[KeptBy]:
    for clause in CLAUSE.split(column.description)[1:]:
        if not re.search(r"\bonly\b", clause, re.IGNORECASE):
            continue
        inner = AROUND.match(clause.strip())
        names = [name for name in APART.split(inner[1]) if name] if inner else []
        found = [kept for owner in owners for kept in _of_names(catalog, owner, column, names)]
        # Of two columns that have such values the description means one.
        if len(found) == 1:
            yield found[0]


def _of_names(catalog: Catalog, owner: Table, column: Column, names: list[str]) -> Iterator[KeptBy]:
    """Each column of a table, but the one described, of which all these are values or what they are called."""
    for kind in owner.columns:
        said = catalog.said_values(owner, kind.name)
        values = dict.fromkeys((*kind.values, *said))
        if len(values) < 2 or kind == column:
            continue
        called = {value: {value} for value in values}
        for value, words in said.items():
            for text in {each.lower() for each, *_ in words}:
                for form in {text, plural(text)}:
                    called.setdefault(form, set()).add(value)
        # "On sale type customer": the column may be said before its value.
        label = f"{CLAUSE.split(kind.description)[0].strip().lower()} "
        plain = [name[len(label) :] if name.lower().startswith(label) else name for name in names]
        meant = [called.get(name) or called.get(name.lower(), set()) for name in plain]
        if meant and all(meant):
            yield KeptBy(Ref(owner.qualified, kind.name), frozenset().union(*meant))


def reads_what_none_has(ctx: Context, query: Query) -> bool:
    """Whether a SELECT of the query reads a column that no row has which it is of: invoices by the date of a check; or
    tells kinds apart by what one of them has: for each kind of transaction the two with the highest contract amount."""
    return any(_reads(ctx, part) for part in query.parts())


def _reads(ctx: Context, part: Query) -> bool:
    read = [ref for ref in _own_refs(part) if _kinds_of(ctx, ref)]
    if not read:
        return False
    asked: dict[Ref, frozenset[str]] = {}
    for condition in _filters(part):
        values = _compared(ctx, condition)
        if values is not None:
            asked[condition.ref] = asked.get(condition.ref, values) & values
    of = dict(asked)
    # What is compared, grouped or ranked by is there: rows of other kinds are out.
    for ref in _demanded(part):
        for kept in _kinds_of(ctx, ref):
            of[kept.kind] = of.get(kept.kind, kept.values) & kept.values
    apart = {key for key in part.group if isinstance(key, Ref)} | _ranked_within(part)
    for ref in dict.fromkeys(read):
        for kept in _kinds_of(ctx, ref):
            if kept.kind in of and not of[kept.kind] & kept.values:
                return True
            # What most kinds have is asked for by kind; of the others it is empty.
            few = 2 * len(kept.values) < len(_every(ctx, kept.kind))
            if few and kept.kind in apart and not (kept.kind in asked and asked[kept.kind] <= kept.values):
                return True
            if any(not values <= kept.values for values in _columns_of(part, ref, kept.kind)):
                return True
    return False


def _kinds_of(ctx: Context, ref: Ref) -> tuple[KeptBy, ...]:
    table = ctx.catalog.by_qualified.get(ref.table)
    return kept_by(ctx, table).get(ref.column, ()) if table else ()


def _own_refs(part: Query) -> list[Ref]:
    """All that one SELECT reads but for what must be empty or there only if it may be; not that of queries within."""
    inner = {ref for query in part.parts() if query is not part for ref in query.refs()}
    asked = [c.ref for c in _filters(part) if "IS NULL" in c.template]
    refs = list(part.refs())
    for ref in asked:
        refs.remove(ref)
    return [ref for ref in refs if ref not in inner]


def _filters(part: Query) -> list[Filter]:
    joined = [condition for join in part.joins for condition in join.on]
    return [*(c for c in part.where if isinstance(c, Filter)), *joined]


def _compared(ctx: Context, condition: Filter) -> frozenset[str] | None:
    """The values that a condition lets through; None where it is no list of values."""
    found = COMPARED.match(condition.template)
    table = ctx.catalog.by_qualified.get(condition.ref.table)
    column = table.column(condition.ref.column) if table else None
    if not found or not table or not column:
        return None
    values = frozenset(text or number for text, number in VALUE.findall(found[2]))
    return values if found[1] in ("=", "IN") else _every(ctx, condition.ref) - values


def _every(ctx: Context, ref: Ref) -> frozenset[str]:
    """All values that a column is known to have."""
    table = ctx.catalog.by_qualified[ref.table]
    column = table.column(ref.column)
    return frozenset((*(column.values if column else ()), *ctx.catalog.said_values(table, ref.column)))


def _demanded(part: Query) -> list[Ref]:
    """What no row is without that comes out, or what rows come out by."""
    given = [c.ref for c in _filters(part) if "IS NULL" not in c.template]
    calls = [ref for c in part.where if isinstance(c, Call) and "IS NULL" not in c.template for ref in c.refs]
    groups = [key for key in part.group if isinstance(key, Ref)]
    joined = [ref for join in part.joins if join.kind == "JOIN" for pair in join.pairs for ref in pair]
    return [*given, *calls, *groups, *joined, *(key for key, _ in part.order if part.top and isinstance(key, Ref))]


def _ranked_within(part: Query) -> set[Ref]:
    """The columns within whose values rows are ranked or added up."""
    found = ((call, PARTED.search(call.template)) for call in part.calls())
    return {call.refs[int(place)] for call, parted in found if parted for place in re.findall(r"\{(\d+)\}", parted[1])}


def _columns_of(part: Query, ref: Ref, kind: Ref) -> Iterator[frozenset[str]]:
    """The kinds that have a column of their own in which this is added up."""
    for call in part.calls():
        if ref in call.refs and kind in call.refs:
            place = call.refs.index(kind)
            values = re.findall(OF_VALUE.format(place), call.template)
            if values:
                yield frozenset(text or number for text, number in values)
