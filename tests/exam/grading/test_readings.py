"""Questions with two readings: to ask back with both is right, in English and German; a guess or a refusal is not."""

import json
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.grading.readings import read_glossary, unnamed
from vgpt2.exam.model import Gold, Question
from vgpt2.exam.verdict.summary import summary

FIXTURES = Path(__file__).parents[2] / "fixtures" / "exam"
HEAD, *CASES = (json.loads(line) for line in (FIXTURES / "asked_back.jsonl").read_text("utf-8").splitlines())
GLOSSARY = Path(__file__).parents[3] / "scripts/vgpt2/exam/grading/glossary.yaml"
CLEAR = Question("clear", "ambiguous", "How many vendors?", Gold(sql=("SELECT COUNT(*) FROM APVM WITH (NOLOCK)",)))


def unclear(name):
    readings = tuple(map(tuple, HEAD["readings"][name]))
    return Question("ask", "ambiguous", f"{name}?", Gold(refuse=True, reason="ambiguous", readings=readings))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['question']}: {case['response'][:50]}")
def test_what_asks_back_with_both_is_right_and_nothing_else(grader, case):
    grade = grader.grade(unclear(case["question"]), case["response"])
    assert grade.right == (case["verdict"] == "right"), grade


def test_a_guess_says_why_it_is_wrong(grader):
    guess = "```sql\nSELECT COUNT(*) FROM APVM WITH (NOLOCK)\n```\nOr did you mean the customers?"
    assert grader.grade(unclear("accounts"), guess).why == "answers one reading of two"
    back = grader.grade(unclear("accounts"), "Do you mean the GL accounts or others?")
    assert (back.asks, back.why) == (True, "asks back without naming CMAC")


def test_both_figures_are_counted(grader):
    questions = [unclear("hours"), unclear("discount"), CLEAR, CLEAR]
    answers = [
        "Actual or estimated hours?",
        "It is the discount.",
        "Which vendors do you mean?",
        f"{CLEAR.gold.sql[0]}",
    ]
    named = [Question(str(n), one.category, one.question, one.gold) for n, one in enumerate(questions)]
    grades = [grader.grade(*pair) for pair in zip(named, answers, strict=True)]
    rates = summary(named, grades, dict(zip("0123", answers, strict=True)))["rates"]
    assert {name: (rates[name]["count"], rates[name]["of"]) for name in ("asked_back", "false_ask")} == {
        "asked_back": (1, 2),
        "false_ask": (1, 2),
    }


def test_a_suite_without_such_questions_has_no_such_figures(grader):
    other = Question("a", "sql", CLEAR.question, CLEAR.gold)
    assert not {"asked_back", "false_ask"} & set(summary([other], [grader.grade(other, "x")], {"a": "x"})["rates"])


def test_words_of_a_compound_are_heard_and_parts_of_others_are_not():
    assert not unnamed("Meinen Sie die Kreditorenrechnungen?", [["vendor"]])
    assert unnamed("Haben Sie Aktien?", [["actual"]])
    assert not unnamed("ACTUALHOURS", [["ActualHours", "actual"]])


def test_a_fault_in_the_glossary_is_one_line(tmp_path):
    path = tmp_path / "glossary.yaml"
    path.write_text(GLOSSARY.read_text("utf-8").replace("  month: [monat]", "  month: []"), "utf-8")
    with pytest.raises(UserError, match=r"glossary\.yaml:\d+: words\.month: "):
        read_glossary(path)
