"""Rows are counted and added up by whose they are, by kinds and by months, and by nothing else that stands in them."""

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.column_roles import roles_of, row_key
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.dimensions import is_owner

DATABASE = DatabaseSettings(name="x", prefix="x", title="X")


def columns(text):
    """Columns of a line: `ID int, Name varchar(30)`."""
    return [Column(name, type_, type_) for name, type_ in (part.split() for part in text.split(", "))]


def table(name, text, key=(), kind="table", sql=""):
    return Table("dbo", name, kind, columns(text), key=list(key), sql=sql)


def book(tables, *joins):
    """The roles of tables of which the first refers to the others, by (its column, table, column)."""
    made = [
        Join(tables[0].qualified, [near], f"dbo.{name}", [far], "foreign_key", 1, tables[0].qualified)
        for near, name, far in joins
    ]
    return book_of(Context(Catalog(DATABASE, tables, joins=made), 1, "train"))


MASTERS = {
    "Customers": table("Customers", "CustomerID int, CustomerName varchar(40)", ["CustomerID"]),
    "UnitMeasures": table("UnitMeasures", "Code char(3), Name varchar(40)", ["Code"]),
    "People": table("People", "PersonID int, FullName varchar(40)", ["PersonID"]),
    "BankAccounts": table("BankAccounts", "BankAccountID int, Description varchar(40)", ["BankAccountID"]),
    "LedgerAccounts": table("LedgerAccounts", "AccountID int, Description varchar(40)", ["AccountID"]),
    "Orders": table("Orders", "OrderID int, OrderDate date, Description varchar(40)", ["OrderID"]),
}


@pytest.mark.parametrize(
    ("column", "master", "far", "counted"),
    [
        ("CustomerID", "Customers", "CustomerID", True),
        ("WeightUnitMeasureCode", "UnitMeasures", "Code", False),  # what it is measured in
        ("ContactPersonID", "People", "PersonID", False),  # whom to call
        ("SalespersonID", "People", "PersonID", True),
        ("BankAccountID", "BankAccounts", "BankAccountID", False),  # an order moves no money
        ("BackorderOrderID", "Orders", "OrderID", False),  # another row of its own
        ("LastEditedBy", "People", "PersonID", False),
    ],
)
def test_orders_are_counted_by_partners(column, master, far, counted):
    orders = table("Orders", f"OrderID int, OrderDate date, {column} int, Total money", ["OrderID"])
    tables = [orders, *([] if master == "Orders" else [MASTERS[master]])]
    found = book(tables, (column, master, far))
    assert (column in [one.name for one in found.dimensions(orders)]) is counted
    assert (column in [near for link in found.partners(orders) for near, _ in link.pairs]) is counted


@pytest.mark.parametrize(("name", "counted"), [("Payments", True), ("Invoices", False)])
def test_only_what_moves_money_is_added_up_by_bank_account(name, counted):
    rows = table(name, "RowID int, TransDate date, BankAccountID int, Amount money", ["RowID"])
    found = book([rows, MASTERS["BankAccounts"]], ("BankAccountID", "BankAccounts", "BankAccountID"))
    assert bool(found.partners(rows)) is counted


@pytest.mark.parametrize(("dated", "counted"), [("TransDate date, ", True), ("", False)])
def test_what_happens_is_added_up_by_ledger_account_and_no_master_is(dated, counted):
    rows = table("Entries", f"RowID int, {dated}AccountID int, Amount money", ["RowID"])
    found = book([rows, MASTERS["LedgerAccounts"]], ("AccountID", "LedgerAccounts", "AccountID"))
    assert bool(found.partners(rows)) is counted


@pytest.mark.parametrize(
    ("column", "counted"),
    [
        ("OrderType char(2)", True),
        ("State char(2)", True),
        ("HoldCode varchar(10)", True),
        ("Website varchar(10)", False),
        ("EmailPromotion int", False),
        ("DeliveryRun varchar(5)", False),
        ("PostalCode varchar(10)", False),
        ("ReferenceNumber int", False),
    ],
)
def test_a_code_counts_where_it_sorts_rows_into_kinds(column, counted):
    orders = table("Orders", f"OrderID int, {column}", ["OrderID"])
    assert (column.split()[0] in [one.name for one in book([orders]).dimensions(orders)]) is counted


def test_nothing_is_counted_by_what_is_its_whole_key_beside_a_shared_group(sample):
    made = book_of(Context.of(sample, 1, "train"))
    for name in ("JCPM", "GLFP"):
        rows = made.ctx.table(f"dbo.{name}")
        assert not {column.name for column in made.dimensions(rows)} & set(rows.key), name


def test_a_view_is_not_counted_by_the_key_of_its_own_rows():
    people = table("People", "PersonID int, Name varchar(40)", ["PersonID"])
    people.columns.append(Column("TerritoryID", "int", "int"))
    territories = table("Territories", "TerritoryID int, Name varchar(40)", ["TerritoryID"])
    sql = (
        "CREATE VIEW dbo.vPeople AS SELECT * FROM dbo.People p JOIN dbo.Territories t ON t.TerritoryID = p.TerritoryID"
    )
    view = table("vPeople", "PersonID int, Name varchar(40), TerritoryID int", kind="view", sql=sql)
    found = book([people, territories, view], ("TerritoryID", "Territories", "TerritoryID"))
    assert row_key(found.ctx.catalog, view) == ["PersonID"]
    assert [column.name for column in found.dimensions(view)] == ["TerritoryID"]
    view.sql = "CREATE VIEW dbo.vPeople AS SELECT * FROM (SELECT 1 AS A) s PIVOT (SUM(A) FOR B IN ([1])) p"
    assert roles_of(found.ctx.catalog, view).groups == []


@pytest.mark.parametrize(("table_name", "owned"), [("APVM", True), ("JCCM", True), ("CMAC", False), ("EMEM", False)])
def test_what_is_due_or_held_back_is_somebodys(sample, table_name, owned):
    found = book_of(Context.of(sample, 1, "train"))
    links = [link for one in sample.queryable for link in found.links(one) if link.end.name == table_name]
    assert links and all(is_owner(found.ctx, link) is owned for link in links)


@pytest.mark.parametrize("intent", ["held_back", "held_documents", "overdue_partner", "open_ageing"])
def test_nobody_is_asked_what_a_bank_account_or_a_machine_owes(sample, intent):
    for example in streamed(sample, "sql", 1, 60, intents=[intent]):
        assert not {"dbo.CMAC", "dbo.EMEM", "dbo.HQUM"} & set(example.tables), example.question
