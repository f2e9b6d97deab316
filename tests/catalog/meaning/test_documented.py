"""Values that a document lists beside a column's name."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.build import read
from vgpt2.catalog.meaning.documented import documented_values
from vgpt2.catalog.value_words import columns_spoken_of, values_text
from vgpt2.settings import load_database

LISTS = yaml.safe_load(
    (Path(__file__).parents[2] / "fixtures" / "catalog" / "value_lists.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 open, 2 on hold, 3 paid", {"1": "open", "2": "on hold", "3": "paid"}),
        ("C=Check; E = Electronic.", {"C": "check", "E": "electronic"}),
        ("'NEW' - not yet sent, 'OLD' -> sent", {"NEW": "not yet sent", "OLD": "sent"}),
        ("-1 rejected, 0 none", {"-1": "rejected", "0": "none"}),
        ("OPEN not yet sent, DONE sent", {"OPEN": "not yet sent", "DONE": "sent"}),
        ("1 open, 2 on hold and 3 paid", {"1": "open", "2": "on hold", "3": "paid"}),
        ("1=Open 2=On hold", {"1": "open", "2": "on hold"}),
        ("`Chk` = check, `Eft` = transfer", {"Chk": "check", "Eft": "transfer"}),
        ("1 = one-time, R = recurring", {"1": "one-time", "R": "recurring"}),
        ("1 = not used, 2 = open, 3 = closed", {"2": "open", "3": "closed"}),
        ("A active, I inactive", {"A": "active", "I": "inactive"}),
        ("A = Open (Offen, gesperrt), B = Closed", {"A": "open", "B": "closed"}),
        ("1 = Type: open, 2 = Type: closed", {}),  # the colon stands behind what all are
        ("Old values: 1 open, 2 on hold", {}),
        ("see Status: 1 open, 2 closed", {}),
        ("30 days, 60 days", {}),
        ("1 = 1st shift, 2 = 2nd shift", {}),
        ("1 = Open, not billed; 2 = Closed", {}),  # what two words are
        ("1 job, GL account, 2 inventory", {}),
        ("1 to 5 levels, 6 none", {}),
        ("1, 2, 3", {}),  # what they are, not what they mean
        ("OE, CO, AP", {}),
        ("1 open", {}),
        ("1 open, anything else is closed", {}),
        ("1 where the vendor was paid by an electronic transfer of the bank, 2 not", {}),  # a sentence
    ],
)
def test_values_that_a_line_explains(text, values):
    assert documented_values(text) == values


TABLE = """CREATE TABLE APTD (Line int NOT NULL, Status tinyint NOT NULL CHECK (Status IN (1, 2)),
    Method char(1) NOT NULL CHECK (Method IN ('C', 'E')), Job int NULL, LineType tinyint NOT NULL)
GO
EXEC sp_addextendedproperty 'MS_Description', 'How it is paid: C check, E electronic', 'SCHEMA', 'dbo', 'TABLE', 'APTD',
    'COLUMN', 'Method'
"""
DOCUMENT = """# APTD

## Overview
Payment detail.

## Columns
| Column | Type | Description |
|---|---|---|
| Job | int | job number |

## Values
* `Status`: 1 open, 2 on hold, 7 gone
* `LineType`: 1 job, 2 inventory, 3 expense, 4 equipment, 5 work order, 6 order, 7 subcontract
* `Method`: C, E

## Belongs to
* `JCJM` by `Job`
"""
ROWS = """# APTD

