"""What is read out of an answer: its query, and whose existence it denies."""

import pytest

from vgpt2.records.answers.extract import Denial, find_denials, last_sql, read


@pytest.mark.parametrize(
    ("answer", "sql"),
    [
        ("```sql\nSELECT 1 FROM A\n```", "SELECT 1 FROM A"),
        ("```sql SELECT 1 FROM A```", "SELECT 1 FROM A"),
        ("```SELECT 1 FROM A```", "SELECT 1 FROM A"),
        ("```TSQL\r\nSELECT 1\r\nFROM A;\r\n```", "SELECT 1\r\nFROM A"),
        ("plan\n```sql\nSELECT a FROM b", "SELECT a FROM b"),
        ("```sql\nSELECT a FROM b\n```\nor\n```sql\nSELECT c FROM d\n```\n```\na | 1\n```", "SELECT c FROM d"),
        ("```python\nrun()\n```\n```sql\nSELECT a FROM b\n```", "SELECT a FROM b"),
        ("SELECT a FROM b\n\nThis shows a.", "SELECT a FROM b"),
        ("WITH t AS (SELECT a FROM b) SELECT a FROM t", "WITH t AS (SELECT a FROM b) SELECT a FROM t"),
        ("Use `SELECT a FROM b` here.", "SELECT a FROM b"),
        ('{"plan": "all", "sql": "SELECT a\\nFROM b"}', "SELECT a\nFROM b"),
        ('```json\n{"query": "SELECT a FROM b"}\n```', "SELECT a FROM b"),
        ("~~~sql\nSELECT a FROM b\n~~~", "SELECT a FROM b"),
        ("<code>SELECT a FROM b</code>", "SELECT a FROM b"),
        ("SELECT a\n\nFROM b\n\nWHERE c = 1\n\nThat is all.", "SELECT a\n\nFROM b\n\nWHERE c = 1"),
        ("There is no such table.", ""),
        ("There is no such table. Can I select a from b?", ""),
        ("SELECT a FROM b WHERE c = ?", "SELECT a FROM b WHERE c = ?"),
        ("```\nname | total\n```", ""),
        ("", ""),
    ],
)
def test_the_query_of_an_answer(answer, sql):
    assert last_sql(answer) == sql


def test_a_query_that_runs_into_prose_ends_where_it_still_parses():
    answer = "You want SELECT a FROM b WHERE c = 1. That is all."
    assert last_sql(answer, lambda sql: sql.endswith("= 1")) == "SELECT a FROM b WHERE c = 1"


@pytest.mark.parametrize(
    ("prose", "denial"),
    [
        ("There is no table APTX in Viewpoint Vista. The nearest is APTH.", Denial("APTX", "table")),
        ("APTH has no column InvoiceAmt. The nearest is InvTotal.", Denial("InvoiceAmt", "column", "APTH")),
        ("The table 'APTL' does not exist.", Denial("APTL", "table")),
        ("`APTX` isn't a table in Viewpoint Vista", Denial("APTX", "table")),
        ("There is no APTX table.", Denial("APTX", "table")),
        ("Craft is not a column of APTH.", Denial("Craft", "column", "APTH")),
        ("There is no column Craft in APTH.", Denial("Craft", "column", "APTH")),
        ("Column Craft of APTH does not exist", Denial("Craft", "column", "APTH")),
        ("The column Craft does not exist in table APTH.", Denial("Craft", "column", "APTH")),
        ("I could not find a table named dbo.APTX.", Denial("dbo.APTX", "table")),
        ("APTH does not have InvoiceAmt.", Denial("InvoiceAmt", "", "APTH")),
        ("The table you asked for does not exist.", Denial("")),
        ("No such table.", Denial("")),
        ("I could not find APTX.", Denial("APTX")),
        ("I was unable to locate a table called APTX", Denial("APTX", "table")),
        ("- **APTX**: not found", Denial("APTX")),
        ("The schema has no APTX.", Denial("APTX")),
        ("Neither PaidFlag nor anything like it is in APTH.", Denial("PaidFlag", "", "APTH")),
        ("There is no APTX.", Denial("APTX")),
        ("APTX looks like a typo for APTH", Denial("APTX")),
        ("APTH lacks a PaidFlag column.", Denial("PaidFlag", "column", "APTH")),
        ("Invalid object name 'APTX'.", Denial("APTX")),
    ],
)
def test_a_denial(prose, denial):
    assert find_denials(prose) == [denial]


@pytest.mark.parametrize(
    "prose",
    [
        "Yes, APTH exists.",
        "There is no company filter needed.",
        "I do not have access to the database.",
        "Use APTH; filter APCo; count rows.",
        "SELECT APTrans FROM APTH WHERE NOT EXISTS (SELECT 1 FROM APTL)",
        "Show invoices where no line exists.",
        "Invoices whose Vendor does not exist in APVM are left out.",
        "Counts rows where HoldCode is not present.",
        "There is no Vendor in the result.",
        "I could not find time for this.",
    ],
)
def test_no_denial(prose):
    assert find_denials(prose) == []


def test_a_comment_of_a_query_is_said_as_well():
    reading = read("```sql\n-- APTX does not exist\nSELECT '-- no table APTH' AS a FROM b /* there is no APTY */\n```")
    assert [denial.name for denial in reading.denials] == ["APTX", "APTY"]


def test_a_block_that_is_no_query_is_prose():
    assert "APCo, Mth" in read("The key:\n```\nAPCo, Mth\n```").prose


def test_that_nothing_joins_two_tables_is_said_in_many_ways():
    for prose in ("Nothing joins HQUM and PRCC.", "They cannot be joined.", "There is no join between HQUM and PRCC."):
        assert read(prose).no_path
    assert not read("APTH and APTL join on APCo, Mth, APTrans.").no_path
