"""Ten in a hundred is 10 or 0.1, and which it is only the database's own words tell."""

import pytest

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.column_roles import roles_of
from vgpt2.synthesis.scale import has_scale, is_part_of_one

DATABASE = DatabaseSettings(name="x", prefix="x", title="X")


def money(name, computed="", description=""):
    return Column(name, "money", "money", computed=computed, description=description)


TOTAL = money("LineTotal", "[UnitPrice] * (1.0 - [Discount]) * [Qty]")


@pytest.mark.parametrize(
    ("columns", "checks", "scale"),
    [
        ([money("Discount")], [], True),
        ([money("Discount"), TOTAL], [], False),
        ([money("Discount"), money("Net", "[Price] - [Discount]")], [], True),
        ([money("TaxPct")], [], False),
        ([money("TaxPct")], ["[TaxPct] BETWEEN 0 AND 100"], True),
        ([money("TaxPct")], ["[OtherPct] <= 100", "[TaxPct] >= 0"], False),
        ([money("TaxPct", description="percent, 100 is all")], [], True),
    ],
)
def test_whether_a_number_compared_with_a_column_means_anything(columns, checks, scale):
    table = Table("dbo", "T", "table", columns, checks=checks)
    assert has_scale(Catalog(DATABASE, [table]), table, columns[0]) is scale


def test_a_part_of_one_is_not_added_up():
    table = Table("dbo", "T", "table", [money("Discount"), money("UnitPrice"), TOTAL])
    assert is_part_of_one(table, table.columns[0]) and not is_part_of_one(table, table.columns[1])
    amounts = [column.name for column in roles_of(Catalog(DATABASE, [table]), table).amounts]
    assert "Discount" not in amounts and "LineTotal" in amounts
