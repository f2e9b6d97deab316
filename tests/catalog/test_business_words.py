"""Business words for tables and columns."""

import pytest

from vgpt2.catalog.business_words import (
    borne_out,
    column_words,
    distinct_words,
    mentioned_columns,
    name_words,
    short_phrase,
    split_name,
    table_words,
)
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.settings import load_database

VISTA = load_database("vista.yaml")
ANY = load_database("generic.yaml")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("InvDate", ["Inv", "Date"]),
        ("APTrans", ["AP", "Trans"]),
        ("purchase_order", ["purchase", "order"]),
        ("Address2", ["Address", "2"]),
        ("SalesOrderHeader", ["Sales", "Order", "Header"]),
        ("UM", ["UM"]),
    ],
)
def test_a_name_falls_into_its_parts(name, parts):
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("InvDate", "invoice date"), ("QtyOnHand", "quantity on hand"), ("APVendorBalance", "AP vendor balance"),
        ("LastStmtDate", "last statement date"), ("LastPurch", "last purchase"), ("RecvdBy", "received by"),
    ],
)  # fmt: skip
def test_abbreviations_are_written_out_and_acronyms_kept(name, words):
    assert name_words(name, VISTA) == words


def test_hints_of_the_database_go_first():
    assert name_words("RetgDate", VISTA) == "retainage date"
    assert name_words("RetgDate", VISTA.model_copy(update={"word_hints": {"Retg": "holdback"}})) == "holdback date"


@pytest.mark.parametrize(
    ("name", "any_database", "vista"),
    [
        ("CustAmt", "customer amount", "customer amount"),
        ("SubTotal", "subtotal", "subcontract total"),
        ("TempMax", "temp maximum", "template maximum"),
        ("ContPhone", "cont phone", "contract phone"),
        ("PoBox", "po box", "purchase order box"),
        ("OrderNo", "order number", "order number"),
        ("NoTax", "no tax", "number tax"),
        ("MinPrice", "minimum price", "minimum price"),
        ("RunMin", "run min", "run minimum"),
        ("StatusCd", "status code", "status code"),
        ("CdTitle", "cd title", "code title"),
        ("Min", "min", "minimum"),
    ],
)
def test_what_a_part_stands_for_in_one_database_it_does_not_in_any(name, any_database, vista):
    assert name_words(name, ANY) == any_database
    assert name_words(name, VISTA) == vista


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("vOpenOrders", "view", "open orders"),
        ("vw_OpenOrders", "view", "open orders"),
        ("tblOpenOrders", "table", "open orders"),
        ("vOpenOrders", "table", "v open orders"),
        ("voidedOrders", "view", "voided orders"),
    ],
)
def test_a_prefix_that_says_the_kind_is_not_said(name, kind, words):
    assert table_words(Catalog(ANY), Table("dbo", name, kind, [])) == words


def test_a_database_names_prefixes_of_its_own():
    own = ANY.model_copy(update={"name_prefixes": ["v", "t_"]})
    assert table_words(Catalog(own), Table("dbo", "vOpenOrders", "table", [])) == "open orders"
    assert table_words(Catalog(own), Table("dbo", "t_open_orders", "table", [])) == "open orders"


@pytest.mark.parametrize(
    ("description", "phrase"),
    [
        ("AP invoice headers. One row for each.", "AP invoice headers"),
        ("The vendor.", "vendor"),
        ("A long story about many things that nobody would ever say", ""),
        ("hold code", "hold code"),
        ("Holds the invoices.", "invoices"),
        ("", ""),
        # labels of forms and properties, with a capital in each word
        ("Order Number", "order number"),
        ("Federal Tax ID", "federal tax ID"),
        ("Date of the Invoice", "date of the invoice"),
        ("McGraw Code", "McGraw code"),
        ("Vendor of AP", "vendor of AP"),
    ],
)
def test_a_short_first_clause_is_what_people_say(description, phrase):
    assert short_phrase(description, 5) == phrase


def test_a_bare_code_has_no_words(sample):
    table = Table("dbo", "APTX", "table", [])
    assert table_words(sample, table) == ""
    assert table_words(sample, sample.find("APTH")) == "vendor invoices"


def test_words_shared_by_two_columns_name_neither():
    columns = [
        Column("InvDate", "date", "date"),
        Column("InvoiceDate", "date", "date"),
        Column("DueDate", "date", "date"),
    ]
    catalog = Catalog(VISTA)
    assert distinct_words(catalog, Table("dbo", "T", "table", columns)) == {"DueDate": "due date"}


@pytest.mark.parametrize(
    ("name", "description", "words"),
    [
        ("ExpPayType", "default pay type for expenses", ""),
        ("SubPayType", "default pay type for the subcontracts", "subcontract pay type"),
        ("LastMthSubClsd", "last month closed in subledgers", ""),
        ("ExpPayType", "", "expiration pay type"),
    ],
)
def test_a_name_is_not_read_as_what_its_description_does_not_say(name, description, words):
    catalog = Catalog(VISTA)
    assert column_words(catalog, Column(name, "int", "int", description=description)) == words


def test_columns_that_a_text_names_are_found(sample):
    table = sample.find("APTH")
    found = mentioned_columns(sample, table, "Show APTrans and the invoice date of APTH")
    assert "APTrans" in found
    assert any(column_words(sample, table.column(name), table) == "invoice date" for name in found)


@pytest.mark.parametrize(
    ("words", "name", "true"),
    [
        ("invoice date", "InvDate", True),
        ("invoice dates", "InvDate", True),
        ("the vendor number", "Vendor", True),
        ("check number", "CMRef", False),
        ("payment method", "PayMethod", False),
        ("pay method", "PayMethod", True),
        ("GL company", "GLCo", True),
    ],
)
def test_a_name_bears_words_out_that_can_be_read_in_it(words, name, true):
    assert borne_out(words, name, VISTA) is true
