"""The graph: row security, weak keys, copies, how often tables and joins are used, companies of every module."""

from dataclasses import replace
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.joins.weak import is_copy
from vgpt2.catalog.model import Column, Table
from vgpt2.settings import load_database

CODE = Path(__file__).parents[2] / "fixtures" / "catalog" / "vista_code"
VISTA = load_database("vista.yaml")


@pytest.fixture(scope="module")
def catalog():
    return build(CODE, VISTA)


def joined(catalog):
    return {(join.left, tuple(join.left_columns), join.right): join for join in catalog.joins}


def test_a_view_with_row_security_keeps_table_and_key(catalog):
    view = catalog.find("PREH")
    assert (view.base_table, view.filtered, view.key) == ("dbo.bPREH", True, ["PRCo", "Employee"])
    assert catalog.stands_for["dbo.bPREH"] is view
    names = {table.name for table in catalog.queryable}
    assert "PREH" in names and not names & {"bPREH", "bAPVM", "bJCJM"}


@pytest.mark.parametrize(
    ("select", "shown"),
    [
        ("SELECT * FROM t WHERE b = 1", True),
        ("SELECT t.a, t.b FROM t WHERE b IN (SELECT a FROM u)", True),
        ("SELECT a, b AS other FROM t WHERE b = 1", False),
        ("SELECT a, b + 1 AS b FROM t WHERE b = 1", False),
        ("SELECT DISTINCT a FROM t WHERE b = 1", False),
        ("SELECT TOP 5 a FROM t WHERE b = 1", False),
        ("SELECT t.a FROM t JOIN u ON u.a = t.a WHERE t.b = 1", False),
        ("SELECT t.a FROM t, u WHERE u.a = t.a", False),
        ("SELECT a FROM t WHERE b = 1 GROUP BY a", False),
        ("SELECT a FROM t WHERE b = 1 UNION SELECT a FROM t WHERE b = 2", False),
        ("SELECT a FROM (SELECT a FROM t) x WHERE a = 1", False),
    ],
)
def test_which_views_show_rows_of_one_table(tmp_path, select, shown):
    tables = "CREATE TABLE t (a int PRIMARY KEY, b int)\nGO\nCREATE TABLE u (a int)\nGO\n"
    (tmp_path / "x.sql").write_text(f"{tables}CREATE VIEW v AS {select}\nGO\n")
    view = build(tmp_path, load_database("generic.yaml")).find("v")
    assert (view.base_table, view.filtered, view.key) == (("dbo.t", True, ["a"]) if shown else ("", False, []))


def test_a_narrow_view_of_some_rows_stands_for_nothing(tmp_path):
    (tmp_path / "x.sql").write_text(
        "CREATE TABLE dbo.bAPVM (VendorGroup tinyint, Vendor int, ActiveYN char(1))\nGO\n"
        "CREATE VIEW dbo.ActiveVendors AS SELECT Vendor FROM bAPVM WHERE ActiveYN = 'Y'\nGO\n"
    )
    catalog = build(tmp_path, VISTA)
    assert catalog.find("ActiveVendors").filtered and catalog.stands_for == {}
    assert {table.name for table in catalog.queryable} == {"ActiveVendors", "bAPVM"}


@pytest.mark.parametrize(
    ("table", "view", "where", "asked"),
    [
        ("tblOrders", "Orders", "WHERE Region = 1", {"Orders", "Lines"}),
        ("Orders", "vwOrders", "WHERE Region = 1", {"vwOrders", "Lines"}),
        ("orders", "orders_v", "WHERE Region = 1", {"orders_v", "Lines"}),
        ("Orders", "app.Orders", "WHERE Region = 1", {"app.Orders", "Lines"}),
        ("Orders", "OpenOrders", "WHERE Region = 1", {"Orders", "OpenOrders", "Lines"}),  # a thing of its own
        ("tblOrders", "Orders", "", {"tblOrders", "Orders", "Lines"}),  # no rows are kept back
        ("Orders", "Ordersby", "WHERE Region = 1", {"Orders", "Ordersby", "Lines"}),
    ],
)
def test_a_table_behind_row_security_is_never_asked(tmp_path, table, view, where, asked):
    """Where no house rule says views only: the view bears the table's name, and it is what joins lead to."""
    (tmp_path / "x.sql").write_text(
        f"CREATE SCHEMA app\nGO\nCREATE TABLE {table} (OrderNo int PRIMARY KEY, Region int)\nGO\n"
        f"CREATE TABLE Lines (LineNo int PRIMARY KEY, OrderNo int REFERENCES {table} (OrderNo))\nGO\n"
        f"CREATE VIEW {view} AS SELECT * FROM dbo.{table} {where}\nGO\n"
    )
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert {catalog.sql_name(each) for each in catalog.queryable} == asked
    sides = {name for join in catalog.joins for name in (join.left, join.right)}
    hidden = f"dbo.{table}" in catalog.hidden_behind
    assert sides == {"dbo.Lines", catalog.hidden_behind[f"dbo.{table}"].qualified if hidden else f"dbo.{table}"}


