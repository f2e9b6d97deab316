"""The prompt form."""

import random
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.records.prompt import fenced, schema_line, schema_text, short_type, system_prompt
from vgpt2.settings import load_database

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sample():
    return build(ROOT / "data" / "sample", load_database("vista.yaml"))


def test_types_that_literals_depend_on():
    assert [short_type(kind) for kind in ("varchar(30)", "smalldatetime", "int", "numeric(12,2)")] == [
        "text",
        "date",
        "",
        "",
    ]


def test_a_line_has_key_and_description_and_never_loses_what_is_needed(sample):
    table = sample.find("APTH")
    line = schema_line(sample, table, keep=["PrePaidDate"], limit=5, rng=random.Random(1))
    assert line.startswith("APTH(APCo, Mth date, APTrans, ")
    assert "PrePaidDate date" in line
    assert line.endswith(" key APCo, Mth, APTrans -- AP invoice headers")
    assert line.partition("(")[2].partition(")")[0].count(",") == 4


def test_the_joins_between_shown_tables_are_said_and_their_columns_shown(sample):
    text = schema_text(sample, ["dbo.APTL", "dbo.APTH"], limit=4)
    assert text.splitlines()[0] == "Schema:"
    assert text.splitlines()[-1] == "APTL joins APTH on APCo, Mth, APTrans"
    text = schema_text(sample, ["dbo.JCJM", "dbo.APTL"], limit=4)
    for column in ("JCCo", "Job"):
        assert all(column in line for line in text.splitlines()[1:])


def test_what_the_question_names_is_shown(sample):
    without = schema_text(sample, ["dbo.APTH"], limit=4)
    with_question = schema_text(sample, ["dbo.APTH"], limit=4, question="Which APTH rows have PrePaidDate empty?")
    assert "PrePaidDate" not in without
    assert "PrePaidDate date" in with_question


def test_the_system_message_names_the_database(sample):
    assert "Viewpoint Vista" in system_prompt(sample)


def test_an_answer_with_sql():
    assert fenced("SELECT 1", "Plan.", "Note.") == "Plan.\n```sql\nSELECT 1\n```\nNote."
    assert fenced("SELECT 1") == "```sql\nSELECT 1\n```"


def test_values_are_shown_with_what_they_mean_where_the_question_speaks_of_them(sample):
    tables = ["dbo.APTD", "dbo.APTH"]
    text = schema_text(sample, tables, limit=6, question="Which vendor invoices of company 1 are on hold?")
    assert "Status [1=open/2=on hold/3=paid/4=cleared]" in text
    text = schema_text(sample, tables, limit=6, question="Vendor invoices of company 1 with their due date")
    assert "[" not in text
    # of many values those alone that are said
    text = schema_text(sample, ["dbo.APTL"], limit=6, question="Which back charges have inventory lines?")
    assert "LineType [2=inventory]" in text
