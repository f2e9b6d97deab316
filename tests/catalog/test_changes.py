"""What came, went and changed between two catalogs of one database."""

from copy import deepcopy

import pytest

from vgpt2.catalog.changes import Change, changes, counted
from vgpt2.catalog.model import Catalog, Column, Join, Meaning, Table
from vgpt2.database_settings import DatabaseSettings


def table(name, *columns, key):
    made = [Column(column, kind, kind) for column, kind in (text.split(":") for text in columns)]
    return Table("Sales", name, "table", made, key=key)


@pytest.fixture
def shop():
    """Orders and their lines, joined."""
    heads = table("Orders", "OrderID:int", "Customer:int", "Placed:date", key=["OrderID"])
    details = table(
        "Order Details", "OrderID:int", "Line No:int", "Quantity:int", "Ship Date:date", "Group:int",
        key=["OrderID", "Line No"],
    )  # fmt: skip
    join = Join(LINES, ["OrderID"], "Sales.Orders", ["OrderID"], "foreign_key")
    return Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [details, heads], joins=[join])


def changed(shop, edit):
    """The differences that an edit of the shop's catalog makes."""
    after = deepcopy(shop)
    edit(after)
    return changes(shop, after)


LINES = "Sales.Order Details"


def lines(catalog):
    return next(table for table in catalog.tables if table.qualified == LINES)


def rename_table(catalog):
    lines(catalog).name = "Order Lines"


def drop_column(catalog):
    table = lines(catalog)
    table.columns = [column for column in table.columns if column.name != "Ship Date"]


def rename_column(catalog):
    lines(catalog).column("Ship Date").name = "Shipped Date"


def retype_column(catalog):
    lines(catalog).column("Quantity").base_type = "bigint"


def allow_values(catalog):
    lines(catalog).column("Group").values = ["1", "2"]


def add_column(catalog):
    lines(catalog).columns.append(Column("Weight", "int", "int"))


def another_key(catalog):
    lines(catalog).key = ["OrderID"]


def lose_join(catalog):
    catalog.joins.clear()


def another_word(catalog):
    catalog.meanings.append(Meaning("Sales.Order Details.Group", [["colour", "comment", "x.sql:1"]], "1"))


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (rename_column, {Change("column", "went", f"{LINES}.Ship Date", after="Shipped Date"),
                         Change("column", "came", f"{LINES}.Shipped Date", before="Ship Date")}),
        (drop_column, {Change("column", "went", f"{LINES}.Ship Date")}),
        (retype_column, {Change("column", "changed", f"{LINES}.Quantity", "int", "bigint")}),
        (allow_values, {Change("column", "changed", f"{LINES}.Group", "int", "int of 1, 2")}),
        (add_column, {Change("column", "came", f"{LINES}.Weight")}),
        (another_key, {Change("key", "changed", LINES, "OrderID, Line No", "OrderID")}),
        (lose_join, {Change("join", "went", f"{LINES}+Sales.Orders", "OrderID")}),
        (another_word, {Change("words", "came", f"{LINES}.Group = '1'", "", "colour")}),
        (lambda catalog: None, set()),
    ],
)  # fmt: skip
def test_a_change_is_told_with_what_was_and_what_is(shop, edit, found):
    assert set(changed(shop, edit)) == found


def test_a_table_with_other_name_and_the_same_columns_was_renamed(shop):
    tables = [change for change in changed(shop, rename_table) if change.of == "table"]
    assert tables == [
        Change("table", "went", LINES, after="Sales.Order Lines"),
        Change("table", "came", "Sales.Order Lines", before=LINES),
    ]


def test_what_changed_is_counted(shop):
    assert counted(changed(shop, drop_column)) == {"column": {"came": 0, "went": 1, "changed": 0}}
    assert counted([]) == {}
