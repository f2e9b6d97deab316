"""A pending amount is added up over what is pending."""

from itertools import islice

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.counted.state_amounts import undecided, with_state_amounts
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.plan import explained
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref

ITEMS = "dbo.PMOI"
AMOUNT, PROJECT, APPROVED = Ref(ITEMS, "PendingAmount"), Ref(ITEMS, "Project"), Ref(ITEMS, "Approved")
TOTAL = Item(Call("SUM({0})", (AMOUNT,)), "Total")
CASE = Item(Call("SUM(CASE WHEN {0} = 'REJ' THEN {1} ELSE 0 END)", (Ref(ITEMS, "Status"), AMOUNT)), "StatusREJ")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def drafts(ctx, query):
    return [with_state_amounts(ctx, Draft(query, {"turn": str(turn)}, "sum PendingAmount")) for turn in range(60)]


def totals(*where, by=PROJECT, items=(TOTAL,), joins=()):
    return Query(ITEMS, (Item(by), *items), joins, where=where, group=(by,))


def test_which_amounts_are_called_by_a_state_that_a_flag_ends(ctx, sample):
    table = sample.by_qualified[ITEMS]
    found = undecided(ctx, table, "PendingAmount")
    assert (found.only.ref, found.only.template, found.ended) == (APPROVED, "{0} = 'N'", "approved")
    assert undecided(ctx, table, "ApprovedAmt") is None
    assert undecided(ctx, sample.by_qualified["dbo.APTH"], "InvTotal") is None


def test_the_state_is_a_condition_and_said(ctx):
    made = drafts(ctx, totals())
    assert {draft.query.where[0].template for draft in made} == {"{0} = 'N'"}
    assert all("approved" in draft.more for draft in made)
    assert "Approved = 'N' is not approved" in explained(ctx, made[0].query, made[0].action)[0]


@pytest.mark.parametrize(
    "query",
    [
        totals(Filter(APPROVED, "{0} = 'N'")),
        totals(by=Ref(ITEMS, "Status")),
        totals(items=(CASE,)),
    ],
)
def test_what_asks_for_the_state_or_tells_it_apart_stays_as_it_is(ctx, query):
    assert drafts(ctx, query)[0].query == query and not drafts(ctx, query)[0].more


@pytest.mark.parametrize(
    "query",
    [
        totals(Filter(APPROVED, "{0} = 'Y'")),
        totals(by=Ref(ITEMS, "ApprovedDate")),
        totals(Filter(Ref(ITEMS, "ACOItem"), "{0} = 'A1'")),  # called the approved item
        totals(joins=(JoinOn("dbo.PMOH", ((Ref(ITEMS, "ACO"), Ref("dbo.PMOH", "ACO")),)),)),
    ],
)
def test_nothing_pending_is_asked_of_what_is_approved(ctx, query):
    assert drafts(ctx, query)[0] is None


@pytest.mark.parametrize(
    "state",
    [Filter(Ref("dbo.PMOP", "PendingStatus"), "{0} = 0", "pending"), Filter(APPROVED, "{0} = 'N'", "not approved")],
)
def test_nothing_approved_is_asked_of_what_is_pending(ctx, state):
    approved = Ref(ITEMS, "ApprovedAmt")
    total = Item(Call("SUM({0})", (approved,)), "Total")
    join = JoinOn("dbo.PMOP", ((Ref(ITEMS, "PCO"), Ref("dbo.PMOP", "PCO")),))
    assert drafts(ctx, totals(state, items=(total,), joins=(join,)))[0] is None
    assert drafts(ctx, totals(state, items=(Item(approved),), joins=(join,)))[0] is None
    assert drafts(ctx, totals(items=(total,), joins=(join,)))[0] is not None


def test_no_total_of_a_pending_amount_is_silent(sample):
    intents = ("group_sum", "share", "top_partner", "above_mean", "last_days", "sum", "rank")
    made = [e for e in islice(stream(sample, "sql", 2, "train", intents=intents), 500) if "PendingAmount" in e.sql]
    assert len(made) > 3
    for example in made:
        assert any(text in example.sql for text in ("Approved =", "PendingStatus", "Status")) or (
            "or not" in example.question or "that are not pending" in example.question
        ), example.question
