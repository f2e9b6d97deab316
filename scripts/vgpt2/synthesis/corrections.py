"""Faulty SQL in the question, the fault in a sentence and the mended SQL in the answer.

Each fault is one small change to a proved query; the checker must find it, so that no record calls right SQL wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vgpt2.catalog.model import Table
from vgpt2.files import digest
from vgpt2.records.facts import Fact
from vgpt2.records.prompt import fenced
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.wordings import text_wordings


@dataclass(slots=True, frozen=True)
class Fault:
    """The faulty SQL, the sentence that names its fault, and what the sentence states."""

    sql: str
    said: str
    facts: tuple[Fact, ...] = ()


def typo(name: str, rng: random.Random) -> str:
    """A name with two letters swapped, one dropped or one doubled; the first letter stays."""
    if len(name) < 2:
        return name * 2
    at = rng.randrange(1, max(2, len(name) - 1))
    form = rng.choice(("drop", "double", "swap"))
    if form == "drop" and len(name) > 3:
        return name[:at] + name[at + 1 :]
    if form == "swap" and at + 1 < len(name) and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[: at + 1] + name[at] + name[at + 1 :]


def _replace(sql: str, name: str, other: str) -> str:
    """Every mention of a name outside string literals."""
    pattern = re.compile(rf"('(?:[^']|'')*')|(?<![\w\]]){re.escape(name)}(?!\w)")
    return pattern.sub(lambda found: found.group(1) or other, sql)


def _column_of(ctx: Context, example: Example, rng: random.Random) -> tuple[Table, str] | None:
    columns = [name for name in example.objects if name not in ctx.catalog.by_qualified]
    if not columns:
        return None
    owner, _, column = rng.choice(columns).rpartition(".")
    return ctx.table(owner), column


def unknown_column(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A misspelt column."""
    found = _column_of(ctx, example, rng)
    if not found or len(found[1]) < 4:
        return None
    table, column = found
    wrong = typo(column, rng)
    if any(item.name.lower() == wrong.lower() for name in example.tables for item in ctx.table(name).columns):
        return None
    name = ctx.catalog.sql_name(table)
    facts = (Fact("missing", f"{name}.{wrong}"), Fact("exists", f"{name}.{column}"))
    # The other table of a join may have a column of this name, which is right.
    full = f"{table.name}.{column}"
    names = (full, f"{table.name}.{wrong}") if full in example.sql else (column, wrong)
    return Fault(_replace(example.sql, *names), f"{wrong} is not in {name}; it is {column}.", facts)


