"""Which parts of a query are as in the gold, whatever its form."""

import json
from pathlib import Path

import pytest

from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.grading.structure import components, differences, join_columns
from vgpt2.exam.model import Gold, Question
from vgpt2.exam.verdict.summary import summary
from vgpt2.tsql.check.check import check
from vgpt2.tsql.dialect import parse

PARTS = Path(__file__).parents[2] / "fixtures" / "exam" / "parts.jsonl"
CASES = [json.loads(line) for line in PARTS.read_text("utf-8").splitlines()]


def bound(sql, catalog):
    return Bound(check(sql, catalog).binding)


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_the_parts_that_differ(case, sample):
    found = components(bound(case["gold"], sample), bound(case["answer"], sample))
    assert [name for name, same in found.items() if not same] == case["differs"]


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_a_query_differs_in_words_where_its_parts_do(case, sample):
    assert bool(differences(bound(case["gold"], sample), bound(case["answer"], sample))) == bool(case["differs"])


def test_the_closest_gold_counts(sample, grader):
    golds = (
        "SELECT Vendor, Name FROM APVM WITH (NOLOCK) WHERE ActiveYN = 'Y'",
        "SELECT Vendor, MAX(InvDate) AS Last FROM APTH WITH (NOLOCK) WHERE APCo = 1 GROUP BY Vendor",
    )
    question = Question("two", "sql", "Active vendors?", Gold(sql=golds))
    grade = grader.grade(question, "SELECT Vendor, MAX(InvDate) AS Last FROM APTH WITH (NOLOCK) GROUP BY Vendor")
    assert grade.parts == {"tables": True, "joins": True, "filters": False, "grouping": True, "house": False}
    assert grade.gold_rows["columns"] == ["Vendor", "Last"]


def test_right_rows_have_all_parts_right_but_the_house_rules(grader, questions):
    grade = grader.grade(
        questions["may"],
        "SELECT APTrans, InvTotal FROM APTH WHERE APCo = 1 AND YEAR(InvDate) = 2024 AND MONTH(InvDate) = 5",
    )
    assert grade.outcome == "right"
    assert grade.parts == {"tables": True, "joins": True, "filters": True, "grouping": True, "house": False}


def test_the_summary_counts_the_parts(grader, questions):
    asked = [questions["may"], questions["sum-vendor"], questions["key"]]
    right = asked[0].gold.sql[0]
    answers = {"may": right, "sum-vendor": "SELECT Vendor, AVG(InvTotal) AS a FROM APTH WHERE APCo = 1 GROUP BY Vendor"}
    grades = [grader.grade(question, answers.get(question.id, "")) for question in asked]
    result = summary(asked, grades, answers)
    assert result["parts"] == {
        "tables": {"right": 2, "of": 2},
        "joins": {"right": 2, "of": 2},
        "filters": {"right": 2, "of": 2},
        "grouping": {"right": 1, "of": 2},
        "house": {"right": 1, "of": 2},
    }
    assert [row["parts"] == {} for row in result["questions"]] == [False, False, True]
    assert result["questions"][0]["rows"] == result["questions"][0]["gold_rows"] is not None


def test_columns_that_a_query_equates(sample):
    assert join_columns(parse("SELECT 1 AS a FROM A JOIN B ON A.x = B.x AND A.y = 1")) == ["x", "x"]
    assert join_columns(check("SELECT FROM WHERE", sample).tree) == []
