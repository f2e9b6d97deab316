"""Whoever counts people, or adds up what they earn, says whether those who left count."""

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.leavers import still_here, with_leavers
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.plan import explained
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref
from vgpt2.synthesis.render import render

CRAFT, COUNT = Ref("dbo.PREH", "Craft"), Item(Call("COUNT(*)"), "EmployeeCount")
HEADS = Query("dbo.PREH", (Item(CRAFT), COUNT), group=(CRAFT,))


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def told(ctx, query):
    """One draft a turn, of one question worded otherwise each time."""
    turns = ({"table": "employees", "turn": str(turn)} for turn in range(40))
    return [with_leavers(ctx, Draft(query, phrases, "count")) for phrases in turns]


@pytest.mark.parametrize(("name", "column"), [("PREH", "ActiveYN"), ("HRRM", "ActiveYN"), ("APVM", ""), ("PRTH", "")])
def test_people_of_whom_some_have_left(ctx, sample, name, column):
    found = still_here(ctx, sample.by_qualified[f"dbo.{name}"])
    assert (found[0].ref.column if found else "") == column


@pytest.mark.parametrize("side", ["train", "exam"])
def test_either_they_stay_out_or_the_question_says_that_they_count(sample, side):
    drafts = told(Context.of(sample, 1, side), HEADS)
    out = [draft for draft in drafts if draft.query != HEADS]
    assert 0 < len(out) < len(drafts)
    assert all(draft.more or draft.phrases["table"] == "active employees" for draft in drafts)
    assert {draft.query.where for draft in out} == {(Filter(Ref("dbo.PREH", "ActiveYN"), "{0} = 'Y'", "active"),)}


def test_what_they_earn_is_added_up_without_those_who_left(ctx):
    salaries = Query("dbo.PREH", (Item(CRAFT), Item(Call("SUM({0})", (Ref("dbo.PREH", "SalaryAmt"),)))), group=(CRAFT,))
    assert all(draft.query.where for draft in told(ctx, salaries))


def test_a_query_within_has_the_condition_and_the_plan_says_it(ctx, sample):
    inner = Query("dbo.PREH", (Item(CRAFT), COUNT), group=(CRAFT,))
    pairs = ((Ref("dbo.PRCM", "Craft"), Ref("Totals", "Craft")),)
    crafts = Query("dbo.PRCM", (Item(Ref("dbo.PRCM", "Craft")),), joins=(JoinOn("Totals", pairs, "LEFT JOIN", inner),))
    draft = next(draft for draft in told(ctx, crafts) if draft.query != crafts)
    assert "WHERE ActiveYN = 'Y' GROUP BY Craft" in render(draft.query, sample)
    assert "ActiveYN = 'Y' is active" in explained(ctx, draft.query, draft.action)[0]


@pytest.mark.parametrize("column", ["ActiveYN", "TermDate"])
def test_what_asks_for_their_state_or_the_day_stays_as_it_is(ctx, column):
    query = Query("dbo.PREH", (Item(CRAFT), COUNT), where=(Filter(Ref("dbo.PREH", column), "{0} <> ''"),))
    assert all(draft.query == query and not draft.more for draft in told(ctx, query))


def test_hours_of_those_who_left_count_like_all_others(ctx):
    who = (Ref("dbo.PRTH", "Employee"), Ref("dbo.PREH", "Employee"))
    items = (Item(Ref("dbo.PREH", "LastName")), Item(Call("SUM({0})", (Ref("dbo.PRTH", "Hours"),)), "Total"))
    hours = Query("dbo.PRTH", items, joins=(JoinOn("dbo.PREH", (who,)),), group=(Ref("dbo.PREH", "LastName"),))
    assert all(draft.query == hours and not draft.more for draft in told(ctx, hours))
