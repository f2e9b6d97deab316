"""Sales and purchases: which tables hold their documents, what a question wants of them, and what comes along."""

import pytest

from vgpt2.catalog.finding.asked import Reader
from vgpt2.catalog.finding.index import Index, build_index
from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.catalog.retrieval import retrieve
from vgpt2.settings import load_database


def table(name: str, **types: str) -> Table:
    columns = [Column(column, kind, kind) for column, kind in types.items()]
    return Table("dbo", name, "table", columns, key=[columns[0].name])


def refers(many: str, one: str, column: str, key: str = "") -> Join:
    return Join(f"dbo.{many}", [column], f"dbo.{one}", [key or column], "foreign_key", many_side=f"dbo.{many}")


def same(left: str, right: str, key: str) -> Join:
    return Join(f"dbo.{left}", [key], f"dbo.{right}", [key], "view", uses=2)


@pytest.fixture(scope="module")
def trade() -> Catalog:
    """Tickets to clients and bookings with suppliers, named by no word for sales or purchases; goods by family; agents
    whose names stand among the people; addresses of people, each of a type."""
    of_people = table("PersonAddress", PersonID="int", AddressID="int", AddressTypeID="int")
    of_people.key = ["PersonID", "AddressID", "AddressTypeID"]
    return Catalog(
        load_database("generic.yaml"),
        [
            table("Client", ClientID="int", ClientName="nvarchar(50)", ShopID="int"),
            table("Shop", ShopID="int", Name="nvarchar(50)"),
            table("Supplier", SupplierID="int", SupplierName="nvarchar(50)", LastOrderDate="date"),
            table("Item", ItemID="int", Name="nvarchar(50)", SellStartDate="date", ItemFamilyID="int"),
            table("ItemFamily", ItemFamilyID="int", Name="nvarchar(50)"),
            table("Ticket", TicketID="int", ClientID="int", AgentID="int", OrderDate="date"),
            table("TicketLine", TicketLineID="int", TicketID="int", ItemID="int", Quantity="int", Price="money"),
            table("Booking", BookingID="int", SupplierID="int", OrderDate="date"),
            table("BookingLine", BookingLineID="int", BookingID="int", ItemID="int", Quantity="int"),
            table("Agent", PersonID="int", Region="nvarchar(20)"),
            table("Person", PersonID="int", FirstName="nvarchar(50)", LastName="nvarchar(50)"),
            table("Address", AddressID="int", Street="nvarchar(50)"),
            table("AddressType", AddressTypeID="int", Name="nvarchar(50)"),
            of_people,
        ],
        joins=[
            refers("Client", "Shop", "ShopID"),
            refers("Item", "ItemFamily", "ItemFamilyID"),
            refers("Ticket", "Client", "ClientID"),
            refers("Ticket", "Agent", "AgentID", "PersonID"),
            refers("TicketLine", "Ticket", "TicketID"),
            refers("TicketLine", "Item", "ItemID"),
            refers("Booking", "Supplier", "SupplierID"),
            refers("BookingLine", "Booking", "BookingID"),
            refers("BookingLine", "Item", "ItemID"),
            same("Agent", "Person", "PersonID"),
            refers("PersonAddress", "Person", "PersonID"),
            refers("PersonAddress", "Address", "AddressID"),
            refers("PersonAddress", "AddressType", "AddressTypeID"),
        ],
    )


@pytest.fixture(scope="module")
def index(trade) -> Index:
    return build_index(trade)


def names(index: Index, places) -> set[str]:
    return {index.tables[place].name for place in places}


def test_documents_are_told_by_partner_and_day_and_lines_by_their_documents(index):
    sold, bought = index.deals.of["sold"], index.deals.of["bought"]
    assert names(index, sold.says) == {"Ticket", "TicketLine"}
    assert names(index, bought.says) == {"Booking", "BookingLine"}
    assert names(index, sold.partners) == {"Client"}
    assert names(index, index.deals.goods.values()) == {"Item"}


def test_who_gives_names_and_what_things_are_sorted_by(index):
    beside = index.companions
    called = {index.tables[one].name: index.tables[other].name for one, other in beside.names.items()}
    assert called == {"Agent": "Person"}, "a client has a name of its own"
    assert {index.tables[one].name: index.tables[other].name for one, other in beside.classes.items()} == {
        "Item": "ItemFamily"
    }
    assert names(index, (kind for kinds in beside.kinds.values() for kind in kinds)) == {"AddressType"}


@pytest.mark.parametrize(
    ("asked", "deal"),
    [
        ("what did we buy last year", "bought"),
        ("spend per supplier", "bought"),
        ("how much do our shops spend with us", "sold"),
        ("which clients bought twice", "sold"),
        ("revenue by month", "sold"),
        ("sales per month", "sold"),
        ("best seling items", "sold"),
        ("reasons for buying", "sold"),
        ("which twenty shops spent the most with us", "sold"),
        ("sales growth by month", "sold"),
        ("sales copy for helmets", ""),
        ("phone numbers of sales reps", ""),
        ("hours that the paint shop spent in May", ""),
        ("jobs that have spent more than planned", ""),
        ("who works in the night shift", ""),
    ],
)
def test_who_buys_from_whom(index, asked, deal):
    wanted = Reader(index).wanted(asked)
    assert (next(iter(wanted.deals[0])) if wanted.deals else "") == deal


def test_what_else_a_question_wants_of_a_deal(index):
    reader = Reader(index)
    assert reader.wanted("revenue in 2013").dated
    assert not reader.wanted("hired in 2013").dated
    assert reader.wanted("helmets sold").classes, "a helmet must be an item"
    assert not reader.wanted("items sold").classes
    assert reader.wanted("what did we buy from Litware").partner


@pytest.mark.parametrize(
    ("asked", "tables"),
    [
        ("total revenue by item", {"TicketLine", "Item"}),
        ("revenue in 2013 by item", {"TicketLine", "Item", "Ticket"}),
        ("what did we buy from Litware in 2014", {"Booking", "BookingLine", "Supplier", "Item"}),
        ("helmets sold per month", {"Ticket", "TicketLine", "Item", "ItemFamily"}),
        ("which items does each shop buy", {"Shop", "Client", "Ticket", "TicketLine", "Item"}),
        ("tickets by agent", {"Ticket", "Agent", "Person"}),
        ("addresses of people", {"Person", "PersonAddress", "Address", "AddressType"}),
    ],
)
def test_a_deal_brings_its_documents_lines_partners_and_goods(trade, asked, tables):
    assert {f"dbo.{name}" for name in tables} <= set(retrieve(trade, asked, 6))
