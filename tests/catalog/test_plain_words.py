"""What tables and columns are called where a question spells no name, and the questions that come of it."""

import re
from itertools import islice

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.audit.variety import spells
from vgpt2.catalog.build import read
from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.catalog.plain_words import PlainWords, is_title, plain_columns, plural, sayable, spoken_names
from vgpt2.settings import load_database
from vgpt2.synthesis.generate import stream


def made(name, *columns, **more):
    return Table("dbo", name, more.pop("kind", "table"), [Column(column, "int", "int") for column in columns], **more)


@pytest.fixture(scope="module")
def orders():
    tables = [
        made("SalesOrderHeader", "OrderID", "CustomerID", "Total"),
        made("SalesOrderDetail", "OrderID", "Line", "Quantity"),
        made("Customer", "CustomerID", "Name"),
        made("vCustomer", "CustomerID", "Name", kind="view", reads=["dbo.Customer"]),
        made("SOHX", "OrderID", "Qx"),
        made("PayHistory", "PayID", "Rate"),
    ]
    joins = [
        Join("dbo.SalesOrderDetail", ["OrderID"], "dbo.SalesOrderHeader", ["OrderID"], "foreign_key"),
        Join("dbo.SalesOrderHeader", ["CustomerID"], "dbo.Customer", ["CustomerID"], "foreign_key"),
    ]
    return Catalog(load_database("generic.yaml"), tables, joins=joins)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SalesOrderHeader", "sales orders"),
        ("SalesOrderDetail", "sales order details"),
        ("Customer", "customers"),
        ("vCustomer", ""),
        ("SOHX", ""),
        ("PayHistory", "pay history records"),
    ],
)
def test_words_that_mean_one_table(orders, name, words):
    assert PlainWords.of(orders).table(orders.by_qualified[f"dbo.{name}"]) == words


def test_the_names_of_the_owner_go_first(sample):
    words = PlainWords.of(sample)
    assert words.table(sample.by_qualified["dbo.APTH"]) == "vendor invoices"
    assert words.table(sample.by_qualified["dbo.ARCM"]) == "customers"


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("vendor", "vendors"),
        ("tax category", "tax categories"),
        ("address", "addresses"),
        ("box", "boxes"),
        ("person", "people"),
        ("cost history", "cost history records"),
        ("square feet", "square feet"),
        ("pay period status", "pay period status"),
        ("salesperson", "salespeople"),
        ("unit of measure", "units of measure"),
        ("scopes of work", "scopes of work"),
    ],
)
def test_plurals(one, many):
    assert plural(one) == many


def test_words_of_columns_are_names_as_they_are_read_and_mean_one():
    table = made("Item", "Description", "TaxDescription", "SupplierID", "Wght1099", "BudgetAmt", "Status")
    catalog = Catalog(load_database("generic.yaml"), [table])
    found = plain_columns(catalog, table, {})
    assert found == {
        "TaxDescription": "tax description",
        "SupplierID": "supplier ID",
        "BudgetAmt": "budget amount",
        "Status": "status",
    }


def test_no_word_stands_twice_and_a_flag_is_called_what_it_says():
    table = made("Order", "PostalPostalCode", "IsFinalized", "TaxAmount", "City", "CityCity")
    table.column("IsFinalized").base_type = "bit"
    words = {
        "PostalPostalCode": "postal postal code",
        "IsFinalized": "is finalized",
        "TaxAmount": "tax amount calculated",
        "City": "city",
        "CityCity": "city city",  # but for this, two would be called city
    }
    assert sayable(table, words) == words | {
        "PostalPostalCode": "postal code",
        "IsFinalized": "finalized flag",
        "TaxAmount": "tax amount",
    }


def test_a_name_of_words_is_what_its_column_is_called_but_for_half_a_sentence():
    table = made("Line", "LineTotal", "OrderDate", "ToArchive", "UnitPrice")
    catalog = Catalog(load_database("generic.yaml"), [table])
    words = {"LineTotal": "per product subtotal", "ToArchive": "day when it was filed"}
    assert spoken_names(catalog, words) == {"LineTotal": "line total"}


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("customer invoices", True),
        ("state and province lookup table", False),
        ("current customer information", False),
        ("main entity tables for customers", False),
    ],
)
def test_what_a_description_calls_the_rows_of_a_table(phrase, title):
    assert is_title(phrase) == title


def test_words_that_nobody_says_are_left_to_the_name():
    table = made("Item", "SupplierID", "V1099YN")
    catalog = Catalog(load_database("generic.yaml"), [table])
    found = plain_columns(catalog, table, {"SupplierID": "supplier for this transaction", "V1099YN": "v 1099 YN"})
    assert found == {"SupplierID": "supplier ID"}


@pytest.mark.parametrize("side", ["train", "exam"])
def test_most_questions_spell_no_name(sample, side):
    questions = streamed(sample, "sql", 1, 300, side)
    plain = [example for example in questions if not spells(example.question, example.objects)]
    assert len(plain) >= 150
    # Hardly anybody speaks of rows of vendors.
    assert len([example for example in plain if re.search(r"\brows? (?:of|in)\b", example.question)]) < 6
    assert not [example.question for example in plain if re.search(r"[{}]|  |\.\.$", example.question)]


@pytest.mark.parametrize("package", ["aw.dacpac", "wwi.dacpac"])
def test_most_questions_of_other_databases_spell_no_name(corpora, package):
    catalog = read(corpora / "dacpac" / package, load_database("generic.yaml")).catalog
    questions = list(islice(stream(catalog, "sql", 1, "train"), 200))
    assert len([example for example in questions if not spells(example.question, example.objects)]) >= 100


def test_the_same_seed_asks_the_same(sample):
    first, again = ([example.question for example in islice(stream(sample, "sql", 3, "train"), 80)] for _ in range(2))
    assert first == again
