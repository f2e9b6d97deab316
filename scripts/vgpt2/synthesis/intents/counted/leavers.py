"""People of whom some have left: a question that counts them, or adds up over them, says if these count."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.model import Table
from vgpt2.catalog.states.columns import flag_values
from vgpt2.database_settings import Strict
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.named_states import planned, spoken_of
from vgpt2.synthesis.intents.counted.voids import NAMED, OVER_ROWS, Sentences, adds_up, limited
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.states import is_so
from vgpt2.synthesis.query import Filter, Query, Ref
from vgpt2.yaml_file import read_yaml_file

# What the day is called on which somebody left.
LEFT = re.compile(r"\b(?:terminat(?:ed|ion)|leaving)\b")
# Of the questions, so many are about those who left too.
ALL = 0.25


class File(Strict):
    """The file."""

    out: Sentences
    too: Sentences


def still_here(ctx: Context, table: Table) -> tuple[Filter, frozenset[Ref]] | None:
    """The condition that people are active, and the columns that speak of those who left, where a table has a flag of
    it and the day on which they left; None where it has not."""
    said = {
        column.name: f"{name_words(column.name, ctx.catalog.database)} {ctx.plain_columns(table).get(column.name, '')}"
        for column in table.columns
    }
    left = frozenset(Ref(table.qualified, name) for name, words in said.items() if LEFT.search(words.lower()))
    for column in table.columns if left else ():
        values = flag_values(column)
        if values and not column.nullable and "active" in said[column.name].lower().split():
            return Filter(Ref(table.qualified, column.name), f"{{0}} = {values[0]}", "active"), left
    return None


def with_leavers(ctx: Context, draft: Draft) -> Draft:
    """The draft where it says whether people who left count, of every table of people whose rows it counts or adds up;
    as it is where it asks for their state or the day itself, or only names by whom something else was done."""
    for name in dict.fromkeys(name for part in draft.query.parts() if _sums(part) for name in spoken_of(part)):
        table = ctx.catalog.by_qualified.get(name)
        found = still_here(ctx, table) if table else None
        if not table or not found or {found[0].ref, *found[1]} & {*draft.query.refs()}:
            continue
        only, noun = found[0], ctx.called(table)
        rng = ctx.rng("leavers", draft.action, *draft.phrases.values())
        # Who left is counted, now and then; nobody pays a salary to them.
        forms = _file().too if rng.random() < ALL and not adds_up(draft.query) else _file().out
        if forms is _file().out:
            draft = planned(ctx, replace(draft, query=limited(draft.query, only)), only)
            own = noun and draft.phrases.get("table") == noun and draft.query.table == table.qualified
            if own and rng.random() < NAMED:
                draft = replace(draft, phrases=draft.phrases | {"table": is_so(noun, only.means)})
                continue
        sentence = rng.choice(forms[ctx.side]).format(noun or f"those of {ctx.catalog.sql_name(table)}")
        # Before an order and a limit, which come last.
        draft = replace(draft, more=f"{sentence[0].upper()}{sentence[1:]} {draft.more}".strip())
    return draft


def _sums(part: Query) -> bool:
    return any(OVER_ROWS.search(call.template) for call in part.calls())


@cache
def _file() -> File:
    return read_yaml_file(Path(__file__).with_name("leavers.yaml")).check(File)
