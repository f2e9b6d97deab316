"""Of rows of opposite kinds, invoices and payments, a question adds up one kind, or each on its own."""

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.kinds import asked_kind, opposed_kinds, with_kind
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref
from vgpt2.synthesis.roles.dimensions import changes_later, of_no_month


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def total(owner, amount, by, template="SUM({0})", **more):
    """The total of an amount by a column."""
    ref, key = Ref(owner, amount), Ref(owner, by)
    return Query(owner, (Item(key), Item(Call(template, (ref, key)), "Total")), group=(key,), **more)


def kind_told(ctx, query, noun="rows"):
    return with_kind(ctx, Draft(query, {"table": noun}, "sum"))


def test_of_invoices_and_payments_those_are_added_up_that_the_databases_own_queries_ask_for(ctx, sample):
    owner, column = opposed_kinds(ctx, sample.by_qualified["dbo.ARTH"])
    assert asked_kind(sample, owner, column) == "I"
    told = kind_told(ctx, total("dbo.ARTH", "Invoiced", "Customer"))
    assert told.query.where == (Filter(Ref("dbo.ARTH", "ARTransType"), "{0} = 'I'"),)
    assert "the invoices" in told.more  # what the rows are called says it


def test_the_lines_of_such_documents_are_of_their_kind_and_need_them_joined(ctx):
    alone = total("dbo.ARTL", "Retainage", "Contract")
    assert kind_told(ctx, alone) is None
    pairs = tuple((Ref("dbo.ARTL", name), Ref("dbo.ARTH", name)) for name in ("ARCo", "Mth", "ARTrans"))
    told = kind_told(ctx, total("dbo.ARTL", "Retainage", "Contract", joins=(JoinOn("dbo.ARTH", pairs),)))
    assert [part.ref.qualified for part in told.query.where] == ["dbo.ARTH.ARTransType"]


def test_what_is_invoiced_on_an_order_since_is_no_amount_of_its_day(ctx, sample):
    for name, column, later in (("POIT", "InvCost", True), ("POIT", "OrigCost", False), ("APTH", "InvTotal", False)):
        owner = sample.by_qualified[f"dbo.{name}"]
        assert changes_later(ctx, owner, owner.column(column)) is later


def test_where_no_kind_is_asked_for_each_has_a_row_and_none_is_ranked(ctx):
    told = kind_told(ctx, total("dbo.INDT", "StkTotalCost", "Material"))
    assert Ref("dbo.INDT", "TransType") in told.query.group
    assert [item.name for item in told.query.items] == ["Material", "TransType", "Total"]
    assert "IN transaction type" in told.more
    ranked = total("dbo.INDT", "StkTotalCost", "Material", template="RANK() OVER (ORDER BY SUM({0}) DESC)")
    assert kind_told(ctx, ranked) is None


@pytest.mark.parametrize(
    ("owner", "amount", "more"),
    [
        ("dbo.JCCD", "ActualCost", {}),  # what was spent, whichever way
        ("dbo.ARTH", "Invoiced", {"where": (Filter(Ref("dbo.ARTH", "ARTransType"), "{0} = 'I'"),)}),
        ("dbo.APTH", "InvTotal", {}),
    ],
)
def test_what_is_of_one_kind_or_says_which_stays_as_it_is(ctx, owner, amount, more):
    query = total(owner, amount, "Vendor" if owner != "dbo.ARTH" else "Customer", **more)
    assert kind_told(ctx, query).query == query


def test_no_total_of_a_month_holds_what_was_paid_of_its_invoices_since(ctx, sample):
    owner = sample.by_qualified["dbo.ARTH"]
    assert {name for name in ("Invoiced", "Paid", "AmountDue") if changes_later(ctx, owner, owner.column(name))} == {
        "Paid", "AmountDue"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("owner", "column", "so"),
    [
        ("dbo.JCCD", "EstCost", True),  # what is posted in a month changes the estimate
        ("dbo.JCCD", "ActualCost", False),
        ("dbo.POIT", "OrigCost", False),
        ("dbo.ARTH", "Paid", True),
    ],
)
def test_no_total_of_a_month_holds_what_was_planned_beside_what_happened(ctx, sample, owner, column, so):
    table = sample.by_qualified[owner]
    assert of_no_month(ctx, table, table.column(column)) is so


def test_a_discount_is_taken_by_payments_and_not_by_the_invoices_that_they_pay(ctx):
    taken = total("dbo.ARTH", "DiscTaken", "Customer")
    told = kind_told(ctx, taken)
    assert told.query.where == (Filter(Ref("dbo.ARTH", "ARTransType"), "{0} = 'P'"),)
    assert "the payments" in told.more
    both = Query(
        taken.table, (*taken.items, Item(Call("SUM({0})", (Ref("dbo.ARTH", "Invoiced"),)), "B")), group=taken.group
    )
    assert kind_told(ctx, both) is None


@pytest.mark.parametrize("where", [(Filter(Ref("dbo.ARTH", "ARTransType"), "{0} = 'P'"),), ()])
def test_of_payments_nothing_is_invoiced(ctx, where):
    query = total("dbo.ARTH", "Invoiced", "Customer" if where else "ARTransType", where=where)
    assert kind_told(ctx, query) is None


def test_hours_of_earnings_are_not_added_to_those_of_what_is_deducted_from_them(ctx, sample):
    owner, column = opposed_kinds(ctx, sample.by_qualified["dbo.PRDT"])
    assert column.name == "EDLType" and asked_kind(sample, owner, column) == ""
    earned = (Filter(Ref("dbo.PRDT", "EDLType"), "{0} = 'E'"),)
    for template in ("SUM({0})", "SUM(SUM({0})) OVER ()"):
        told = kind_told(ctx, total("dbo.PRDT", "Hours", "Employee", template=template))
        assert told.query.where == earned and "earnings" in told.more
    assert kind_told(ctx, total("dbo.PRDT", "Hours", "EDLType")) is None
    # What was paid, withheld and owed has a row for each.
    told = kind_told(ctx, total("dbo.PRDT", "Amount", "Employee"))
    assert Ref("dbo.PRDT", "EDLType") in told.query.group and "detail type" in told.more


def test_a_column_for_all_kinds_beside_those_of_some_is_no_total(ctx):
    hours, kind = Ref("dbo.PRDT", "Hours"), Ref("dbo.PRDT", "EDLType")
    some = Item(Call("SUM(CASE WHEN {1} = 'E' THEN {0} ELSE 0 END)", (hours, kind)), "Earned")
    query = total("dbo.PRDT", "Hours", "Employee")
    only = Query(query.table, (query.items[0], some), group=query.group)
    assert kind_told(ctx, only).query == only
    both = Query(query.table, (*only.items, Item(Call("SUM({0})", (hours,)), "Total")), group=query.group)
    assert kind_told(ctx, both) is None
