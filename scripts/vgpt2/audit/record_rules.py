"""Rules for one record: each gives its findings; the audit counts the records that have one, and the limit is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vgpt2.audit.ambiguous import two_readings
from vgpt2.audit.model import Context, Finding, Row
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.model import COLUMNS
from vgpt2.records.text import text_fault

OPTIONAL = frozenset(("input", "system"))


def fields(row: Row, context: Context) -> Iterator[Finding]:
    """Every column of LLaMA-Factory is there, is text, and is not empty where it must not be."""
    for name in COLUMNS[row.stage]:
        value = row.row.get(name)
        if name == "kto_tag":
            if value is None and "label" not in row.row:
                yield Finding("fields", "no field 'kto_tag'")
        elif name not in row.row:
            if name not in OPTIONAL or row.ours:
                yield Finding("fields", f"no field '{name}'")
        elif not isinstance(value, str):
            if not (value is None and name in OPTIONAL and not row.ours):
                yield Finding("fields", f"'{name}' is {type(value).__name__}, not text")
        elif name not in OPTIONAL and not value.strip():
            yield Finding("fields", f"'{name}' is empty")


def meta(row: Row, context: Context) -> Iterator[Finding]:
    """A row of this pipeline has its meta: without it half of the rules have nothing to look up."""
    if context.meta_needed and row.meta is None:
        yield Finding("meta", f"no meta for id {row.row.get('id')!r}; write the dataset again, with its .meta.jsonl")


def label_type(row: Row, context: Context) -> Iterator[Finding]:
    """A KTO label is a JSON boolean in `kto_tag`; LLaMA-Factory drops every row with another one."""
    if row.stage != "kto":
        return
    name = "kto_tag" if "kto_tag" in row.row else "label"
    value = row.row.get(name)
    if value is not None and not isinstance(value, bool):
        yield Finding("label_type", f"'{name}' is {type(value).__name__} {value!r}, not a boolean; run fix_labels.py")


def text(row: Row, context: Context) -> Iterator[Finding]:
    """No control characters, chat-template tokens or broken characters."""
    for name, value in row.row.items():
        fault = text_fault(value) if isinstance(value, str) else None
        if fault:
            yield Finding(fault[0], f"'{name}': {fault[1]}")


def sql_resolves(row: Row, context: Context) -> Iterator[Finding]:
    """All SQL of a good answer parses, and every name in it exists."""
    for sql in find_sql(row.good):
        verdict = context.prover.verdict(sql)
        found = [finding for finding in verdict.findings if finding.kind != "house"]
        if verdict.status == "invalid":
            yield Finding("sql_resolves", "; ".join(finding.message for finding in found) or "invalid")
        elif verdict.status == "unknown" and row.ours:
            yield Finding("sql_resolves", "cannot be judged: " + "; ".join(finding.message for finding in found))


def sql_house_rules(row: Row, context: Context) -> Iterator[Finding]:
    """All SQL of a good answer follows the database's conventions; a user's merged rows need not."""
    if row.meta is not None and row.meta.kind == "foreign":
        return
    for sql in find_sql(row.good):
        house = [finding for finding in context.prover.verdict(sql).findings if finding.kind == "house"]
        if house:
            yield Finding("sql_house_rules", "; ".join(finding.message for finding in house))


def false_denial(row: Row, context: Context) -> Iterator[Finding]:
    """No good answer denies something that exists."""
    for name in context.prover.false_denials(row.good):
        yield Finding("false_denial", f"denies {name}, which exists")


def facts(row: Row, context: Context) -> Iterator[Finding]:
    """Every fact that the meta says the answer states is so in the catalog; an answer of ours states one or holds SQL,
    so that none goes unproved."""
    if row.meta is None or (row.bad and row.stage == "kto"):
        return
    from vgpt2.records.facts import prove

    stated = row.meta.facts_list()
    if row.ours and row.good.strip() and not stated and not find_sql(row.good):
        yield Finding("facts", f"neither SQL nor a stated fact to prove it by ({row.meta.kind}/{row.meta.intent})")
    for fact in stated:
        if not prove(fact, context.prover.catalog):
            yield Finding("facts", f"{fact.claim} {fact.subject} {fact.value}".rstrip() + " is not so")


def proved_worse(row: Row, context: Context) -> Iterator[Finding]:
    """A rejected answer, or an undesirable one, is proved worse: again, by checking and by running it."""
    if not row.bad:
        return
    gold, ordered = "", False
    missing: tuple[str, ...] = ()
    if row.meta is not None:
        gold = row.meta.gold
        missing = tuple(fact.subject for fact in row.meta.facts_list() if fact.claim == "missing")
        ordered = row.meta.defect == "wrong_order"
    if row.stage == "dpo" and row.good.strip() == row.bad.strip():
        yield Finding("proved_worse", "chosen and rejected are the same")
    elif not context.prover.worse(row.bad, row.good, gold, missing, ordered):
        yield Finding("proved_worse", "nothing proves this answer worse: it parses, resolves and keeps the rules")


def loading(row: Row, context: Context) -> Iterator[Finding]:
    """LLaMA-Factory's loader takes the row as it reads: no turn of a chat out of order, no empty system or tools."""
    for rule, message in row.loading:
        yield Finding(rule, message)


RECORD_RULES: tuple[Callable[[Row, Context], Iterator[Finding]], ...] = (
    fields, meta, label_type, text, sql_resolves, sql_house_rules, false_denial, facts, two_readings, proved_worse,
    loading,
)  # fmt: skip
# The rules that each function speaks for, so that a rule without findings is reported as passed.
RULE_NAMES = (
    "fields", "meta", "label_type", "template_token", "control_character", "not_utf8", "sql_resolves",
    "sql_house_rules", "false_denial", "facts", "two_readings", "proved_worse", "turns", "empty_columns",
)  # fmt: skip
# Rules whose findings are told and fail nothing: the row is trained on, with something of the loader's own in it.
TOLD = frozenset(("empty_columns",))
