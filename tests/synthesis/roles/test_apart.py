"""What only rows of one kind have: the job of sales to a job, and the phase and the cost type of that."""

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.joins import _is_of_another, sides
from vgpt2.synthesis.intents.sense import makes_sense
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref
from vgpt2.synthesis.roles.apart import owned_by


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


@pytest.mark.parametrize(
    ("table", "code", "value", "owned", "shared"),
    [
        ("MSTD", "SaleType", "J", {"Job", "MatlPhase", "MatlJCCType"}, {"Material", "Equipment", "MatlTotal"}),
        ("MSTD", "SaleType", "C", {"Customer"}, {"FromLoc"}),
        ("EMRD", "UsageTransType", "J", {"Job", "Phase", "JCCType"}, {"Equipment", "RevCode"}),
        ("APTL", "LineType", "4", {"Equipment", "EMCType"}, {"GLAcct", "Vendor"}),
    ],
)
def test_the_parts_of_what_one_kind_has_are_its_own_too(ctx, sample, table, code, value, owned, shared):
    found = {name for name, own in owned_by(ctx, sample.by_qualified[f"dbo.{table}"])[code].items() if own == value}
    assert owned <= found and not shared & found


def cross(table, by, code, amount, value, where=()):
    """The total of an amount by a column, of one value of a code."""
    template = f"SUM(CASE WHEN {{0}} = {value} THEN {{1}} ELSE 0 END)"
    case = Item(Call(template, (Ref(table, code), Ref(table, amount))), "One")
    return Query(table, (Item(Ref(table, by)), case), where=where, group=(Ref(table, by),))


@pytest.mark.parametrize(
    ("query", "sense"),
    [
        (cross("dbo.MSTD", "MatlJCCType", "SaleType", "MatlTotal", "'C'"), False),
        (cross("dbo.MSTD", "MatlJCCType", "SaleType", "MatlTotal", "'J'"), True),
        (cross("dbo.MSTD", "Material", "SaleType", "MatlTotal", "'C'"), True),
        # What is on hold was paid in no month.
        (cross("dbo.APTD", "PaidMth", "Status", "Amount", "2"), False),
        (cross("dbo.APTD", "PayCategory", "Status", "Amount", "2"), True),
        (
            cross(
                "dbo.APTD", "PayType", "Status", "Amount", "2", (Filter(Ref("dbo.APTD", "PaidDate"), "{0} IS NULL"),)
            ),
            True,
        ),
        (
            cross(
                "dbo.APTD",
                "PayType",
                "Status",
                "Amount",
                "2",
                (Filter(Ref("dbo.APTD", "PaidDate"), "{0} > '2024-01-01'"),),
            ),
            False,
        ),
    ],
)
def test_values_that_cannot_meet_are_not_crossed(ctx, query, sense):
    assert makes_sense(ctx, query) is sense


@pytest.mark.parametrize(("measure", "another"), [("MatlTotal", True), ("HaulTotal", False)])
def test_by_the_terms_of_the_haul_vendor_the_haul_total_is_added_up(ctx, measure, another):
    joins = [join for join in ctx.usable_joins if {join.left, join.right} == {"dbo.MSTD", "dbo.APVM"}]
    assert joins and all(_is_of_another(ctx, sides(ctx, join), measure) is another for join in joins)
