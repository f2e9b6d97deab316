"""Names that do not exist: of the kind of what they stand for, beside the real name that is nearest."""

import random
from pathlib import Path

import pytest

from vgpt2.catalog import store
from vgpt2.synthesis.negatives.invented import COLUMN_WORDS, Inventor, nearest_column

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/audit"
NEAREST = [
    # invented, how, made from, its table's other columns, what a refusal offers
    ("CustCustomer", "neighbour", "CustGroup", ["Customer", "AmountDue"], "Customer"),
    ("CrwCapLimit", "neighbour", "Craft", ["NewCapLimit", "Class"], "NewCapLimit"),
    ("WeightType", "neighbour", "WeightConv", ["Category", "UM"], "WeightConv"),
    ("StatusCode", "column_word", "Type", ["Status", "Name"], "Status"),
    ("FullName", "column_word", "Description", ["Basis", "Notes"], "Description"),
    ("EquipmentCostCode", "camel", "CostCode", ["Equipment", "EquipmentCost"], "CostCode"),
]


@pytest.mark.parametrize(("made", "way", "column", "others", "near"), NEAREST)
def test_a_refusal_offers_the_column_that_is_spelled_alike(made, way, column, others, near):
    assert nearest_column(made, way, column, others) == near


KINDS = [("InvTotal", "number"), ("InvDate", "date"), ("Vendor", ""), ("APRef", "text")]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_common_word_is_of_the_kind_of_its_column(name, kind):
    catalog = store.load(FIXTURES / "vista.json")
    table, inventor = catalog.find("APTH", ""), Inventor(catalog)
    made = [inventor.column(random.Random(seed), table, table.column(name)) for seed in range(60)]
    words = {word for word, way in made if way == "column_word"}
    assert words
    assert words <= set(COLUMN_WORDS[kind])
