"""What foreign keys say of a join: whether each row finds its match, so that an inner join loses none."""

import pytest

from vgpt2.catalog.model import Catalog, Column, ForeignKey, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.sure_joins import is_declared, may_miss

# Stores, vendors and employees are each a partner; a line is sold by an offer of a product.
TABLES = {
    "Partner": ["PartnerID"],
    "Store": ["PartnerID", "Name"],
    "Address": ["AddressID", "PartnerID", "CityID?"],
    "City": ["CityID"],
    "Product": ["ProductID"],
    "Offer": ["OfferID", "ProductID"],
    "Line": ["LineID", "OfferID", "ProductID"],
    "Log": ["LogID", "PartnerID"],
}
KEYS = [
    ("Store", "Partner", ["PartnerID"]),
    ("Address", "Partner", ["PartnerID"]),
    ("Address", "City", ["CityID"]),
    ("Offer", "Product", ["ProductID"]),
    ("Line", "Offer", ["OfferID", "ProductID"]),
]


@pytest.fixture(scope="module")
def catalog():
    tables = []
    for name, columns in TABLES.items():
        made = [Column(c.rstrip("?"), "int", "int", nullable=c.endswith("?")) for c in columns]
        tables.append(Table("dbo", name, "table", made, key=made[0].name.split()))
    keys = [ForeignKey(f"FK{i}", f"dbo.{a}", own, f"dbo.{b}", own) for i, (a, b, own) in enumerate(KEYS)]
    return Catalog(DatabaseSettings(name="x", prefix="x", title="X"), tables, foreign_keys=keys)


@pytest.mark.parametrize(
    ("start", "end", "column", "declared", "missing"),
    [
        ("Address", "Partner", "PartnerID", True, False),
        ("Address", "Store", "PartnerID", False, True),  # it may be a vendor's
        ("Address", "City", "CityID", True, True),  # which may be empty
        ("Partner", "Store", "PartnerID", False, False),  # says nothing of what it refers to
        ("Line", "Product", "ProductID", True, False),  # that of its offer
        ("Log", "Partner", "PartnerID", False, False),  # the same: no foreign key at all
    ],
)
def test_a_row_finds_its_match_where_foreign_keys_say_so(catalog, start, end, column, declared, missing):
    first, second = (catalog.by_qualified[f"dbo.{name}"] for name in (start, end))
    assert is_declared(catalog, first, second, [(column, column)]) is declared
    assert may_miss(catalog, first, second, [(column, column)]) is missing


def test_a_filtered_view_of_a_table_may_lack_what_the_table_has(catalog):
    store = Table("dbo", "OurStores", "view", [Column("PartnerID", "int", "int")], base_table="dbo.Partner")
    address = catalog.by_qualified["dbo.Address"]
    assert is_declared(catalog, address, store, [("PartnerID", "PartnerID")])
    store.filtered = True
    assert not is_declared(catalog, address, store, [("PartnerID", "PartnerID")])
