"""Joins: between queryable tables, along whole keys, each with where it comes from."""

from vgpt2.catalog.build import build
from vgpt2.settings import load_database


def described(catalog):
    return {
        f"{j.left}({', '.join(j.left_columns)}) -> {j.right}({', '.join(j.right_columns)})": (j.origin, j.support)
        for j in catalog.joins
    }


def test_joins_of_a_vgpt2_folder_are_between_views(vista):
    assert described(vista) == {
        # a declared key of the base tables, seen again in a view and in a report
        "dbo.APTH(VendorGroup, Vendor) -> dbo.APVM(VendorGroup, Vendor)": ("foreign_key", 3),
        # a recipe, and the child's key begins with the parent's: the better origin is kept
        "dbo.APTL(APCo, Mth, APTrans) -> dbo.APTH(APCo, Mth, APTrans)": ("recipe", 1),
    }


def test_the_many_side_is_the_one_whose_key_is_not_covered(vista):
    assert {join.many_side for join in vista.joins} == {"dbo.APTH", "dbo.APTL"}


def test_joins_of_scripts(shop):
    assert described(shop) == {
        "Sales.Invoice(CustomerID) -> Sales.Customer(CustomerID)": ("foreign_key", 2),
        "Sales.InvoiceLine(Company, Number) -> Sales.Invoice(Company, Number)": ("view", 2),  # and a procedure
    }


def test_a_join_on_part_of_a_key_is_none(tmp_path):
    (tmp_path / "x.sql").write_text(
        "CREATE TABLE h (Co int, Num int, PRIMARY KEY (Co, Num))\nGO\n"
        "CREATE TABLE l (Company int, Number int, Line int, PRIMARY KEY (Company, Number, Line))\nGO\n"
        "CREATE VIEW half AS SELECT h.Co FROM h JOIN l ON h.Num = l.Number\n"
    )
    assert build(tmp_path, load_database("generic.yaml")).joins == []


def test_shared_key_columns_prove_a_join_where_nothing_is_declared(tmp_path):
    (tmp_path / "x.sql").write_text(
        "CREATE TABLE Vendor (VendorGroup tinyint, Vendor int, Name varchar(30), PRIMARY KEY (VendorGroup, Vendor))\n"
        "CREATE TABLE Bill (Company tinyint, Number int, VendorGroup tinyint, Vendor int,\n"
        " PRIMARY KEY (Company, Number))\n"
        "CREATE TABLE BillLine (Company tinyint, Number int, Line int, PRIMARY KEY (Company, Number, Line))\n"
        "CREATE TABLE Other (Id int PRIMARY KEY, VendorGroup tinyint, Vendor varchar(9))\n"  # another type
    )
    assert described(build(tmp_path, load_database("generic.yaml"))) == {
        "dbo.Bill(VendorGroup, Vendor) -> dbo.Vendor(VendorGroup, Vendor)": ("shared_key", 1),
        "dbo.BillLine(Company, Number) -> dbo.Bill(Company, Number)": ("shared_key", 1),
    }


def test_a_table_may_refer_to_itself(tmp_path):
    (tmp_path / "x.sql").write_text("CREATE TABLE e (Id int PRIMARY KEY, Boss int REFERENCES e (Id))")
    assert described(build(tmp_path, load_database("generic.yaml"))) == {
        "dbo.e(Boss) -> dbo.e(Id)": ("foreign_key", 1),
    }
