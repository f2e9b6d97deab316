"""Rows parted by CASE: into classes, those over a bound, those in a state; each row in just one class."""

import re

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.reports.classes import INTENTS
from vgpt2.synthesis.render import render

from .test_reports import drafts

WITH_CLASS, COUNTS_OVER, COUNTS_IN_STATE = INTENTS


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def test_classes_leave_no_gap_and_say_what_is_not_known(ctx, sample):
    unknown = set()
    for draft in drafts(ctx, WITH_CLASS, 20):
        sql = render(draft.query, sample)
        low, high, last = re.search(
            r"< (\d+) THEN 'under \1' .*< (\d+) THEN '\1 to \2' ELSE '(\d+) and over'", sql
        ).groups()
        assert int(low) < int(high) and high == last
        for bound in (low, high):
            assert bound in draft.phrases["classes"]
        nullable = "IS NULL THEN 'unknown'" in sql
        assert nullable == ("unknown" in draft.phrases["classes"])
        unknown.add(nullable)
    assert unknown == {True, False}


@pytest.mark.parametrize("intent", [COUNTS_OVER, COUNTS_IN_STATE], ids=lambda intent: intent.name)
def test_all_are_counted_and_of_these_some(ctx, sample, intent):
    for draft in drafts(ctx, intent, 15):
        sql = render(draft.query, sample)
        assert sql.count("COUNT(*)") == 1 and sql.count("SUM(CASE WHEN") == 1
        # Nobody is left out for not being over the bound, or in the state.
        inner = re.search(r"CASE WHEN (.*?) THEN", sql)[1]
        assert inner not in sql.partition(" WHERE ")[2]


def test_the_plan_says_what_a_state_stands_for(ctx):
    actions = [draft.action for draft in drafts(ctx, COUNTS_IN_STATE, 15)]
    assert all(re.search(r"each that is [a-z -]+ \(\w+ .+\)", action) for action in actions), actions


def test_what_a_document_says_has_both_signs_is_not_parted(ctx, sample):
    """Checks are negative (amount_signs.md): none of them is over a bound."""
    drafted = [draft for intent in (WITH_CLASS, COUNTS_OVER) for draft in drafts(ctx, intent, 60)]
    parted = {ref for draft in drafted for ref in draft.query.columns()}
    assert drafted and not {"dbo.CMDT.Amount", "dbo.GLDT.Amount"} & parted
