"""The grader against recorded answers with the verdict that a person gave."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vgpt2.exam.model import OUTCOMES
from vgpt2.records.facts import Fact

ANSWERS = Path(__file__).parents[1] / "fixtures" / "exam" / "answers.jsonl"
CASES = [json.loads(line) for line in ANSWERS.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['question']}-{case['note']}" for case in CASES])
def test_verdict_is_that_of_a_person(case, questions, grader):
    grade = grader.grade(questions[case["question"]], case["response"])
    assert grade.outcome == case["verdict"], grade.why


def test_every_outcome_is_among_the_recorded_answers():
    assert {case["verdict"] for case in CASES} == set(OUTCOMES)


def test_no_may_be_one_of_the_values(questions, grader):
    question = questions["values"]
    stated = replace(question, gold=replace(question.gold, facts=(Fact("values", "EMEM.Status", "Yes, No"),)))
    assert grader.grade(stated, "No.").outcome == "wrong"
    assert grader.grade(stated, "No or Yes.").outcome == "right"


def test_house_rules_are_scored_apart(questions, grader):
    grade = grader.grade(
        questions["sum-vendor"], "SELECT h.Vendor, SUM(h.InvTotal) FROM APTH h WHERE h.APCo = 1 GROUP BY h.Vendor"
    )
    assert grade.outcome == "right"
    assert {"missing_nolock", "alias"} <= set(grade.house)


def test_why_names_what_differs(questions, grader):
    grade = grader.grade(
        questions["sum-vendor"], "SELECT Vendor, COUNT(*) AS N FROM APTH WITH (NOLOCK) GROUP BY Vendor"
    )
    assert "filters lacking: APCo = 1" in grade.why
    assert "aggregates lacking: SUM(InvTotal)" in grade.why


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY APTH TO '/tmp/x.csv'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT Vendor, n FROM r, APTH",
        "SELECT a.Vendor, 1 AS T FROM " + ", ".join(f"APTH AS {name}" for name in "abcdefghij"),
    ],
)
def test_a_hostile_answer_gets_a_verdict_and_does_nothing(sql, questions, grader):
    grade = grader.grade(questions["sum-vendor"], f"```sql\n{sql}\n```")
    assert grade.outcome in ("wrong", "invalid_sql", "hallucinated_object")


PIECES = st.sampled_from(
    """```sql|```|SELECT|FROM|WHERE|APTH|APTX|Vendor|InvTotal|does not exist|There is no table|GROUP BY
    |SUM(|)|(|,|;|'|[|]|.|
    APTH.Vendor|WITH|AS|JOIN|ON|=|1|No|Yes|`|\n|--|/*|é|\x00|the key of|cannot be joined""".split("|")
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join)),
    st.sampled_from(sorted({case["question"] for case in CASES})),
)
def test_every_answer_gets_a_verdict(questions, grader, response, which):
    grade = grader.grade(questions[which], response)
    assert grade.outcome in OUTCOMES
    assert grade.why
