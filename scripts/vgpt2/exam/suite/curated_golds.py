"""Golds of curated questions, proved: queries against catalog and rows, facts and refusals against the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple

from vgpt2.catalog.lookup import exists, find_column, find_program, find_table
from vgpt2.catalog.model import Catalog, Table
from vgpt2.errors import UserError, did_you_mean
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import REASONS, Gold
from vgpt2.records.facts import CLAIMS, Fact, prove
from vgpt2.tsql.check.verdict import Verdict


class NotBorneOut(UserError):
    """A well-formed question whose gold does not hold in this database."""


# House rules that a sound question may well break: one about all companies, or about a join that is no known one. What
# such a gold returns is proved all the same; the check of its file warns of it.
MAY_BREAK = frozenset(("missing_company_filter", "missing_key_column"))
REFUSE_KEYS = ("reason", "missing", "between")


def not_proved(verdict: Verdict, own: bool = False) -> str:
    """Why a query cannot be a gold, or an empty string: a name does not resolve, it is no T-SQL, or it breaks a house
    rule that every gold keeps.

    Args:
        own: the questions stand alone, so that the house rules of a suite do not bind them.
    """
    if not verdict.valid:
        return verdict.findings[0].message if verdict.findings else verdict.unknown_because
    bound = (finding for finding in verdict.findings if not own and finding.rule not in MAY_BREAK)
    return next((finding.message for finding in bound), "")


def broken_rules(verdict: Verdict) -> Iterator[str]:
    """What a gold breaks of the house rules, though it may, as clauses: first what changes its rows, a clause each."""
    rows = [finding.message for finding in verdict.findings if finding.rule in MAY_BREAK]
    yield from (
        f"breaks a house rule, and an answer that keeps it may return other rows: {message}" for message in rows
    )
    if style := [finding.message for finding in verdict.findings if finding.rule not in MAY_BREAK]:
        yield f"breaks house rules that change no row: {'; '.join(dict.fromkeys(style))}"


def prove_sql(
    queries: tuple[str, ...], where: str, rows: Rows, readings: bool = False, own: bool = False
) -> tuple[Gold, tuple[str, ...]]:
    """Gold queries as a gold, with the tables of the first: each is proved, and all that run return the same rows.

    Args:
        own: see `not_proved`.
        readings: the golds are different readings of the question, whose rows may differ (and should).

    Raises:
        UserError: a query is not clean, or not the same as the first one; or the readings are no different.
    """
    tables: tuple[str, ...] = ()
    for number, sql in enumerate(queries, 1):
        verdict = rows.query(sql).verdict
        if fault := not_proved(verdict, own):
            which = f"gold {number} of {len(queries)}" if len(queries) > 1 else "its SQL"
            raise NotBorneOut(f"{where}: {which} is not clean: {fault}")
        if failed := next((result for result in rows.gold(sql) if result.status == "error"), None):
            raise UserError(f"{where}: gold {number} of {len(queries)} fails: {failed.message}")
        tables = tables or verdict.tables
    executable = rows.executable(queries[0])
    different = False
    for number, other in enumerate(queries[1:] if executable else (), 2):
        same, why = _same(queries[0], other, rows)
        different |= not same
        if not same and not readings:
            raise NotBorneOut(
                f"{where}: gold {number} differs from the first: {why}; "
                'where the question can be read in more than one way, say so by "readings": true'
            )
    if readings and executable and not different:
        raise NotBorneOut(f"{where}: 'readings', but all golds return the same rows")
    return Gold(sql=queries, executable=executable, answer=queries[0]), tables


def _same(first: str, other: str, rows: Rows) -> tuple[bool, str]:
    """Whether two golds return the same; where the first returns nothing, nothing is the same."""
    if any(result.rows for result in rows.gold(first)):
        found = rows.compare(first, rows.query(other), False)
        return found.same, found.why
    results = rows.gold(other)
    return all(result.status == "rows" and not result.rows for result in results), "the first returns no rows here"


def prove_facts(values: object, where: str, catalog: Catalog) -> tuple[Gold, tuple[str, ...]]:
    """Facts as a gold, with the tables that they are about; the catalog bears each of them out."""
    try:
        facts = tuple(Fact(**fact) for fact in values) if isinstance(values, list) else ()
    except TypeError:
        facts = ()
    if not facts or not all(isinstance(part, str) for fact in facts for part in astuple(fact)):
        raise UserError(f"{where}: 'facts' is a list of objects with the texts 'claim', 'subject' and 'value'")
    for fact in facts:
        if fact.claim not in CLAIMS:
            raise UserError(f"{where}: unknown claim {fact.claim!r}{did_you_mean(fact.claim, CLAIMS)}")
        if not prove(fact, catalog):
            raise NotBorneOut(f"{where}: the catalog does not bear out {fact.claim} of {fact.subject} = {fact.value!r}")
    tables = [found.qualified for fact in facts for found in _tables_of(fact, catalog)]
    answer = "; ".join(f"{fact.claim} of {fact.subject}: {fact.value or 'yes'}" for fact in facts)
    return Gold(facts=facts, answer=answer), tuple(dict.fromkeys(tables))


def prove_refusal(value: object, where: str, catalog: Catalog) -> tuple[Gold, tuple[str, ...]]:
    """A refusal as a gold, with the tables that it is about: what is missing does not exist, what cannot be joined has
    no join, and that between which must be asked exists."""
    if not isinstance(value, dict):
        raise UserError(f"{where}: 'refuse' is an object with 'reason'")
    for key in value:
        if key not in REFUSE_KEYS:
            raise UserError(f"{where}: unknown key 'refuse.{key}'{did_you_mean(key, REFUSE_KEYS)}")
    reason, missing, between = (value.get("reason", "missing"), *(value.get(key, []) for key in REFUSE_KEYS[1:]))
    if reason not in REASONS:
        raise UserError(f"{where}: unknown reason {reason!r}{did_you_mean(str(reason), REASONS)}")
    if not (_names(missing) and _names(between)):
        raise UserError(f"{where}: 'missing' and 'between' are lists of names")
    if reason == "missing" and not missing:
        raise UserError(f"{where}: 'missing' names what does not exist")
    if real := next((name for name in missing if exists(catalog, name)), None):
        raise NotBorneOut(f"{where}: {real} does exist, so refusing would be wrong")
    if unknown := next((name for name in between if not exists(catalog, name)), None):
        raise NotBorneOut(f"{where}: 'between' names {unknown}, which does not exist")
    if between and len(set(between)) < 2:
        raise UserError(f"{where}: 'between' needs at least two names")
    if reason == "no_path" and between and not prove(Fact("unjoined", "+".join(between)), catalog):
        raise NotBorneOut(f"{where}: {' and '.join(between)} can be joined, or are not two tables")
    answer = {
        "missing": f"{', '.join(missing)} does not exist.",
        "no_path": f"{' and '.join(between) or 'These tables'} cannot be joined: they share no key.",
        "ambiguous": f"Which one do you mean: {' or '.join(between) or 'please say more'}?",
    }[reason]
    tables = [find_table(catalog, name) or find_table(catalog, name.rpartition(".")[0]) for name in between]
    known = dict.fromkeys(table.qualified for table in tables if table)
    return Gold(refuse=True, reason=reason, missing=tuple(missing), answer=answer), tuple(known)


def _names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _tables_of(fact: Fact, catalog: Catalog) -> list[Table]:
    found: list[Table | None]
    if fact.claim == "joins":
        found = [find_table(catalog, part) for part in fact.subject.split("+")]
    elif find_program(catalog, fact.subject):
        found = []
    else:
        column = find_column(catalog, fact.subject)
        found = [column[0] if column else find_table(catalog, fact.subject)]
    return [table for table in found if table]
