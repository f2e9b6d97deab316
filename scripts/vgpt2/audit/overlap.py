"""Rules about what records share: with each other, with the other preference set, and with the exam."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from vgpt2.audit.model import Context, Row, RuleResult
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.text import normalise


def duplicates(rows: Sequence[Row], context: Context) -> RuleResult:
    """No question stands twice in a dataset (nor, for KTO, any prompt: its KL estimate mixes neighbours)."""
    first: dict[tuple[str, str], Row] = {}
    again = []
    for row in rows:
        rival = first.setdefault((row.stage, normalise(row.question)), row)
        if rival is not row and normalise(row.question):
            again.append((row, rival))
    examples = [f"{row.where} asks what {rival.where} asks: {row.question.strip()[:80]!r}" for row, rival in again]
    return RuleResult("duplicates", len(again), 0, not again, examples[:3])


def families(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """A dataset keeps one wording of a question family."""
    seen: dict[tuple[str, str], Row] = {}
    again = []
    for row in rows:
        if (own := row.own) and own.family:
            rival = seen.setdefault((row.stage, own.family), row)
            if rival is not row:
                again.append(f"{row.where} and {rival.where}")
    return RuleResult("families", len(again), 0, not again, again[:3]) if any(row.ours for row in rows) else None


def apart_from_suite(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Nothing in training shares a question, family, wording or joined pair with the exam."""
    held = context.held_out
    if not (context.suite or held.questions or held.families or held.wordings or held.pairs):
        return None
    questions = context.suite | held.questions
    shared = []
    for row in rows:
        meta = row.meta
        reason = ""
        if normalise(row.text("instruction")) in questions or normalise(row.question) in questions:
            reason = "question"
        elif meta and (meta.family in held.families or meta.wording in held.wordings):
            reason = "family or wording"
        elif any(pair in held.pairs for pair in combinations(sorted(_tables(row, context)), 2)):
            reason = "table pair"
        if reason:
            shared.append(f"{row.where} ({reason})")
    return RuleResult("apart_from_suite", len(shared), 0, not shared, shared[:3])


def _tables(row: Row, context: Context) -> set[str]:
    if row.meta is not None:
        return set(row.meta.tables)
    return {table for sql in find_sql(row.good) for table in context.prover.verdict(sql).tables}


def preferences_apart(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """DPO and KTO share no question and no skeleton with the same objects, within the rows or with `against`."""
    dpo, kto = context.by_stage(rows, "dpo"), context.by_stage(rows, "kto")
    pairs = [(kto, [*dpo, *context.by_stage(context.against, "dpo")]), (dpo, context.by_stage(context.against, "kto"))]
    if not any(mine and others for mine, others in pairs):
        return None
    shared = []
    for mine, others in pairs:
        known = {key: row for row in others for key in _keys(row)}
        shared += [f"{row.where} and {known[key].where}" for row in mine for key in _keys(row) if key in known]
    return RuleResult("preferences_apart", len(shared), 0, not shared, shared[:3])


def _keys(row: Row) -> list[tuple]:
    keys: list[tuple] = [("question", normalise(row.question))]
    if row.meta is not None and row.meta.skeleton:
        keys.append(("skeleton", row.meta.skeleton, tuple(sorted(row.meta.objects))))
    return keys


def contradictions(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """No answer is good in one record and bad in another for the same question, within the rows or with `against`."""
    good = {key: row for row in (*rows, *context.against) if (key := _said(row, row.good))}
    bad = [(row, key) for row in (*rows, *context.against) if (key := _said(row, row.bad))]
    if not (good and bad):
        return None
    both = [f"{good[key].where} and {row.where}: {row.bad[:80]!r}" for row, key in bad if key in good]
    return RuleResult("contradictions", len(both), 0, not both, both[:3])


def _said(row: Row, answer: str) -> tuple[str, str] | None:
    """A question with an answer to it, but for white space; None where there is no answer. The case of letters counts
    in an answer: a name in the wrong case is what some are bad for."""
    return (normalise(row.question), " ".join(answer.split())) if answer.strip() else None
