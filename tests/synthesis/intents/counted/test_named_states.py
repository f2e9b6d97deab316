"""Pending change orders are those that are pending, unapproved invoices those that nobody approved yet."""

import re
from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.intents.counted.named_states import named_state, with_named_states
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.plan import explained
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, SubQuery
from vgpt2.synthesis.render import render
from vgpt2.synthesis.streams import sql_examples

PENDING = Filter(Ref("dbo.PMOP", "PendingStatus"), "{0} = 0", "pending")
PROJECT = Ref("dbo.PMOP", "Project")
AMOUNT = Item(Call("SUM({0})", (Ref("dbo.PMOP", "ROMAmount"),)), "Total")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def told(ctx, query, noun="pending change orders"):
    return with_named_states(ctx, Draft(query, {"table": noun}, "sum"))


def totals(*where, items=()):
    return Query("dbo.PMOP", (Item(PROJECT), *items, AMOUNT), where=where, group=(PROJECT,))


@pytest.mark.parametrize(
    ("name", "column", "template"),
    [
        ("PMOP", "PendingStatus", "{0} = 0"),
        ("APUI", "ApprovedYN", "{0} = 'N'"),
        ("EMRD", "", ""),  # equipment revenue; a kind of usage is called equipment
        ("HRET", "", ""),  # training records
        ("PMOH", "", ""),  # approved change orders, of which no column tells it
        ("APVM", "", ""),
    ],
)
def test_a_table_called_by_a_state_that_a_column_tells(ctx, sample, name, column, template):
    found = named_state(ctx, sample.by_qualified[f"dbo.{name}"])
    assert (found.only.ref.column, found.only.template) == (column, template) if found else not column


def test_the_query_is_limited_to_the_state_and_the_plan_says_so(ctx):
    draft = told(ctx, totals())
    assert draft.query.where == (PENDING,) and not draft.more
    assert "PendingStatus = 0 is pending" in explained(ctx, draft.query, draft.action)[0]


def test_a_match_is_one_in_that_state_and_the_plan_says_so(ctx, sample):
    inner = Query("dbo.PMOP", (Item(Call("1")),))
    pairs = ((Ref("dbo.PMOP", "Contract"), Ref("dbo.JCCM", "Contract")),)
    query = Query("dbo.JCCM", (Item(Ref("dbo.JCCM", "Contract")),), where=(SubQuery("EXISTS", inner, None, pairs),))
    draft = told(ctx, query)
    assert "PMOP.PendingStatus = 0" in render(draft.query, sample)
    assert explained(ctx, draft.query, draft.action)[0].count("PendingStatus = 0 is pending") == 1


def test_what_only_other_rows_have_is_not_asked(ctx):
    """Nothing pending has been approved on a day."""
    day = Filter(Ref("dbo.PMOP", "ApprovalDate"), "{0} >= '2024-01-01'")
    assert with_named_states(ctx, Draft(totals(day), {"table": "pending change orders"}, "sum")) is None


@pytest.mark.parametrize(
    ("query", "noun"),
    [
        (totals(), "PMOP"),  # a name says no state
        (totals(Filter(PENDING.ref, "{0} = 2", "approved")), "pending change orders"),
        (totals(items=(Item(PENDING.ref),)), "pending change orders"),
    ],
)
def test_what_names_the_table_alone_or_asks_for_its_states_stays_as_it_is(ctx, query, noun):
    for turn in range(9):
        draft = Draft(query, {"table": noun, "turn": str(turn)}, "sum")
        assert with_named_states(ctx, draft) == draft


def test_lines_are_of_documents_in_that_state(ctx, sample):
    ref = Ref("dbo.APUL", "Job")
    query = Query(
        "dbo.APUL", (Item(ref), Item(Call("SUM({0})", (Ref("dbo.APUL", "GrossAmt"),)), "Total")), group=(ref,)
    )
    sql = render(told(ctx, query, "unapproved vendor invoice lines").query, sample)
    assert "JOIN APUI WITH (NOLOCK) ON APUL.APCo = APUI.APCo" in sql and "APUI.ApprovedYN = 'N'" in sql


@pytest.mark.parametrize("side", ["train", "exam"])
@pytest.mark.parametrize("name", ["sum", "group_count", "most_of_total", "rank_partner", "exists"])
def test_no_question_about_them_is_silent(sample, side, name):
    intent = next(intent for intent in all_intents() if intent.name == name)

    def about(ctx, label):
        """The tables and joins with what is called by a state."""
        found = []
        for subject in intent.subjects(ctx, label):
            of = subject.args[1]
            ends = (of.qualified,) if hasattr(of, "qualified") else (of.left, of.right)
            found += [subject] if {*ends} & {"dbo.PMOP", "dbo.APUI"} else []
        return found

    ctx = Context.of(sample, 3, side)
    asked = [*islice(sql_examples(ctx, replace(intent, subjects=about), None, Counter()), 8)]
    silent = [
        example
        for example in asked
        if re.search(r"(?i)pending change|unapproved vendor invoice", example.question)
        and re.search(r"FROM (?:PMOP|APUI)\b", example.sql)
        and not re.search(r"PendingStatus|ApprovedYN", example.sql)
    ]
    assert asked and not silent, [(example.question, example.sql) for example in silent]


def test_a_column_called_like_the_table_and_a_name_that_is_looked_up_say_no_state(ctx):
    """`PMOP: project, pending change order` names the table by its code; of items one looks up what the order is."""
    named = Draft(totals(), {"table": "PMOP", "columns": "project, pending change order"}, "sum")
    assert with_named_states(ctx, named) is named
    pairs = tuple((Ref("dbo.PMOI", name), Ref("dbo.PMOP", name)) for name in ("PMCo", "Project", "PCOType", "PCO"))
    shown = Item(Call("ISNULL({0}, '-')", (Ref("dbo.PMOP", "Description"),)), "Description")
    query = Query("dbo.PMOI", (Item(Ref("dbo.PMOI", "PCOItem")), shown), joins=(JoinOn("dbo.PMOP", pairs),))
    items = Draft(query, {"table": "project change order items", "others": "pending change order description"}, "show")
    assert with_named_states(ctx, items) is items