def unknown_table(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A misspelt table."""
    table = ctx.table(rng.choice(example.tables))
    wrong = typo(table.name, rng)
    if wrong.lower() in {item.name.lower() for item in ctx.catalog.tables}:
        return None
    name = ctx.catalog.sql_name(table)
    shown = name.replace(table.name, wrong)
    facts = (Fact("missing", shown), Fact("exists", name))
    return Fault(_replace(example.sql, table.name, wrong), f"{shown} is not a table; it is {name}.", facts)


def wrong_case(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A column in lower case where case counts."""
    found = _column_of(ctx, example, rng) if ctx.catalog.database.case_sensitive else None
    if not found or found[1] == found[1].lower():
        return None
    column = found[1]
    return Fault(
        _replace(example.sql, column, column.lower()), f"Names are case-sensitive: {column.lower()} must be {column}."
    )


def missing_nolock(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A table without its hint."""
    if not ctx.catalog.database.house_rules.nolock or " WITH (NOLOCK)" not in example.sql:
        return None
    table = ctx.table(rng.choice(example.tables))
    name = ctx.catalog.sql_name(table)
    return Fault(example.sql.replace(f"{name} WITH (NOLOCK)", name), f"WITH (NOLOCK) is missing after {name}.")


def missing_company(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """No company filter."""
    if not ctx.catalog.database.house_rules.company_filter:
        return None
    table = ctx.table(example.tables[0])
    column = ctx.catalog.company_column(table)
    found = column and re.search(rf"(?:{re.escape(table.name)}\.)?{re.escape(column)} = (\d+)", example.sql)
    if not found or example.sql.count(found.group()) > 1:
        return None
    wrong = example.sql.replace(f"{found.group()} AND ", "").replace(f" WHERE {found.group()}", "")
    return Fault(wrong, f"The company filter {found.group()} is missing.")


def missing_key_column(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A join on a part of its key."""
    if not ctx.catalog.database.house_rules.whole_keys_in_joins:
        return None
    found = re.search(r" ON (.+?)(?= WHERE | GROUP BY | ORDER BY | JOIN | LEFT JOIN |$)", example.sql)
    pairs = found.group(1).split(" AND ") if found else []
    if len(pairs) < 2:
        return None
    dropped = rng.choice(pairs)
    kept = " AND ".join(pair for pair in pairs if pair != dropped)
    return Fault(example.sql.replace(found.group(1), kept, 1), f"The join lacks {dropped}.")


def alias(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A table under an alias."""
    if not ctx.catalog.database.house_rules.full_table_names:
        return None
    table = ctx.table(example.tables[0])
    name = ctx.catalog.sql_name(table)
    short = table.name[0].lower()
    sql = example.sql.replace(f"{table.name}.", f"{short}.").replace(f"FROM {name} ", f"FROM {name} {short} ", 1)
    return Fault(sql, f"Full table names are used here, not the alias {short} of {name}.")


def base_table(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """The base table in place of its view."""
    table = ctx.table(example.tables[0])
    if not ctx.catalog.database.house_rules.views_only or not table.base_table:
        return None
    base = ctx.table(table.base_table)
    said = f"Queries use the view {ctx.catalog.sql_name(table)}, not the base table {ctx.catalog.sql_name(base)}."
    return Fault(_replace(example.sql, table.name, base.name), said)


def missing_group(ctx: Context, example: Example, rng: random.Random) -> Fault | None:
    """A column beside an aggregate without GROUP BY."""
    found = re.search(r" GROUP BY (.+?)(?= HAVING | ORDER BY |$)", example.sql)
    if not found:
        return None
    column = found.group(1)
    return Fault(
        example.sql.replace(found.group(), "", 1),
        f"{column} stands beside an aggregate, so GROUP BY {column} is missing.",
    )


FAULTS: dict[str, tuple[Callable[[Context, Example, random.Random], Fault | None], frozenset[str]]] = {
    "fix_column": (unknown_column, frozenset({"unknown_column"})),
    "fix_nolock": (missing_nolock, frozenset({"missing_nolock"})),
    "fix_group": (missing_group, frozenset({"ungrouped_column"})),
    "fix_company": (missing_company, frozenset({"missing_company_filter"})),
    "fix_table": (unknown_table, frozenset({"unknown_table"})),
    "fix_key": (missing_key_column, frozenset({"missing_key_column"})),
    "fix_case": (wrong_case, frozenset({"wrong_case", "unknown_column"})),
    "fix_alias": (alias, frozenset({"alias"})),
    "fix_base": (base_table, frozenset({"base_table"})),
}
# Faults that need a house rule; without it the change would be no fault.
RULES = {
    "fix_nolock": "nolock",
    "fix_company": "company_filter",
    "fix_key": "whole_keys_in_joins",
    "fix_alias": "full_table_names",
    "fix_base": "views_only",
}
# A kind of fault ends when so many queries in a row did not take it.
MOST_MISSES = 400
# What a query must have for a fault to be possible, by a piece of its text.
NEEDS = {"fix_key": " ON ", "fix_group": " GROUP BY "}


def correct(ctx: Context, intent: str, example: Example, number: int) -> Example | None:
    """The question to mend this example's SQL after one fault of this kind, or None where the fault does not fit."""
    from vgpt2.tsql.check.check import check

    make_fault, rules = FAULTS[intent]
    if NEEDS.get(intent, "") not in example.sql:
        return None
    fault = make_fault(ctx, example, ctx.rng("correction", intent, number))
    if not fault or fault.sql == example.sql:
        return None
    verdict = check(fault.sql, ctx.catalog)
    # Findings of another kind would be faults that the answer does not name.
    if not verdict.rules or not set(verdict.rules) <= rules:
        return None
    texts = text_wordings()["fix"].of(ctx.side)
    place, template = texts[number % len(texts)]
    # The value of a missing company filter cannot be guessed.
    company = re.search(r"\bis missing\.$", fault.said) if intent == "fix_company" else None
    value = re.search(r"= (\d+)", fault.said) if company else None
    phrase = f" for company {value.group(1)}" if value else ""
    return example.with_(
        kind="correction",
        intent=intent,
        question=template.format(sql=fault.sql, company=phrase),
        answer=fenced(example.sql, fault.said),
        family=digest([intent, fault.sql]),
        wording=f"fix/{place}",
        facts=fault.facts,
        source="correction",
    )


def correction_examples(ctx: Context, intent: str, queries: Iterator[Example]) -> Iterator[Example]:
    """Corrections of one kind, made from a stream of SQL examples until the stream ends or takes no more of it."""
    number, misses = 0, 0
    for example in queries:
        made = correct(ctx, intent, example, number)
        misses = 0 if made else misses + 1
        if made:
            number += 1
            yield made
        if misses > MOST_MISSES:
            return


def possible_faults(ctx: Context) -> list[str]:
    """The kinds of faults that are faults in this database."""
    rules = ctx.catalog.database.house_rules
    found = [intent for intent in FAULTS if getattr(rules, RULES.get(intent, ""), True)]
    return [intent for intent in found if intent != "fix_case" or ctx.catalog.database.case_sensitive]
