"""Reports that part rows by CASE: into classes of an amount, those over a bound and all, those in a state and all."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.columns import is_of_one_kind
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.sheet import MAIN, Sheet
from vgpt2.synthesis.literals import bound_below
from vgpt2.synthesis.query import Call, Item
from vgpt2.synthesis.roles.book import Book

_NEGATIVE = re.compile(r"\bnegative\b", re.IGNORECASE)
# A class needs some rows to be one.
LEAST_VALUES = 6


def _numbers(ctx: Context, table: Table) -> list[Column]:
    """What may be parted into classes: amounts, and prices and rates, which nobody adds up; a cost that happened is no
    estimate of under 1000."""
    signed = ctx.catalog.derived.get(_Signed, lambda: _Signed(_signed(ctx.catalog)))
    if _NEGATIVE.search(table.description):
        return []
    measures = [column for column in ctx.roles(table).measures if f"{table.name}.{column.name}" not in signed]
    kinds = ctx.roles(table).of_kinds
    database = ctx.catalog.database
    return [column for column in measures if not (kinds and is_of_one_kind(name_words(column.name, database)))]


class _Signed(frozenset[str]):
    """The columns of which a document says what below 0 stands for (`CMDT.Amount`: checks are negative): what is over a
    bound is only half of them."""


def _signed(catalog: Catalog) -> set[str]:
    lines = (line for document in catalog.documents for line in document.text.splitlines() if _NEGATIVE.search(line))
    return {name for line in lines for name in re.findall(r"\b\w+\.\w+", line)}


def _bounds(ctx: Context, table: Table, column: Column, parts: Sequence[int]) -> list[int]:
    """Round numbers that so many sixths of the values of a column stay under; [] where these are not apart."""
    values = sorted(value for value in ctx.values(table, column) if value > 0)
    if len(values) < LEAST_VALUES:
        return []
    bounds = [bound_below(values[len(values) * part // 6]) for part in parts]
    return bounds if bounds[0] > 0 and len(set(bounds)) == len(bounds) and bounds == sorted(bounds) else []


def with_class(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Each row with an amount and the class in which that is."""
    sheet = Sheet(ctx, table, rng, turn, "with_class")
    column, keys = sheet.one(_numbers(ctx, table)[: MAIN + 1]), list(sheet.keys())
    name = sheet.parts.name
    keys += [name.name] if name and name.name not in keys else []
    bounds = _bounds(ctx, table, column, (2, 5)) if column and keys and column.name not in keys else []
    if not bounds or column is None:
        return None
    low, high = bounds
    unknown = "WHEN {0} IS NULL THEN 'unknown' " if may_be_empty(column) else ""
    cases = f"{unknown}WHEN {{0}} < {low} THEN 'under {low}' WHEN {{0}} < {high} THEN '{low} to {high}'"
    size = Call(f"CASE {cases} ELSE '{high} and over' END", (sheet.ref(column),))
    items = [*(Item(sheet.ref(key)) for key in keys), Item(sheet.ref(column)), Item(size, "SizeClass")]
    draft = sheet.draft(
        sheet.query(items), f"show each with the class of its {column.name} (CASE)",
        measure=sheet.said(column), columns=", ".join(map(sheet.said, keys)),
        classes=f"under {low}, {low} up to {high}, {high} or more" + (", unknown" if unknown else ""),
    )  # fmt: skip
    return replace(draft, alone=False)


def counts_over(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """For each partner how many rows there are, and how many of these are over a bound."""
    sheet = Sheet(ctx, table, rng, turn, "counts_over")
    column, partner = sheet.one(_numbers(ctx, table)[:MAIN]), sheet.partner()
    bounds = _bounds(ctx, table, column, (rng.choice((3, 4, 5)),)) if column else []
    if not bounds or partner is None or column is None:
        return None
    over = Call(f"SUM(CASE WHEN {{0}} > {bounds[0]} THEN 1 ELSE 0 END)", (sheet.ref(column),))
    query = sheet.query((*partner.items, sheet.count, Item(over, f"Over{bounds[0]}Count")), partner.grouped)
    draft = sheet.draft(
        query, f"count by {partner.short}; CASE counts 1 for each with {column.name} over {bounds[0]}",
        measure=sheet.said(column), by=partner.said, bound=str(bounds[0]),
    )  # fmt: skip
    return replace(draft, alone=False)


def counts_in_state(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """For each partner how many rows there are, and how many of these are in a state: open, approved, not paid."""
    sheet = Sheet(ctx, table, rng, turn, "counts_in_state")
    states = [*sheet.parts.open, *(state for state in sheet.parts.states if state not in sheet.parts.open)]
    state, partner = states[sheet.choose(len(states))], sheet.partner()
    if partner is None or state.column.name in {ref.column for ref in partner.group}:
        return None
    counted = Call(f"SUM(CASE WHEN {state.template} THEN 1 ELSE 0 END)", (sheet.ref(state.column),))
    alias = "".join(word[:1].upper() + word[1:] for word in state.word.split() if word.isalnum())
    query = sheet.query((*partner.items, sheet.count, Item(counted, f"{alias}Count")), partner.grouped)
    draft = sheet.draft(
        query, f"count by {partner.short}; CASE counts 1 for each that is {state.word} "
        f"({state.template.format(state.column.name)})",
        state=sheet.say_state(state), by=partner.said,
    )  # fmt: skip
    return replace(draft, alone=False)


def _has_states(book: Book, table: Table) -> bool:
    return bool((book.parts(table).states or book.parts(table).open) and book.all_partners(table))


INTENTS = (
    of_roles("with_class", with_class, lambda book, table: bool(book.ctx.roles(table).measures), "sql"),
    of_roles("counts_over", counts_over, lambda book, t: bool(book.ctx.roles(t).measures and book.all_partners(t))),
    of_roles("counts_in_state", counts_in_state, _has_states),
)