## Values
| Column | Value | Meaning |
|---|---|---|
| Status | 1 | Open |
| Status | 2 | On hold |
"""


def catalog(folder, document, name="APTD", script=TABLE):
    """A VGPT2 folder with this document of a table, and the script that makes it."""
    database = folder / "vgpt2" / "Viewpoint_Database"
    for part in ("_Metadata", "Tables"):
        (database / part).mkdir(parents=True)
    row = {"ObjectName": name, "SchemaName": "dbo", "ColumnName": "Line", "DataType": "int", "IsNullable": "False"}
    (database / "_Metadata" / "columns.json").write_text(json.dumps([row]))
    (database / "Tables" / f"{name}.md").write_text(document, encoding="utf-8")
    (folder / "scripts").mkdir()
    (folder / "scripts" / "all.sql").write_text(script)
    bare = load_database("generic.yaml").model_copy(update={"word_hints": {}})
    return read(folder / "vgpt2", bare, folder / "scripts").catalog


def test_a_document_says_what_values_mean_with_the_line_where_it_does(tmp_path):
    found = catalog(tmp_path, DOCUMENT)
    table = found.find("APTD")
    said = found.said_values(table, "Status")
    # 7 is refused by the table's own CHECK
    assert {value: words[0][:2] for value, words in said.items()} == {
        "1": ["open", "description"],
        "2": ["on hold", "description"],
    }
    assert said["1"][0][2].endswith("APTD.md:12")
    assert len(found.said_values(table, "LineType")) == 7
    by_description = found.said_values(table, "Method")
    assert {value: words[0][0] for value, words in by_description.items()} == {"C": "check", "E": "electronic"}
    assert not found.said_values(table, "Job")


def test_a_table_of_values_says_the_same(tmp_path):
    found = catalog(tmp_path, ROWS)
    said = found.said_values(found.find("APTD"), "Status")
    assert [words[0][0] for words in said.values()] == ["open", "on hold"]


ORDERS = """CREATE TABLE SalesOrd (Line int NOT NULL, Status tinyint NOT NULL, Method char(1) NOT NULL, Job int NULL,
    LineType tinyint NOT NULL, Hold char(1) NULL, PayCode varchar(4) NULL, Country varchar(3) NULL)
GO
CREATE TABLE Customer (CustNo int NOT NULL, Status tinyint NULL, Method char(1) NULL)
"""


@pytest.mark.parametrize("case", LISTS, ids=lambda case: case["text"].splitlines()[0])
def test_lists_as_people_write_them(tmp_path, case):
    head = f"# SalesOrd\n\n## Overview\nOrders.\n\n## {case.get('title', 'Values')}\n"
    document = f"{head}{case['text']}\n## Notes\n* Job: 1 inside, 2 outside\n"
    found = catalog(tmp_path, document, "SalesOrd", ORDERS)
    said = {
        ("" if table.name == "SalesOrd" else f"{table.name}.") + column.name: {
            value: words[0][0] for value, words in found.said_values(table, column.name).items()
        }
        for table in found.tables
        for column in table.columns
    }
    assert {name: values for name, values in said.items() if values} == case["found"]


def test_values_as_a_prompt_shows_them(tmp_path):
    found = catalog(tmp_path, DOCUMENT)
    table = found.find("APTD")
    assert columns_spoken_of(found, table, "Which lines are ON HOLD?") == {"Status": frozenset("2")}
    # A line's job is in a column of its own.
    assert columns_spoken_of(found, table, "inventory lines and lines of job 7") == {"LineType": frozenset("2")}
    assert values_text(found, table, table.column("Status")) == "1=open/2=on hold"
    assert values_text(found, table, table.column("LineType")) == ""
    assert values_text(found, table, table.column("LineType"), frozenset("24")) == "2=inventory/4=equipment"
    bare = replace(table.column("Status"), values=[])
    assert values_text(found, table, bare) == "1=open/2=on hold"


@pytest.mark.parametrize(
    ("text", "column", "values"),
    [
        ("which scopes are billable", "PriceMethod", None),  # there is only "not billable"
        ("scopes that are not billable", "PriceMethod", {"N"}),
        ("is overpayment allowed", "OverPayment", {"Y"}),
        ("where it is not allowed", "OverPayment", {"N"}),
        ("which vendors hold insurance", "Status", None),  # on hold is something else
        ("payments on hold", "Status", {"2"}),
    ],
)
def test_small_words_count(text, column, values, sample):
    owner = {"PriceMethod": "SMWorkOrderScope", "OverPayment": "APCO", "Status": "APTD"}[column]
    found = columns_spoken_of(sample, sample.find(owner), text).get(column)
    assert found == (frozenset(values) if values else None)
