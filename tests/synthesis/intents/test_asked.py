"""Groups and filters have to do with what is added up; others come up seldom, and some never."""

import random
from collections import Counter

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.asked import SELDOM_FILTER, SELDOM_GROUP, is_asked
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def asked(ctx, query, times=400):
    """In which share of the cases a query is asked."""
    return sum(is_asked(ctx, query, random.Random(f"{place}")) for place in range(times)) / times


def total(table, amount, *by, join=None, where=()):
    """The total of an amount by columns: of the table, or `OTHER.column` of a joined one."""
    refs = [
        Ref(f"dbo.{name.partition('.')[0]}", name.partition(".")[2]) if "." in name else Ref(table, name) for name in by
    ]
    joins = ()
    if join:
        other, *pairs = join
        joins = (JoinOn(f"dbo.{other}", tuple((Ref(table, a), Ref(f"dbo.{other}", b)) for a, b in pairs), "LEFT JOIN"),)
    item = Item(Call("SUM({0})", (Ref(table, amount),)) if amount else Call("COUNT(*)"), "Figure")
    return Query(table, (*map(Item, refs), item), joins, tuple(where), tuple(refs))


VENDOR = ("APVM", ("VendorGroup", "VendorGroup"), ("Vendor", "Vendor"))
EQUIPMENT = ("EMEM", ("EMCo", "EMCo"), ("Equipment", "Equipment"))
JOB = ("JCJM", ("JCCo", "JCCo"), ("Job", "Job"))


@pytest.mark.parametrize(
    "query",
    [
        total("dbo.APTH", "InvTotal", "VendorGroup", "Vendor", "APVM.Name", join=VENDOR),
        total("dbo.APTH", "InvTotal", "Mth"),
        total("dbo.APTL", "GrossAmt", "LineType"),
        total("dbo.EMRD", "Dollars", "EMEM.Category", join=EQUIPMENT),
        total("dbo.JCCP", "ActualCost", "CostType"),
        total("dbo.APTD", "Amount", "Mth", "APTrans"),  # what an invoice has of its lines
        total("dbo.PREH", "", "JCCo", "Job", "JCJM.Description", join=JOB),
        total("dbo.APTH", "", "VendorGroup", "Vendor", "APRef"),  # which are there twice
        total("dbo.CMDT", "", "CMAcct", "ActDate"),
    ],
)
def test_what_people_ask_by_is_asked(ctx, query):
    assert asked(ctx, query) == 1


@pytest.mark.parametrize(
    "query",
    [
        total("dbo.APTL", "Retainage", "TaxCode"),
        total("dbo.MSTD", "", "EMEM.FuelType", join=EQUIPMENT),
        total("dbo.SLIT", "CurCost", "JCJM.MailCity", join=JOB),
        total("dbo.MSIH", "InvTotal", "PayTerms"),
    ],
)
def test_what_nobody_is_known_to_ask_by_is_asked_seldom(ctx, query):
    assert 0 < asked(ctx, query) < 3 * SELDOM_GROUP


@pytest.mark.parametrize(
    "query",
    [
        total("dbo.PREH", "SalaryAmt", "JCCo", "Job", "JCJM.Description", join=JOB),  # at which they usually are
        total("dbo.PREH", "SalaryAmt", "JCCo", "Job"),
        total("dbo.PRSQ", "Hours", "CMCo", "CMAcct"),  # where money lies
        # each resource is one employee
        total("dbo.HRRM", "", "PRCo", "PREmp", "PREH.LastName", join=("PREH", ("PRCo", "PRCo"), ("PREmp", "Employee"))),
    ],
)
def test_what_means_nothing_is_never_asked(ctx, query):
    assert asked(ctx, query) == 0


@pytest.mark.parametrize(("column", "value", "often"), [("CostCode", "'CO1'", True), ("TaxCode", "'T1'", False)])
def test_a_condition_is_one_by_which_people_pick_rows(ctx, column, value, often):
    condition = Filter(Ref("dbo.APTL", column), f"({{0}} <> {value} OR {{0}} IS NULL)")
    query = total("dbo.APTL", "GrossAmt", "LineType", where=[condition])
    share = asked(ctx, query)
    assert (share == 1) if often else (0 < share < 2 * SELDOM_FILTER)
    # A list of one table is of anything that it holds, and a parameter has no value yet.
    plain = Query("dbo.APTL", (Item(Ref("dbo.APTL", "APLine")),), (), (condition,))
    given = total("dbo.APTL", "GrossAmt", "LineType", where=[Filter(Ref("dbo.APTL", column), "{0} = @Code")])
    assert asked(ctx, plain) == asked(ctx, given) == 1


def test_streams_group_by_terms_and_taxes_seldom(sample):
    examples = [example for example in streamed(sample, "sql", 1, 900) if " GROUP BY " in example.sql]
    ends = Counter(
        name in example.sql.rpartition(" GROUP BY ")[2] for example in examples for name in ("PayTerms", "TaxCode")
    )
    assert len(examples) > 200 and ends[True] <= len(examples) * 0.02
