"""A live server, from result sets on file: no SQL Server is at hand where this is tested.

`fixtures/catalog/server.json` holds results in the form that `server.queries` asks for, written by hand after the
documented columns of the catalog views.
"""

import json
import re
import sys
import types
from pathlib import Path

import pytest
from sqlglot import exp

from vgpt2.catalog.cache import Cache
from vgpt2.catalog.finish import finish
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.server.connect import PASSWORD, USER, Address, ask_server
from vgpt2.catalog.readers.server.queries import QUERIES
from vgpt2.catalog.readers.server.reader import declared, read_results
from vgpt2.database_settings import NEWEST
from vgpt2.errors import UserError
from vgpt2.settings import load_database
from vgpt2.tsql.dialect import parse

RESULTS = json.loads((Path(__file__).parents[3] / "fixtures/catalog/server.json").read_text())
SECRET = "pa;ss}word"


@pytest.fixture(scope="module")
def catalog():
    draft = Draft(load_database("generic.yaml"))
    read_results(draft, RESULTS)
    return finish(draft, Cache())


def test_tables_columns_and_types(catalog):
    customer = catalog.find("Customer", "Sales")
    assert [(c.name, c.type, c.base_type, c.nullable) for c in customer.columns] == [
        ("CustomerID", "int", "int", False),
        ("Name", "Name", "nvarchar(50)", False),
        ("Status", "char(1)", "char(1)", True),
        ("Shown", "nvarchar(max)", "nvarchar(max)", True),
    ]
    assert customer.column("CustomerID").identity
    assert customer.column("Status").default == "('A')"
    assert customer.column("Status").values == ["A", "I"]
    assert customer.column("Shown").computed == "(upper([Name]))"
    assert [column.type for column in catalog.find("Invoice", "Sales").columns[2:]] == ["decimal(12,2)", "datetime2(3)"]


def test_version_level_and_history(catalog):
    assert (catalog.database.server_version, catalog.database.compatibility_level) == ("2019", 140)
    assert catalog.find("Invoice", "Sales").temporal and not catalog.find("Customer", "Sales").temporal


def test_azure_is_the_newest_whatever_its_number():
    draft = Draft(load_database("generic.yaml"))
    read_results(draft, {**RESULTS, "database": [{"version": "12.0.2000.8", "edition": 5, "compatibility_level": 160}]})
    assert (draft.database.server_version, draft.database.compatibility_level) == (str(NEWEST), 160)


def test_keys_indexes_and_foreign_keys(catalog):
    invoice = catalog.find("Invoice", "Sales")
    assert invoice.key == ["Number"], "a filtered unique index is no key"
    assert [(index.name, index.columns, index.unique) for index in invoice.indexes] == [
        ("IX_Customer", ["CustomerID"], False),
        ("UX_Sent", ["Sent"], True),
    ]
    (key,) = catalog.foreign_keys
    assert (key.table, key.referenced_table, key.disabled) == ("Sales.Invoice", "Sales.Customer", True)


def test_programs_are_read_from_their_own_statements(catalog):
    view = catalog.find("vOpen", "Sales")
    assert [column.type for column in view.columns] == ["Name", "decimal(12,2)"]
    assert view.reads == ["Sales.Customer", "Sales.Invoice"]
    (routine,) = catalog.routines
    assert (routine.description, routine.writes) == ("Closes an invoice that is paid", ["Sales.Invoice"])
    (trigger,) = catalog.triggers
    assert (trigger.table, trigger.events) == ("Sales.Invoice", ["INSERT", "UPDATE"])
    assert [(item.construct, item.file) for item in catalog.unread] == [
        ("program without a definition (encrypted, or no right to see it)", "Sales.Secret")
    ]


def test_descriptions_and_sequences(catalog):
    assert catalog.find("Customer", "Sales").description == "Who buys from us."
    assert catalog.find("Customer", "Sales").column("Name").description == "The name on the invoice."
    assert [(item.qualified, item.type) for item in catalog.sequences] == [("Sales.Numbers", "int")]


