"""What is called owed is added up over what is not paid, and the question says so."""

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.owed import settled_on, with_owed
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref

PAID = Ref("dbo.APTD", "PaidDate")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def owed_by(column, *where, amount="Amount"):
    key = Ref("dbo.APTD", column)
    items = (Item(key), Item(Call("SUM({0})", (Ref("dbo.APTD", amount),)), "Total"))
    return Draft(Query("dbo.APTD", items, where=where, group=(key,)), {"table": "rows"}, "sum")


@pytest.mark.parametrize(
    ("name", "column", "day"),
    [
        ("APTD", "Amount", "PaidDate"),  # amount owed
        ("APTD", "DiscTaken", None),
        ("APTH", "InvTotal", None),
        ("ARTH", "AmountDue", None),  # kept up to date: nothing once it is paid
    ],
)
def test_amounts_that_are_owed_until_the_row_is_settled(ctx, sample, name, column, day):
    owner = sample.by_qualified[f"dbo.{name}"]
    found = settled_on(ctx, owner, owner.column(column))
    assert (found[0].name if found else None) == day


def test_what_is_paid_is_left_out_and_the_question_says_so(ctx):
    told = with_owed(ctx, owed_by("DueDate"))
    assert told.query.where == (Filter(PAID, "{0} IS NULL", "not paid"),) and "paid" in told.more
    other = owed_by("DueDate", amount="DiscTaken")
    assert with_owed(ctx, other) == other


def test_what_says_already_that_it_is_not_paid_stays_as_it_is(ctx):
    draft = owed_by("DueDate", Filter(PAID, "({0} IS NULL OR {0} > '2024-06-30')"))
    assert with_owed(ctx, draft) == draft


@pytest.mark.parametrize("column", ["PaidMth", "PayMethod", "CMRef", "Status"])
def test_nothing_is_owed_by_check_or_by_how_it_was_paid(ctx, column):
    assert with_owed(ctx, owed_by(column)) is None


def test_no_document_differs_from_what_is_unpaid_of_its_lines(sample):
    asked = streamed(sample, "sql", 1, 40, intents=["lines_differ"])
    found = [example.sql for example in asked]
    assert found and not [sql for sql in found if "SUM(Amount)" in sql and "FROM APTD" in sql]
