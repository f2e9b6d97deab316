"""Names that do not exist: of the kind of what they stand for, beside the real name that is nearest."""

import random
from pathlib import Path

import pytest

from vgpt2.catalog import store
from vgpt2.database_settings import InventedNames
from vgpt2.synthesis.negatives.invented import Inventor, nearest_column
from vgpt2.synthesis.negatives.name_parts import general_parts, name_parts

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/audit"
NEAREST = [
    # invented, how, made from, its table's other columns, what a refusal offers
    ("CustCustomer", "neighbour", "CustGroup", ["Customer", "AmountDue"], "Customer"),
    ("CrwCapLimit", "neighbour", "Craft", ["NewCapLimit", "Class"], "NewCapLimit"),
    ("WeightType", "neighbour", "WeightConv", ["Category", "UM"], "WeightConv"),
    ("StatusCode", "column_word", "Type", ["Status", "Name"], "Status"),
    ("FullName", "column_word", "Description", ["Basis", "Notes"], ""),  # none is near
    ("EquipmentCostCode", "camel", "CostCode", ["Equipment", "EquipmentCost"], "CostCode"),
]


@pytest.mark.parametrize(("made", "way", "column", "others", "near"), NEAREST)
def test_a_refusal_offers_the_column_that_is_spelled_alike(made, way, column, others, near):
    assert nearest_column(made, way, column, others) == near


KINDS = [("InvTotal", "number"), ("InvDate", "date"), ("Vendor", "other"), ("APRef", "text")]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_common_word_is_of_the_kind_of_its_column(name, kind):
    catalog = store.load(FIXTURES / "vista.json")
    table, inventor = catalog.find("APTH", ""), Inventor(catalog)
    made = [inventor.column(random.Random(seed), table, table.column(name)) for seed in range(60)]
    words = {word for word, way in made if way == "column_word"}
    assert words
    assert words <= set(general_parts().columns[kind])


def test_a_database_has_lists_of_its_own():
    catalog = store.load(FIXTURES / "shop.json")
    own = InventedNames(table_endings=["Shelf"], columns={"date": ["SoldOn"]})
    catalog.database = catalog.database.model_copy(update={"invented_names": own})
    parts = name_parts(catalog.database)
    assert (parts.table_endings, parts.columns["date"]) == (["Shelf"], ["SoldOn"])
    assert parts.column_endings == general_parts().column_endings
    assert parts.columns["text"] == general_parts().columns["text"]
    table, inventor = catalog.find("Customer", "Sales"), Inventor(catalog)
    made = {inventor.table(random.Random(seed), table) for seed in range(60)}
    assert {name[-5:] for name, way in made if way == "business"} == {"Shelf"}