@pytest.mark.parametrize(
    ("name", "length", "precision", "scale", "text"),
    [
        ("varchar", 30, 0, 0, "varchar(30)"),
        ("varchar", -1, 0, 0, "varchar(max)"),
        ("nvarchar", 60, 0, 0, "nvarchar(30)"),
        ("numeric", 9, 12, 3, "numeric(12,3)"),
        ("time", 5, 16, 7, "time(7)"),
        ("money", 8, 19, 4, "money"),
    ],
)
def test_declared_types(name, length, precision, scale, text):
    assert declared({"max_length": length, "precision": precision, "scale": scale}, name) == text


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_one_select_over_catalog_views_and_names_what_is_read(name):
    tree = parse(QUERIES[name])
    assert tree.key == "select"
    assert {table.db for table in tree.find_all(exp.Table)} == {"sys"}
    names = [item.alias_or_name for item in tree.selects]
    assert set(RESULTS[name][0]) == set(names)
    assert not re.search(r"\b(?:INSERT|UPDATE|DELETE|EXEC|ALTER|DROP|CREATE|INTO)\b", QUERIES[name])


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("mssql://erp/Vista", Address("erp", None, "Vista")),
        ("mssql://erp.example.com:1444/My%20Vista/", Address("erp.example.com", 1444, "My Vista")),
    ],
)
def test_addresses(source, address):
    assert Address.of(source) == address


@pytest.mark.parametrize(
    "source", ["mssql://erp", "mssql:///Vista", "mssql://erp/a/b", "mssql://erp:x/Vista", "mssql://sa:secret@erp/Vista"]
)
def test_another_form_is_refused_in_one_line_and_a_password_is_not_repeated(source):
    with pytest.raises(UserError) as error:
        Address.of(source)
    assert "secret" not in str(error.value) and "\n" not in str(error.value)


def test_a_database_name_cannot_add_to_the_connection_string():
    text = Address("erp", None, "x};UID=sa;{").connection_string()
    assert "Database={x}};UID=sa;{};" in text


class Driver(types.ModuleType):
    """Stands for the package: it remembers what it was given, answers from the file, or fails as told."""

    def __init__(self, fail=""):
        super().__init__("mssql_python")
        self.Error = type("Error", (Exception,), {})
        self.fail, self.asked, self.closed = fail, [], False

    def connect(self, text, autocommit, timeout):
        self.text = text
        if self.fail:
            raise self.Error(f"{self.fail} {text}")
        return self

    def cursor(self):
        return self

    def close(self):
        self.closed = True

    def execute(self, sql):
        self.asked.append(sql)
        rows = RESULTS[next(name for name, text in QUERIES.items() if text == sql)]
        self.description = [(name, None) for name in rows[0]]
        self.rows = [tuple(row.values()) for row in rows]

    def fetchall(self):
        return self.rows


@pytest.fixture
def driver(monkeypatch):
    monkeypatch.setenv(USER, "reader")
    monkeypatch.setenv(PASSWORD, SECRET)

    def use(**options):
        made = Driver(**options)
        monkeypatch.setitem(sys.modules, "mssql_python", made)
        return made

    return use


def test_user_and_password_come_from_the_environment_and_nothing_else_is_asked(driver):
    made = driver()
    assert ask_server("mssql://erp/Vista") == RESULTS
    assert made.asked == list(QUERIES.values()) and made.closed
    assert "UID={reader};PWD={pa;ss}}word};" in made.text
    assert "Encrypt=yes;TrustServerCertificate=no;ApplicationIntent=ReadOnly;" in made.text


def test_without_a_user_the_login_of_this_machine_is_used(driver, monkeypatch):
    monkeypatch.delenv(USER)
    made = driver()
    ask_server("mssql://erp/Vista")
    assert made.text.endswith("Trusted_Connection=yes;") and "PWD" not in made.text


def test_a_failure_is_one_line_without_the_password(driver):
    driver(fail=f"Login failed for {SECRET}\nat line 2")
    with pytest.raises(UserError, match=r"mssql://erp/Vista: Login failed") as error:
        ask_server("mssql://erp/Vista")
    assert "ss}" not in str(error.value) and "\n" not in str(error.value)


def test_a_missing_package_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "mssql_python", None)
    with pytest.raises(UserError, match=r"pip install --require-hashes -r requirements-mssql\.txt"):
        ask_server("mssql://erp/Vista")
