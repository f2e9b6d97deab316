"""A value is said by what it means, as people say it."""

import re

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import values_said
from vgpt2.synthesis.plain.values import is_denied, value_said
from vgpt2.synthesis.query import value_alias
from vgpt2.synthesis.questions import Speech


@pytest.mark.parametrize(
    ("words", "meant", "said"),
    [
        ("order status", "open", "order status is open"),
        ("finance charge type", "none", "finance charge type is none"),  # and the column is filled
        ("overtime option", "none", "overtime option is none"),
        ("cost impact", "yes", "there is a cost impact"),
        ("cost impact", "no", "there is no cost impact"),
        ("cost impact", "unknown", "cost impact is unknown"),
    ],
)
def test_yes_and_no_are_said_of_the_thing_and_none_of_its_value(words, meant, said):
    assert value_said(words, meant) == said


@pytest.mark.parametrize(
    ("words", "meant", "denied"),
    [
        ("kind of change", "changed", False),
        ("ownership", "owned", False),
        ("finance charge type", "none", False),
        ("order status", "pending", True),
        ("training type", "training", True),
    ],
)
def test_what_can_be_denied(words, meant, denied):
    assert is_denied(words, meant) is denied


def test_nobody_asks_for_both_or_any(sample):
    ctx = Context.of(sample, 1, "train")
    for name, column, value in (("JCCI", "BillType", "B"), ("PRDL", "CalcCategory", "A")):
        owner = ctx.table(f"dbo.{name}")
        assert not ctx.is_used(owner, owner.column(column), value)
        assert len(ctx.values(owner, owner.column(column))) > 1


@pytest.mark.parametrize(
    ("column", "said", "alias"),
    [("SaleType", "job", "SaleTypeJob"), ("Type", "'C'", "TypeC"), ("Status", "3", "Status3"),
     ("LineType", "work order", "LineTypeWorkOrder")],
)  # fmt: skip
def test_the_column_of_a_value(column, said, alias):
    assert value_alias(column, said) == alias


@pytest.mark.parametrize(
    ("table", "column", "values", "plain", "name", "said"),
    [
        ("APTH", "PayMethod", ["C", "E"], True, "payment method", ["check", "electronic"]),
        ("POIT", "ItemType", [3, 1], True, "item type", ["expense", "job"]),
        ("PMOH", "IntExt", ["E", "I"], True, "kind", ["external", "internal"]),
        ("JCCM", "Department", ["D1", "D2"], True, "JC department", ["'D1'", "'D2'"]),
        ("JCCH", "BillFlag", ["Y", "N"], True, "billing flag", ["'cost and units'", "'none'"]),  # not three values
        ("APTH", "PayMethod", ["C", "E"], False, None, ["'C'", "'E'"]),  # names are spelled, and so are codes
    ],
)
def test_values_beside_one_another_are_said_by_what_they_mean(sample, table, column, values, plain, name, said):
    ctx = Context.of(sample, 1, "train")
    owner, say = ctx.table(f"dbo.{table}"), Speech(ctx, ctx.rng("x"), plain=plain)
    found = values_said(say, owner, owner.column(column), values)
    assert found[1] == said and name in (None, found[0])


def test_a_list_of_some_values_says_what_they_mean(sample):
    ctx = Context.of(sample, 1, "train")
    owner = ctx.table("dbo.HQBC")
    for number in range(5):
        condition, said = Speech(ctx, ctx.rng(number), plain=True).among(owner, owner.column("Status"))
        values = re.findall(r"\d+", condition.template.partition(" IN ")[2])
        assert said.startswith("batch status is ")
        assert all(ctx.meant(owner, owner.column("Status"), value) in said for value in values)
