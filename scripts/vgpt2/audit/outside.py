"""Rules that look from outside, with word lists of their own (outside.yaml): what strangers found wrong in records that
the catalog itself bore out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.audit.evidence import weakly_joined
from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.catalog.business_words import split_name
from vgpt2.database_settings import Part, Pattern, Strict
from vgpt2.records.answers.answers import find_sql, refuses
from vgpt2.yaml_file import read_yaml_file

if TYPE_CHECKING:
    from vgpt2.tsql.check.verdict import Verdict

LEAST = 100  # below so many queries a share says nothing


class Lists(Strict):
    """outside.yaml."""

    purpose_asked: Pattern
    no_purpose: list[Pattern]
    weak_words: list[Part]
    backup_words: list[Part]
    backup_of_others: list[Part]
    backup_day: Pattern


@cache
def lists() -> Lists:
    """The word lists."""
    return read_yaml_file(Path(__file__).with_name("outside.yaml")).check(Lists)


def purposes(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """What an answer states as a purpose is no line of who wrote or changed something and when."""
    no_purpose = re.compile("|".join(lists().no_purpose), re.IGNORECASE)
    stated = [(row, text) for row in context.by_stage(rows, "sft") if (text := _purpose(row))]
    if not stated:
        return None
    found = [f"{row.where}: {text[:80]!r}" for row, text in stated if no_purpose.search(text)]
    return share("purposes", len(found) / len(stated), context.limits.max_no_purpose, len(stated), found)


def _purpose(row: Row) -> str:
    """The purpose that an answer states; empty where it states none."""
    if row.ours and row.meta is not None:
        return " ".join(fact.value for fact in row.meta.facts_list() if fact.claim == "describes")
    asked = re.search(lists().purpose_asked, row.question, re.IGNORECASE | re.DOTALL)
    return row.good if asked and not find_sql(row.good) and not refuses(row.good) else ""


def base_tables(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """No query reads a table before which a view stands: users may not, or get rows that are not theirs."""
    hidden = context.prover.catalog.hidden_behind

    def behind(verdict: Verdict) -> str:
        return next((f"{name}, before which {hidden[name]} stands" for name in verdict.tables if name in hidden), "")

    return _of_queries("base_tables", context.limits.max_base_tables, rows, context, behind) if hidden else None


def weak_joins(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Tables are joined as a declared key or the database's own code joins them, or by a whole key that says more than
    which company, batch, sequence or state."""
    weak = frozenset(lists().weak_words)

    def joined(verdict: Verdict) -> str:
        return " and ".join(weakly_joined(verdict, context.prover.catalog, weak))

    return _of_queries("weak_joins", context.limits.max_weak_joins, rows, context, joined)


def backup_tables(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Few queries read what its name tells to be a copy, a backup or in passing."""
    tables = context.prover.catalog.tables
    names = {table.name.lower() for table in tables}
    backups = {table.qualified for table in tables if is_backup(table.name, names)}

    def read(verdict: Verdict) -> str:
        return next((name for name in verdict.tables if name in backups), "")

    return _of_queries("backup_tables", context.limits.max_backup_tables, rows, context, read) if backups else None


def _of_queries(
    rule: str, limit: float, rows: Sequence[Row], context: Context, fault: Callable[[Verdict], str]
) -> RuleResult | None:
    """The share of the fine-tuning queries with a fault, of which the text is the example; what a user merged may read
    as it likes, as with the house rules."""
    queries, found = 0, []
    for row in context.by_stage(rows, "sft"):
        for sql in find_sql(row.good) if row.ours or row.meta is None else ():
            verdict = context.prover.verdict(sql)
            if verdict.binding is None:
                continue
            queries += 1
            if text := fault(verdict):
                found.append(f"{row.where}: {text}")
    return share(rule, len(found) / queries, limit, queries, found, least=LEAST) if queries else None


def is_backup(name: str, others: Collection[str]) -> bool:
    """Whether a table's name tells that it is a copy, a backup or in passing.

    Args:
        others: the names of all tables, in lower case.
    """
    if re.search(lists().backup_day, name):
        return True
    parts = [part.lower() for part in split_name(name) if not part.isdigit()]
    if len(parts) < 2:
        return False
    if {parts[0], parts[-1]} & set(lists().backup_words):
        return True
    low = name.lower().strip("0123456789_- ")
    rests = [low.removeprefix(word).strip("_- ") for word in lists().backup_of_others if low.startswith(word)]
    rests += [low.removesuffix(word).strip("_- ") for word in lists().backup_of_others if low.endswith(word)]
    return any(rest in others for rest in rests)
