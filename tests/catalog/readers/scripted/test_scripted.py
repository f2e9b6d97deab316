"""A folder of scripts: `fixtures/catalog/scripts`."""

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database


def test_tables_and_views_are_all_there(shop):
    assert [(table.kind, table.qualified) for table in shop.tables] == [
        ("table", "Sales.Customer"),
        ("table", "Sales.Customer_History"),  # named as the history table of Customer
        ("table", "Sales.Invoice"),
        ("table", "Sales.InvoiceLine"),
        ("view", "Sales.vAgain"),
        ("view", "Sales.vLines"),
        ("view", "Sales.vOpen"),
    ]
    assert not shop.unread


COLUMNS = [
    # name, declared type, base type, nullable
    ("CustomerID", "int", "int", False),
    ("Name", "nvarchar(50)", "nvarchar(50)", False),
    ("Phone", "Phone", "varchar(25)", True),
    ("Status", "char(1)", "char(1)", False),
    ("CreditLimit", "decimal(12,2)", "decimal(12,2)", True),
    ("Rating", "tinyint", "tinyint", True),
    ("odd ]name", "xml", "xml", True),
    ("Display", "nvarchar", "nvarchar", False),
    ("ValidFrom", "datetime2(7)", "datetime2(7)", False),
    ("ValidTo", "datetime2(7)", "datetime2(7)", False),
]


def test_no_column_is_lost_to_a_clause(shop):
    customer = shop.find("Customer", "Sales")
    assert [(c.name, c.type, c.base_type, c.nullable) for c in customer.columns] == COLUMNS
    assert customer.column("CustomerID").identity
    assert customer.column("Status").default == "('A')"
    assert customer.column("Display").computed == "([Name] + N' (' + [Status] + N')')"


def test_a_column_added_later_is_the_last_one(shop):
    added = shop.find("Invoice", "Sales").columns[-1]
    assert (added.name, added.type, added.base_type, added.nullable, added.default) == (
        "Currency", "Code", "char(3)", False, "'EUR'",
    )  # fmt: skip


def test_checks_that_are_lists_become_allowed_values(shop):
    customer = shop.find("Customer", "Sales")
    assert customer.column("Status").values == ["A", "I"]
    assert customer.column("Rating").values == ["1", "2", "3"]
    assert customer.column("CreditLimit").values == []
    assert len(customer.checks) == 3


def test_business_keys(shop):
    assert shop.find("Customer", "Sales").key == ["CustomerID"]
    assert shop.find("Invoice", "Sales").key == ["Company", "Number"], "unique clustered, and not KeyID"
    assert shop.find("InvoiceLine", "Sales").key == ["Company", "Number", "Line"]


def test_a_foreign_key_without_columns_refers_to_the_primary_key(shop):
    (key,) = shop.foreign_keys
    assert (key.table, key.columns) == ("Sales.Invoice", ["CustomerID"])
    assert (key.referenced_table, key.referenced_columns) == ("Sales.Customer", ["CustomerID"])
    assert key.disabled


def test_descriptions_come_from_extended_properties(shop):
    customer = shop.find("Customer", "Sales")
    assert customer.description == "Who buys from us. It's one row a customer."
    assert customer.column("Name").description == "The name on the invoice"
    assert customer.column("Name").description_source == "extended property"


def test_view_columns_are_resolved_through_stars_and_other_views(shop):
    opened = shop.find("vOpen", "Sales")
    assert [c.name for c in opened.columns] == [*(c[0] for c in COLUMNS), "InvoiceNumber", "LessOne", "HowMany"]
    types = {c.name: c.base_type for c in opened.columns}
    assert (types["Phone"], types["LessOne"], types["HowMany"]) == ("varchar(25)", "money", "int")
    again = shop.find("vAgain", "Sales")
    assert [(c.name, c.type) for c in again.columns] == [("Who", "nvarchar(50)"), ("Which", "int")]
    assert again.reads == ["Sales.vOpen"]


def test_programs(shop):
    routines = {routine.qualified: routine for routine in shop.routines}
    assert sorted(routines) == ["Sales.uspPost", "dbo.ufnHalf", "dbo.uspWrapped"]
    post = routines["Sales.uspPost"]
    assert [(p.name, p.type, p.output) for p in post.parameters] == [
        ("@Company", "tinyint", False),
        ("@Number", "int", False),
        ("@msg", "varchar(255)", True),
    ]
    assert post.description == "Posts an invoice and says what went wrong."
    assert routines["dbo.ufnHalf"].parameters[0].type == "decimal(10,2)"
    (trigger,) = shop.triggers
    assert (trigger.qualified, trigger.table, trigger.events) == (
        "Sales.trInvoice", "Sales.Invoice", ["INSERT", "UPDATE"],
    )  # fmt: skip


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_encoding_and_line_end(tmp_path, encoding, newline):
    text = "CREATE TABLE Größe (Länge int NOT NULL, Breite int)\nGO\nCREATE TABLE b (x int)\nGO\n"
    (tmp_path / "x.sql").write_bytes(text.replace("\n", newline).encode(encoding))
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert [table.name for table in catalog.tables] == ["Größe", "b"]
    assert [column.name for column in catalog.tables[0].columns] == ["Länge", "Breite"]


def test_a_binary_file_is_named_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.sql").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "b.sql").write_text("CREATE TABLE b (x int)")
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert [table.name for table in catalog.tables] == ["b"]
    assert [(item.construct, item.file) for item in catalog.unread] == [("file that cannot be read", "a.sql")]


def test_what_cannot_be_right_is_named_with_file_and_line(tmp_path):
    (tmp_path / "x.sql").write_text(
        "CREATE TABLE t (a int)\nGO\nCREATE TABLE t (b int)\nGO\n"
        "ALTER TABLE nothere ADD b int\nGO\n"
        "CREATE VIEW v AS SELECT FROM WHERE\nGO\n"
        "CREATE TABLE u (a int REFERENCES gone (a))\n"
    )
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert [(item.construct, item.line) for item in catalog.unread if item.file == "x.sql"] == [
        ("ALTER TABLE of a table that is not there", 5),
        ("table defined twice differently, the first kept", 3),
        ("view", 7),
    ]
    assert "foreign key to what is not there" in {item.construct for item in catalog.unread}
    assert [column.name for column in catalog.find("t").columns] == ["a"]


def test_views_that_read_each_other_end(tmp_path):
    (tmp_path / "x.sql").write_text("CREATE VIEW a AS SELECT * FROM b\nGO\nCREATE VIEW b AS SELECT * FROM a")
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert [table.columns for table in catalog.tables] == [[], []]
