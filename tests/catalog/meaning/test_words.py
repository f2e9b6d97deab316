"""Words mined from a database's own code: all of them, with their sources, and how they are shown."""

from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.build import read
from vgpt2.catalog.business_words import column_words, table_words
from vgpt2.catalog.explain import explain
from vgpt2.catalog.meaning.comments import listed_values
from vgpt2.catalog.meaning.phrases import clean, stands_for
from vgpt2.catalog.meaning.purposes import purpose
from vgpt2.catalog.meaning.words import words_of_column, words_of_table, words_of_value
from vgpt2.catalog.store import load, save
from vgpt2.settings import load_database

FIXTURES = Path(__file__).parents[2] / "fixtures" / "catalog"
CODE = FIXTURES / "vista_code"


@pytest.fixture(scope="module")
def catalog():
    # The code alone: what the YAML says of these tables goes first.
    bare = load_database("vista.yaml").model_copy(update={"word_hints": {}, "also_called": {}})
    return read(CODE, bare).catalog


@pytest.mark.parametrize("code", ["vista_code", "more_code"])
def test_all_words_of_the_code_and_no_others(code):
    # The code alone: what the YAML says of these tables goes first.
    bare = load_database("vista.yaml").model_copy(update={"word_hints": {}, "also_called": {}})
    catalog = read(FIXTURES / code, bare).catalog
    wanted = [tuple(item.values()) for item in yaml.safe_load((FIXTURES / code / "words.yaml").read_text())]
    found = [
        (
            meaning.of.removeprefix("dbo.") + (f"={meaning.value}" if meaning.value else ""),
            kind,
            text,
            source.removeprefix("dbo."),
        )
        for meaning in catalog.meanings
        for text, kind, source in meaning.words
    ]
    assert found == wanted


@pytest.mark.parametrize(
    "case", yaml.safe_load((FIXTURES / "purposes.yaml").read_text()), ids=lambda case: case["name"]
)
def test_purposes(case):
    assert purpose(case["text"]) == case["purpose"]


def test_words_are_saved_and_loaded(catalog, tmp_path):
    save(catalog, tmp_path / "catalog.json")
    assert load(tmp_path / "catalog.json").meanings == catalog.meanings


def test_a_view_is_called_what_its_table_is(catalog):
    view = catalog.find("APVM")
    assert [word.text for word in words_of_table(catalog, view)][-4:] == [
        "vendor",
        "AP vendor",
        "vendor master",
        "AP vendor master",
    ]
    column = view.column("TaxId")
    assert [word.text for word in words_of_column(catalog, view, column)] == ["federal tax ID", "tax number"]
    job = catalog.find("JCJM")
    assert words_of_value(catalog, job, job.column("JobStatus"), "1")[0].text == "open"


def test_mined_labels_are_business_words(catalog):
    view = catalog.find("APVM")
    assert column_words(catalog, view.column("udCGC1"), view) == "minority status"
    assert table_words(catalog, catalog.find("APVM")) == "vendor"


def test_explain_says_who_calls_it_so(catalog):
    lines = "\n".join(explain(catalog, "JCJM"))
    assert "called job master  [audit trail, triggers.sql:" in lines
    assert "1 called open  [case value, views.sql:" in lines


def test_purposes_are_those_of_views_and_triggers_too(catalog):
    view = catalog.find("brvAPOpenInvoices")
    assert view.description == "Open invoices with the vendor they are owed to and the day they are due."
    trigger = next(item for item in catalog.triggers if item.name == "btAPVMi")
    assert trigger.description.startswith("Insert trigger for AP Vendor Master")
    assert {item.name: item.description for item in catalog.routines} == {
        "bspAPVendorVal": "Validates a vendor by number or sort name and returns its name.",
        "vspAPInvoicesByDate": "",
        "bspJCJobClose": "",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("InvDate", "invoice date"), ("GLAcct", "GL account"), ("UM", "unit of measure"), ("Vendor", "vendor number"),
        ("RetgPct", "retainage percent"), ("CustGroup", "customer group"), ("Mth", "month"),
    ],
)  # fmt: skip
def test_what_a_name_can_stand_for(name, text):
    assert stands_for(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("InvDate", "due date"),
        ("Name", "vendor name"),
        ("Amount", "retainage"),
        ("LastName", "first name"),
        ("Job", "jo"),
    ],
)
def test_what_a_name_cannot_stand_for(name, text):
    assert not stands_for(name, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" - AP Vendor Master! ", "AP vendor master"), ("INVALID STATE", "invalid state"), ("bAPVM", ""),
        ("Sort Name:", "sort name"), ("a sentence that goes on for more than six words", ""), ("%d rows", ""),
        ("1099 Type", "1099 type"), ("123", ""), ("the Job", "job"),
    ],
)  # fmt: skip
def test_labels_are_said_as_phrases(text, said):
    assert clean(text) == said


def test_the_databases_owner_is_heard_first():
    vista = read(CODE, load_database("vista.yaml")).catalog
    words = words_of_table(vista, vista.find("APVM"))
    assert [word.kind for word in words[:2]] == ["word_hint", "word_hint"]
    assert table_words(vista, vista.find("APVM")) == words[0].text == "vendors"


def test_hints_of_vista_tell_tables_apart():
    vista = load_database("vista.yaml")
    assert len(vista.word_hints) >= 150 and len(set(vista.word_hints.values())) == len(vista.word_hints)
    assert set(vista.also_called) <= set(vista.word_hints)
    assert {name[:2] for name in vista.word_hints} == set(vista.modules)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Order status. 1 = In process; 2 = Approved", {"1": "in process", "2": "approved"}),
        ("W = WorkOrder, S = SalesOrder", {"W": "work order", "S": "sales order"}),
        (
            "IN = Individual (retail) customer, EM = Employee (non-sales)",
            {"IN": "individual customer", "EM": "employee"},
        ),
        ("V = Void", {}),
        ("1 = 2, 3 = 4", {}),
    ],
)
def test_values_that_a_description_lists(text, values):
    assert listed_values(text)[0] == values
