"""What may follow the beginning of a query: names that can still end well, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from tests.synthesis.streamed import streamed

from vgpt2.tsql.check.check import check
from vgpt2.tsql.prefix.names import Names
from vgpt2.tsql.prefix.reader import refusal

ROOT = Path(__file__).parents[3]
CASES = yaml.safe_load((ROOT / "tests" / "fixtures" / "tsql" / "prefix.yaml").read_text(encoding="utf-8"))
STEPS = re.compile(r"\w(?=\w)|\W|\w")


def names_of(catalog, tables):
    return Names.of(catalog, [f"dbo.{name}" for name in tables])


def beginnings(sql: str, step: int = 1):
    """Every beginning of a text, or every so-manieth."""
    return [sql[: found.end()] for found in STEPS.finditer(sql)][::step]


def unknown(sql: str, catalog) -> list[str]:
    """What the checker does not find, or finds twice."""
    return [found.message for found in check(sql, catalog).findings if found.kind in ("parse", "resolve")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case["tables"]))
def test_a_beginning_goes_on_or_is_refused(case, vista):
    names = names_of(vista, case["tables"])
    for text in case.get("goes_on", ()):
        assert refusal(text, names) == "", text
    for text, said in case["refused"].items():
        # a name may still become another one until something else follows
        assert refusal(text + " ", names) == said, text
    for text in case.get("whole", ()):
        for begun in beginnings(text):
            assert refusal(begun, names) == "", begun
        assert refusal(text, names, whole=True) == "", text


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        # A word that could only be one that ends FROM: nothing could follow it.
        ("SELECT InvTotal, Name FROM APTH WITH (NOLOCK)\nWHER", "Name is of no table in FROM"),
        ("SELECT InvTotal, Totals.Sum FROM APTH WITH (NOLOCK) G", "Totals is of no table in FROM"),
        (
            "SELECT InvTotal, Name FROM APTH JOIN APTL ON APTH.APTrans = APTL.APTrans WHER",
            "Name is of no table in FROM",
        ),
        ("SELECT InvTotal, Name FROM APTH WITH (NOLOCK) JO", ""),
        # HASH begins so and cannot come there; HAVING can, and would end FROM. So FILLFACTOR, and FOR behind GROUP BY.
        ("SELECT InvTotal, Name FROM APTH WITH (NOLOCK)\n\nH", "Name is of no table in FROM"),
        ("SELECT Vendor, Mth, COUNT(*) AS N FROM APTH GROUP BY Vendor\n\nF", "Mth is not in GROUP BY"),
        ("SELECT Vendor, Mth, COUNT(*) AS N FROM APTH GROUP BY Vendor, M", ""),
        ("SELECT Vendor FROM APTH WHERE InvTotal > MA", "MA"),
        ("SELECT InvTotal, Name FROM APTH WITH (NOLOCK) O", ""),
        ("SELECT InvTotal FROM APTH WITH (NOLOCK) WHER", ""),
        # Of the columns that begin so the function takes none that can stand here.
        ("SELECT SUM(Na", "Na"),
        ("SELECT SUM(InvT", ""),
        # Behind ROLLUP no column can be added to GROUP BY, and behind the third aggregate no query runs.
        ("SELECT Vendor, Mth, COUNT(*) AS N FROM APTH GROUP BY Vendor\nWIT", "Mth is not in GROUP BY"),
        ("SELECT Vendor, COUNT(*) AS N FROM APTH GROUP BY Vendor\nWITH ROLL", ""),
        ("SELECT Vendor, COUNT(*) AS N FROM APTH GROUP BY 'x", "'x"),
        ("SELECT Vendor, Mth, COUNT(*) AS N FROM APTH GROUP BY Vendor * ", "Mth is not in GROUP BY"),
        ("SELECT Vendor, Mth, COUNT(*) AS N FROM APTH GROUP BY Vendor\nIN", "Mth is not in GROUP BY"),
        ("SELECT Vendor, InvTotal N JO", "JO"),
        ("SELECT SUBSTRING(Description, InvD", "InvD"),
        ("SELECT SUM(SUM(SUM", "SUM"),
        ("SELECT REPLACE(REPLACE(REPLACE(REPLAC", "REPLAC"),
        ("SELECT REPLACE(REPLACE(REPLAC", ""),
        ("SELECT SUM(SUM(InvTotal)", ""),
        ("SELECT SUM(SUM(InvTotal)) O", ""),
        ("SELECT SUM(SUM(InvTotal)) A", "an aggregate of an aggregate"),
        ("SELECT SUM(ROW_NUM", "ROW_NUM"),
        ("SELECT SUM((SELE", "SELE"),
        # A text with a quote in it, of which nothing on the list of values begins so.
        ("SELECT Vendor FROM APTH WHERE OpenYN = 'N''", "'N''"),
        ("SELECT Vendor FROM APTH WHERE Description = 'N''", ""),
        # A query in brackets that has begun is no schema.
        ("SELECT InvTotal FROM APTH JOIN (SELE", ""),
        ("SELECT InvTotal FROM APTH JOIN (SELE.", "SELE."),
        ("SELECT InvTotal FROM APTH JOIN (SELeC", "SELeC"),
        ("SELECT InvTotal FROM APTH WHERE Vendor iS ", "iS"),
        # No table can come without a column of APTH becoming one of two.
        ("SELECT Vendor, Mth, APTL.Mth FROM APTH JOIN [", "a name"),
    ],
)
def test_a_word_that_has_only_begun_can_come_to_an_end(vista, begun, said):
    assert refusal(begun, names_of(vista, ["APTH", "APVM", "APTL"])) == said


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT Mth, SUM(SUM(InvTotal)) OVER (ORDER BY Mth) AS N FROM APTH GROUP BY Mth", ""),
        ("SELECT Mth, LAG(SUM(InvTotal)) OVER (ORDER BY SUM(InvTotal)) AS N FROM APTH GROUP BY Mth", ""),
        ("SELECT SUM(SUM(InvTotal)) AS N FROM APTH", "an aggregate of an aggregate"),
        ("SELECT SUM(SUM(InvTotal) OVER (ORDER BY Mth)) AS N FROM APTH", "OVER"),
    ],
)
def test_aggregates_of_aggregates_are_those_of_windows(vista, sql, said):
    assert refusal(sql, names_of(vista, ["APTH"]), whole=True) == said
    assert not refusal(sql, names_of(vista, ["APTH"]), whole=True, rules=False)


def test_a_query_names_the_tables_it_makes_as_its_plan_does(vista):
    names = names_of(vista, ["APTH", "APVM"])
    made = "(SELECT Vendor, SUM(InvTotal) AS Total FROM APTH GROUP BY Vendor)"
    query = f"SELECT APVM.Vendor, {{0}}.Total FROM APVM JOIN {made} AS {{0}} ON APVM.Vendor = {{0}}.Vendor"
    said = {name: refusal(query.format(name), names, whole=True) for name in ("Totals", "APTHTotals", "Lines", "Foo")}
    assert said == {"Totals": "", "APTHTotals": "", "Lines": "Lines.Total", "Foo": "Foo.Total"}
    planned = names.planned("Sum the lines before the join. From APVM joined with Lines; Lines adds up APTH.")
    said = {name: refusal(query.format(name), planned, whole=True) for name in ("Lines", "Totals")}
    assert said == {"Lines": "", "Totals": "Totals.Total"}
    assert names.planned("") == names


def test_every_query_of_the_training_data_goes_on_behind_its_plan(sample):
    found = streamed(sample, "sql", 1, 400)
    assert {"two_totals", "line_totals", "lines_differ"} <= {example.intent for example in found}
    for number, example in enumerate(found):
        names = Names.of(sample, example.tables).planned(example.answer.partition("```")[0])
        assert refusal(example.sql, names, whole=True) == "", example.answer
        for begun in beginnings(example.sql, 23)[number % 23 :: 23]:
            assert refusal(begun, names) == "", begun


def test_what_is_refused_when_whole_is_what_the_checker_refuses(vista):
    for case in CASES:
        names = names_of(vista, case["tables"])
        for text in case.get("whole", ()):
            assert not unknown(text, vista), text
            for name in ("Vendor", "InvTotal", "Name"):
                changed = re.sub(rf"\b{name}\b", f"{name}X", text, count=1)
                if unknown(changed, vista):
                    assert refusal(changed, names, whole=True), changed


def test_every_gold_of_the_sample_goes_on_to_its_end(sample):
    curated = json.loads((ROOT / "data" / "test_suite.json").read_text(encoding="utf-8"))
    golds = [sql for row in curated for sql in _golds(row)]
    assert len(golds) > 100
    beside = ["dbo.APTH", "dbo.APVM", "dbo.JCJM"]  # as a prompt shows more than is needed
    for sql in golds:
        tables = sorted(check(sql, sample).tables)
        names = Names.of(sample, [*tables, *(name for name in beside if name not in tables)])
        for begun in beginnings(sql, 7):
            assert refusal(begun, names) == "", begun
        assert refusal(sql, names, whole=True) == "", sql


def _golds(row: dict) -> list[str]:
    gold = row.get("sql", [])
    return [gold] if isinstance(gold, str) else list(gold)
