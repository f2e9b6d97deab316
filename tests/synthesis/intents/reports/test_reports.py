"""Reports prove out, return rows, and never count an amount twice."""

import re
from itertools import islice

import pytest

from vgpt2.catalog.model import Catalog
from vgpt2.database_settings import DatabaseSettings
from vgpt2.records.facts import prove
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.reports import REPORTS
from vgpt2.synthesis.query import Call, JoinOn, Query
from vgpt2.synthesis.streams import sql_examples
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.execute import Engine

INTENTS = [intent for family in REPORTS for intent in family]


def drafts(ctx, intent, count):
    made = 0
    for turn in range(4):
        for subject in intent.subjects(ctx, "test"):
            draft = subject(ctx.rng("test", intent.name, turn, made), turn)
            if draft:
                made += 1
                yield draft
            if made >= count:
                return


def to_one(catalog: Catalog, join: JoinOn) -> bool:
    """Whether a join adds at most one row to each: it covers a key, or its query is grouped by what it is joined by."""
    columns = {right.column for _, right in join.pairs}
    if join.query:
        return {value.column for value in join.query.group} <= columns
    table = catalog.by_qualified[join.table]
    return any(set(key) <= columns for key in (table.key, *(key.columns for key in table.keys)) if key)


def sums(query: Query) -> bool:
    return any(
        isinstance(item.value, Call) and re.search(r"\b(?:SUM|AVG)\(", item.value.template) for item in query.items
    )


def test_there_are_more_than_forty_kinds_of_reports():
    assert len(INTENTS) >= 55
    assert len({intent.name for intent in INTENTS}) == len(INTENTS)


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.name)
def test_a_report_is_clean_returns_rows_and_adds_nothing_up_twice(sample, intent):
    ctx = Context.of(sample, 1, "train")
    with Engine(sample, 1) as engine:
        found = list(islice(sql_examples(ctx, intent, engine, {}), 4))
    assert found
    for example in found:
        assert check(example.sql, sample).clean, example.sql
        assert "rows" in example.slots["proof"], example.sql
        assert all(prove(fact, sample) for fact in example.facts), example.facts
        assert "{" not in example.question and "  " not in example.question
    for draft in drafts(ctx, intent, 40):
        for part in draft.query.parts():
            if sums(part):
                assert all(to_one(sample, join) for join in part.joins), part
                assert all(
                    ref.table in (part.table, *(join.table for join in part.joins if not join.query))
                    for item in part.items
                    if isinstance(item.value, Call)
                    for ref in item.value.refs
                    if ref.table in sample.by_qualified
                )


def test_no_report_is_made_where_there_is_nothing_to_report():
    ctx = Context(Catalog(DatabaseSettings(name="x", prefix="x", title="X")), 1, "train")
    assert not [intent.name for intent in INTENTS if intent.subjects(ctx, "x")]


def test_the_plan_says_what_a_table_means_how_it_is_joined_and_what_a_condition_stands_for(sample):
    ctx = Context.of(sample, 1, "train")
    intent = next(intent for intent in INTENTS if intent.name == "open_ageing")
    with Engine(sample, 1) as engine:
        plans = [example.answer.split("\n")[0] for example in islice(sql_examples(ctx, intent, engine, {}), 12)]
    assert any(
        "From ARTH (customer transactions) joined with ARCM (customers) on CustGroup, Customer (if any); "
        "PayFullDate IS NULL is not paid" in plan
        for plan in plans
    )
    claims = {fact.claim for example in islice(sql_examples(ctx, intent, None, {}), 12) for fact in example.facts}
    assert claims == {"called", "joins", "means"}


def test_who_is_quiet_is_so_for_a_number_of_days(sample):
    """Nothing since today is true of all that ever happened."""
    ctx = Context.of(sample, 1, "train")
    intent = next(intent for intent in INTENTS if intent.name == "idle")
    found = list(islice(sql_examples(ctx, intent, None, {}), 150))
    assert not [example.question for example in found if re.search(r"(?:before|than|since) today", example.question)]
    assert any(" days ago" in example.question for example in found)


@pytest.mark.parametrize("name", ["open_at", "overdue_list", "due_soon"])
def test_only_documents_are_open_or_due(sample, name):
    ctx = Context.of(sample, 1, "train")
    intent = next(intent for intent in INTENTS if intent.name == name)
    for example in islice(sql_examples(ctx, intent, None, {}), 60):
        assert "dbo.PREH" not in example.tables[:1], example.question
        assert not re.search(r"Sched\w*Start|StartDate >", example.sql), example.sql
