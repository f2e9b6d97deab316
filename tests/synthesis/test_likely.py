"""A condition compares with what may stand in its column: known values, and made-up ones where they look alike."""

import pytest

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.likely import is_likely, is_nobody

DATABASE = DatabaseSettings(name="x", prefix="x", title="X")


@pytest.mark.parametrize(
    ("table", "column", "type_", "likely"),
    [
        ("Vendors", "VendorName", "nvarchar(50)", True),
        ("Shift", "Name", "nvarchar(50)", False),  # no shift is called Willow Textiles
        ("Customers", "Name", "nvarchar(50)", True),
        ("SalesPerson", "FullName", "nvarchar(50)", False),  # nor is a person
        ("SalesPerson", "LastName", "nvarchar(50)", True),
        ("Addresses", "City", "nvarchar(50)", True),
        ("OrderLines", "Description", "nvarchar(100)", True),
        ("Departments", "Description", "nvarchar(100)", False),
        ("Orders", "OrderNumber", "nvarchar(25)", True),
        ("Orders", "OrderNumber", "nvarchar", False),  # computed: not even its length is known
        ("ColdRooms", "Temperature", "decimal(10,2)", False),
        ("Employees", "HourlyRate", "money", False),
        ("Employees", "BirthDate", "date", False),
        ("Employees", "HireDate", "date", True),
        ("Products", "Size", "nvarchar(5)", False),
        ("Orders", "Total", "money", True),
        ("Orders", "Source", "varchar(10)", False),  # a code that the program sets is none of those made up
        ("Orders", "SourceCity", "varchar(30)", True),
        ("Orders", "StatusCode", "varchar(10)", False),
        ("Accounts", "AcctType", "char(1)", False),
        ("Orders", "HoldCode", "varchar(10)", True),
        ("Orders", "IsPaid", "bit", True),
    ],
)
def test_a_made_up_value_looks_like_what_stands_there(table, column, type_, likely):
    made = Table("dbo", table, "table", [Column("ID", "int", "int"), Column(column, type_, type_)], key=["ID"])
    assert is_likely(Catalog(DATABASE, [made]), made, made.columns[1]) is likely


def test_known_values_and_keys_are_always_compared_with():
    size = Column("Size", "nvarchar(5)", "nvarchar(5)", values=["S", "M", "L"])
    made = Table("dbo", "Shirts", "table", [Column("Name", "nvarchar(50)", "nvarchar(50)"), size], key=["Name"])
    assert all(is_likely(Catalog(DATABASE, [made]), made, column) for column in made.columns)


@pytest.mark.parametrize(
    ("table", "column", "value", "nobody"),
    [
        ("ARTH", "Customer", 0, True),
        ("ARCustomerBalance", "Customer", 0, True),
        ("ARTH", "Customer", 20, False),
        ("ARTH", "Invoiced", 0, False),
        ("SMWorkOrder", "WOStatus", 0, False),  # open
        ("APTL", "APLine", 0, False),  # the number of a line within its invoice
    ],
)
def test_nobody_asks_for_customer_0(sample, table, column, value, nobody):
    of = sample.by_qualified[f"dbo.{table}"]
    assert is_nobody(sample, of.column(column), value) is nobody
    ctx = Context.of(sample, 1, "train")
    assert not (nobody and value in ctx.values(of, of.column(column)))
