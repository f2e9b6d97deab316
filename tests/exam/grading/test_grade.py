"""The grader against recorded answers, each with the verdict that was written down before the grader was asked."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from vgpt2.exam.model import OUTCOMES
from vgpt2.records.facts import Fact

FIXTURES = Path(__file__).parents[2] / "fixtures" / "exam"
# The second set is about words: facts, refusals, how an answer is laid out; many of its questions are the curated ones.
CASES = [
    json.loads(line)
    for name in ("answers.jsonl", "answers_words.jsonl")
    for line in (FIXTURES / name).read_text("utf-8").splitlines()
]


LEAST_AGREEMENT = 0.98


def _case(case):
    """Where the grader is known to be of another mind, `grader` is its verdict, and `because` says why."""
    known = pytest.mark.xfail(strict=True, reason=case["because"]) if "grader" in case else ()
    return pytest.param(case, marks=known, id=f"{case['question']}-{case['note']}")


@pytest.fixture(scope="module")
def questions(questions, curated):
    """The questions that were made for the answers, and the curated ones."""
    return {question.id: question for question in curated} | questions


@pytest.mark.parametrize("case", [_case(case) for case in CASES])
def test_verdict_is_the_one_that_was_written_down(case, questions, grader):
    grade = grader.grade(questions[case["question"]], case["response"])
    assert grade.outcome == case["verdict"], grade.why


def test_agreement_with_a_person(questions, grader, capsys):
    disagreements = []
    for case in CASES:
        grade = grader.grade(questions[case["question"]], case["response"])
        if grade.outcome != case["verdict"]:
            disagreements.append({**case, "found": grade.outcome, "why": grade.why})
    agreed = len(CASES) - len(disagreements)
    with capsys.disabled():
        print(f"\ngrader and person agree on {agreed} of {len(CASES)} answers ({agreed / len(CASES):.1%})")
        for case in disagreements:
            print(
                f"  {case['question']}, {case['note']}: person {case['verdict']}, grader {case['found']}: {case['why']}"
            )
    assert len(CASES) >= 600
    assert agreed / len(CASES) >= LEAST_AGREEMENT
    assert [case["found"] for case in disagreements] == [case["grader"] for case in CASES if "grader" in case]


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
    assert "filters lacking: APTH.APCo = 1" in grade.why
    assert "aggregates lacking: SUM(APTH.InvTotal)" in grade.why


def test_rows_are_shown_as_a_report_needs_them(questions, grader):
    grade = grader.grade(questions["join"], "SELECT APTH.APTrans, APVM.Name FROM APTH, APVM WHERE APTH.APCo = 1")
    assert grade.rows["columns"] == grade.gold_rows["columns"] == ["APTrans", "Name"]
    assert grade.rows["count"] > grade.gold_rows["count"] > 5
    assert len(grade.rows["rows"]) == 5
    assert {type(value) for row in grade.rows["rows"] for value in row} == {str}
    assert "NULL" in {value for row in grade.gold_rows["rows"] for value in row}


def test_rows_of_what_was_not_run_are_none(questions, grader):
    invented = grader.grade(questions["join"], "SELECT Name FROM APInvoices")
    assert (invented.outcome, invented.rows) == ("hallucinated_object", None)
    assert invented.gold_rows["count"] > 0
    fact = grader.grade(questions["key"], "APCo, Mth, APTrans")
    assert (fact.rows, fact.gold_rows, fact.parts) == (None, None, {})


def test_no_query_is_run_twice(questions, sample, monkeypatch):
    from vgpt2.exam.grading.execution import Rows
    from vgpt2.exam.grading.grade import Grader

    asked = []
    run = Rows.run
    monkeypatch.setattr(
        Rows,
        "run",
        lambda self, number, queries, changes=None: (
            asked.extend((number, sql, str(changes)) for sql in queries),
            run(self, number, queries, changes),
        )[1],
    )
    with Grader(sample) as fresh:
        for case in CASES:
            if case["question"] in ("join", "count"):
                asked.clear()
                fresh.grade(questions[case["question"]], case["response"])
                assert len(asked) == len(set(asked)), case["note"]


def test_a_comparison_holds_its_own_rows(questions, rows):
    gold = questions["join"].gold.sql[0]
    table = questions["join"].tables[0].rpartition(".")[2]
    same = rows.compare(gold, rows.query(gold), False)
    other = rows.compare(gold, rows.query(f"SELECT COUNT(*) AS n FROM {table}"), False)
    assert (same.same, same.answer) == (True, rows.gold_on(gold, 0))
    assert (other.same, len(other.answer.rows)) == (False, 1)


def test_rows_are_those_of_this_answer_and_not_of_one_before(questions, grader):
    """The same query again in an answer that is a hallucination for its prose: it was not run there."""
    gold = questions["join"].gold.sql[0]
    assert grader.grade(questions["join"], f"```sql\n{gold}\n```").rows["count"] > 0
    invented = grader.grade(questions["join"], f"The column APTH.Foo is what you want.\n```sql\n{gold}\n```")
    assert (invented.outcome, invented.sql, invented.rows) == ("hallucinated_object", gold, None)


def test_a_call_with_too_few_arguments_is_invalid(questions, grader):
    """sqlglot lets it pass and then cannot write it: its error once ended the exam."""
    for call in ("DATEDIFF(day, InvDate)", "DAY()", "EOMONTH()", "CONVERT()"):
        grade = grader.grade(questions["may"], f"SELECT APTrans, {call} AS d FROM APTH WHERE APCo = 1")
        assert grade.outcome in ("invalid_sql", "wrong"), call


def test_an_answer_is_resolved_once_and_a_gold_once_for_all_answers(questions, sample, monkeypatch):
    from vgpt2.exam.grading.grade import Grader
    from vgpt2.tsql.check import check as check_room
    from vgpt2.tsql.run.sandbox import Sandbox
    from vgpt2.tsql.run.transpile import Executable

    resolved, sent = [], []
    bind, run = check_room.bind, Sandbox.run
    monkeypatch.setattr(check_room, "bind", lambda *given: (resolved.append(given), bind(*given))[1])
    monkeypatch.setattr(Sandbox, "run", lambda *given: (sent.extend(given[2]), run(*given))[1])
    with Grader(sample) as fresh:
        for number, answer in enumerate(("APTrans, InvTotal", "APTrans AS a, InvTotal", "APTrans, InvTotal AS b"), 2):
            sql = f"SELECT {answer} FROM APTH WHERE APCo = 1 AND YEAR(InvDate) = 2024 AND MONTH(InvDate) = 5"
            assert fresh.grade(questions["may"], f"```sql\n{sql}\n```").outcome == "right"
            assert len(resolved) == number
    assert sent and {type(query) for query in sent} == {Executable}


def test_sql_that_is_right_by_the_grammar_and_not_followed_is_no_invalid_sql(questions, grader):
    answer = "```sql\nSELECT f.name FROM ::fn_helpcollations() AS f\n```"
    grade = grader.grade(questions["top"], answer)
    assert (grade.outcome, grade.parses) == ("wrong", True)
    assert grade.why.startswith("not followed here: ")
    assert grader.grade(questions["no-table"], answer).outcome == "wrong"
