"""What people call the one thing that a row refers to."""

import pytest

from vgpt2.synthesis.plain.nouns import in_short, is_many, of_thing, one_row, singular, thing, with_article


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("vendor number", "vendor"),
        ("GL account", "GL account"),
        ("job code", "job"),
        ("salesperson person ID", "salesperson"),
        ("primary contact person ID", "primary contact"),
        ("sales person ID", "sales person"),
        ("packed by person ID", "packed by person"),
        ("ordered by", "ordered by"),
        ("number", "number"),
    ],
)
def test_a_reference_is_called_what_it_refers_to(words, said):
    assert thing(words) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("vendor invoices", "vendor invoice"),
        ("categories", "category"),
        ("job phases", "job phase"),
        ("addresses", "address"),
        ("people", "person"),
        ("tax codes", "tax code"),
        ("status", "status"),
        ("units of measure", "unit of measure"),
        ("job cost records by month", "job cost record by month"),
        ("RFIs", "RFI"),
        ("payroll deductions and liabilities", "payroll deduction or liability"),
        ("invoice and payment lines", "invoice and payment line"),
    ],
)
def test_one_of_many(words, said):
    assert singular(words) == said


@pytest.mark.parametrize(
    ("rows", "one", "short"),
    [
        ("vendor invoices", "vendor invoice", "invoices"),
        ("material tickets that are not void", "material ticket that is not void", "tickets"),
        ("job cost records by month", "job cost record by month", "cost records"),
        ("AP payment headers", "AP payment header", "payments"),
        ("pending change orders", "pending change order", "change orders"),
        ("completed service work", "row of completed service work", "records"),
    ],
)
def test_rows_as_one_and_in_short(rows, one, short):
    assert one_row(rows) == one
    assert in_short(rows) == short


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("haul vendor", "a haul vendor"),
        ("HR resource", "an HR resource"),
        ("GL account", "a GL account"),
        ("RFI", "an RFI"),
        ("employee", "an employee"),
        ("unit of measure", "a unit of measure"),
        ("equipment", "equipment"),
    ],
)
def test_one_with_its_article(noun, said):
    assert with_article(noun) == said


@pytest.mark.parametrize("measure", ["hours worked", "days added", "units of measure", "hours"])
def test_what_is_counted_is_many(measure):
    assert is_many(measure)


@pytest.mark.parametrize("measure", ["invoice total", "amount invoiced", "cost", "gross"])
def test_an_amount_is_not(measure):
    assert not is_many(measure)


@pytest.mark.parametrize(
    ("column", "noun", "said"),
    [
        ("vendor name", "vendor", "vendor name"),
        ("description", "job", "job description"),
        ("city name", "delivery city", "delivery city name"),
        ("full name", "salesperson", "salesperson full name"),
        ("job title", "position code", "position code job title"),
        ("unit of measure name", "weight unit measure", "weight unit measure name"),
        ("country or region name", "country region", "country region name"),
    ],
)
def test_a_thing_is_named_once(column, noun, said):
    assert of_thing(column, noun) == said