def test_batches_and_states_join_nothing(catalog):
    pairs = {frozenset((join.left, join.right)) for join in catalog.joins}
    assert pairs == {frozenset(("dbo.APTH", "dbo.APVM")), frozenset(("dbo.JCJM", "dbo.HQCO"))}


def test_a_status_table_of_that_name_is_joined(tmp_path):
    (tmp_path / "x.sql").write_text(
        "CREATE TABLE Status (StatusID int PRIMARY KEY, Name varchar(9))\nGO\n"
        "CREATE TABLE Orders (OrderID int PRIMARY KEY, StatusID int)\nGO\n"
        "CREATE TABLE Claims (ClaimID int PRIMARY KEY, StatusID int)\nGO\n"
        "CREATE VIEW v AS SELECT o.OrderID FROM Orders o JOIN Status s ON s.StatusID = o.StatusID\nGO\n"
    )
    found = joined(build(tmp_path, load_database("generic.yaml")))
    assert found[("dbo.Orders", ("StatusID",), "dbo.Status")].uses == 1
    assert found[("dbo.Claims", ("StatusID",), "dbo.Status")].origin == "shared_key"


def test_a_join_keeps_how_often_code_uses_it(catalog):
    join = joined(catalog)[("dbo.APTH", ("VendorGroup", "Vendor"), "dbo.APVM")]
    assert (join.uses, join.support) == (2, 2)  # a view and a procedure


def test_tables_weigh_as_they_are_used_and_backups_little(catalog):
    weights = {table.name: (table.uses, table.weight) for table in catalog.tables}
    assert weights["bAPVM"] == weights["APVM"] == (3, 1.0)
    assert weights["APLB"] == (0, 0.3)
    assert weights["oldAPTH20131105"] == (0, 0.03)


def test_without_code_all_tables_weigh_the_same(tmp_path):
    (tmp_path / "x.sql").write_text("CREATE TABLE a (x int)\nCREATE TABLE b (y int)\n")
    assert {table.weight for table in build(tmp_path, load_database("generic.yaml")).tables} == {1.0}


def test_the_same_columns_unused_are_a_copy(tmp_path):
    columns = "(a int, b int, c int, d int)"
    (tmp_path / "x.sql").write_text(
        f"CREATE TABLE Sales {columns}\nGO\nCREATE TABLE SalesJune {columns}\nGO\nCREATE TABLE Other (a int)\nGO\n"
        "CREATE PROC p AS SELECT a FROM Sales\nGO\n"
    )
    weights = {table.name: table.weight for table in build(tmp_path, load_database("generic.yaml")).tables}
    assert weights == {"Sales": 1.0, "SalesJune": 0.03, "Other": 0.3}


@pytest.mark.parametrize(
    "name",
    [
        "old20131105",
        "bAPTHold",
        "APVM_bak",
        "tmpJobs",
        "JCJM_20120131",
        "APVMCopy",
        "zAPVM_122509",
        "APVM_old2",
        "bAPTH_bak20240101",
        "APVM_Jan2024",
        "Copy_of_APVM",
        "zzAPVM",
        "dropme_APVM",
        "APVM_Sicherung",
        "APVM_DoNotUse",
        "APVM_respaldo",
        "CopiaAPVM",
        "APVM_sauvegarde",
        "APVM_antiguo",
        "Kopie_APVM",
    ],
)
def test_names_of_copies(name):
    assert is_copy(name, VISTA, {"bapvm", "bapth"})


@pytest.mark.parametrize(
    "name",
    [
        "BookCopy",
        "JCTemp",
        "Household",
        "Gold",
        "APVM1099",
        "PRTemplate",
        "HouseTest",
        "Form941",
        "Soldiers",
        "Plan2024",
        "Restore",
        "SalesMarket2024",
        "Respaldo",
        "APVMAlternate",
        "Sicherungskasten",
        "CopiaCertificada",
    ],
)
def test_names_that_are_no_copies(name):
    assert not is_copy(name, VISTA, {"bapvm"})


@pytest.mark.parametrize(
    ("module", "columns", "key", "company"),
    [
        ("AP", ["APCo", "Vendor"], ["APCo", "Vendor"], "APCo"),
        ("AP", ["Co", "Mth", "BatchId"], ["Co", "Mth", "BatchId"], "Co"),
        ("PM", ["JCCo", "Job"], ["JCCo", "Job"], "JCCo"),
        ("", ["Company", "Report"], [], "Company"),
        ("HQ", ["Report", "Co"], ["Report"], ""),
    ],
)
def test_companies_are_found_in_every_module(catalog, module, columns, key, company):
    typed = {"Co": "bCompany", "Company": "bCompany"}
    table = Table("dbo", "x", "table", [Column(name, typed.get(name, "int"), "int") for name in columns], module, key)
    assert catalog.company_column(table) == company
    found = replace(catalog, tables=[table]).company_names
    assert not company or company in found
