"""Words to terms, a question to what it may mean, and the set of tables that covers it."""

import pytest

from vgpt2.catalog.finding.asked import Reader
from vgpt2.catalog.finding.index import build_index
from vgpt2.catalog.finding.near import Near
from vgpt2.catalog.finding.synonyms import synonyms
from vgpt2.catalog.finding.terms import inflected, root
from vgpt2.catalog.model import Catalog, Column, Join, Meaning, Table
from vgpt2.catalog.retrieval import Retriever, retrieve
from vgpt2.settings import load_database


def table(name: str, *columns: str, **more) -> Table:
    made = [Column(column, "int", "int") for column in columns]
    return Table("dbo", name, more.pop("kind", "table"), made, **more)


@pytest.fixture(scope="module")
def trade() -> Catalog:
    """Orders with lines of items, customers and vendors; a copy of the orders, and a view of the customers."""
    status = Meaning("dbo.Order.State", [["released", "case_value", "vOrders"]], value="1")
    return Catalog(
        load_database("generic.yaml"),
        [
            table("Customer", "CustomerID", "Name", "CreditLimit"),
            table("Order", "OrderID", "CustomerID", "State"),
            table("OrderBackup", "OrderID", "CustomerID", "State", weight=0.03),
            table("OrderLine", "OrderID", "LineNo", "ItemID", "Quantity"),
            table("StockItem", "ItemID", "Name", "SupplierID"),
            table("Supplier", "SupplierID", "Name"),
            table("CustomerInfo", "CustomerID", "Name", kind="view", reads=["dbo.Customer"]),
        ],
        joins=[
            Join("dbo.Order", ["CustomerID"], "dbo.Customer", ["CustomerID"], "foreign_key"),
            Join("dbo.OrderLine", ["OrderID"], "dbo.Order", ["OrderID"], "foreign_key"),
            Join("dbo.OrderLine", ["ItemID"], "dbo.StockItem", ["ItemID"], "foreign_key"),
            Join("dbo.StockItem", ["SupplierID"], "dbo.Supplier", ["SupplierID"], "foreign_key"),
        ],
        meanings=[status],
    )


@pytest.mark.parametrize("words", ["invoice invoiced invoicing", "ship shipped shipping", "supply supplied supplying"])
def test_forms_of_a_word(words):
    assert len({inflected(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", ["ship shipment shipper shipped", "supply supplier", "employ employee employment"])
def test_words_made_of_one(words):
    assert len({root(word) for word in words.split()}) == 1


def test_what_is_another_word_stays_one():
    assert inflected("customer") != inflected("custom")
    assert root("state") != root("stock")


def test_synonyms_go_both_ways_and_by_form():
    assert "vendor" in synonyms("supplier") and "supplier" in synonyms("vendor")
    assert "invoice" in synonyms("billed")
    assert "color" in synonyms("red") and "red" not in synonyms("color"), "a value says its kind, a kind no value"


def test_the_nearest_word():
    near = Near(["customer", "supplier", "order", "custody"])
    assert near.nearest("custommer", 1, 0.8) == ["customer"]
    assert near.nearest("zebra", 1, 0.8) == []


def test_a_word_stands_for_its_forms_its_synonyms_and_what_was_meant(trade):
    reader = Reader(build_index(trade))
    read = {asked.word: asked.terms for asked in reader.read("Which vendors shipped to custommers?")}
    assert "supplier" in read["vendor"]
    assert "customer" in read["custommer"]
    assert max(read["custommer"].values()) < 1
    assert not reader.read("How many of them are there, please?")


@pytest.mark.parametrize(
    ("asked", "tables"),
    [
        ("which clients are over their credit limit", {"Customer"}),
        ("released orders", {"Order"}),
        ("quantity ordered per vendor", {"OrderLine", "StockItem", "Supplier"}),
        (
            "what did each customer order from which supplier",
            {"Customer", "Order", "OrderLine", "StockItem", "Supplier"},
        ),
        ("custommers with no ordrs", {"Customer", "Order"}),
    ],
)
def test_each_word_is_covered_by_tables_that_are_joined(trade, asked, tables):
    assert {f"dbo.{name}" for name in tables} <= set(retrieve(trade, asked, len(tables) + 1))


def test_a_copy_comes_last_and_a_view_after_what_it_shows(trade):
    found = retrieve(trade, "orders by state", 7)
    assert found.index("dbo.OrderBackup") > found.index("dbo.Order")
    found = retrieve(trade, "customers by name", 7)
    assert found.index("dbo.CustomerInfo") > found.index("dbo.Customer")


def test_how_clearly_words_mean_a_table(trade):
    ranked = Retriever(trade).ranked("suppliers")
    assert ranked[0][0] == "dbo.Supplier"
    assert ranked[0][1] > 2 * ranked[1][1]


def test_nothing_known_gives_nothing(trade):
    assert retrieve(trade, "xyzzy", 3) == []
    assert retrieve(Catalog(load_database("generic.yaml")), "orders", 3) == []
