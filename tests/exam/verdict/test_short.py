"""The short report of one exam: plain, whole, and no answer breaks out of its block."""

from vgpt2.exam.model import Gold, Grade, Question
from vgpt2.exam.verdict.short import short_report
from vgpt2.exam.verdict.summary import summary

QUESTIONS = [
    Question("a", "business", "Which vendors?\nAll of them.", Gold(sql=("SELECT Name FROM APVM",))),
    Question("b", "hallucination", "Is there APTX?", Gold(refuse=True, answer="There is no APTX.")),
]
GRADES = [
    Grade("wrong", "other rows", "SELECT 1", True, judged="rows"),
    Grade("right_refusal", "says so", judged="words"),
]
ANSWERS = {"a": "```sql\nSELECT 1\n```\n````\n# not a heading", "b": "There is none."}


def report():
    return short_report({"model": "http://host/v1#mine", **summary(QUESTIONS, GRADES, ANSWERS)})


def test_it_says_what_came_out_and_by_what_it_was_judged():
    text = report()
    assert text.startswith("# http://host/v1#mine: 1 of 2 right\n")
    assert "Outcomes: wrong 1, right refusal 1." in text
    assert "1 by their rows beside the gold's; 1 by their words: refused, denied, asked back" in text
    assert "| business | 0 | 1 |" in text


def test_what_is_not_right_comes_first_with_its_gold():
    text = report()
    assert text.index("## Not right") < text.index("### a: wrong") < text.index("## Right\n") < text.index("### b")
    assert "> Which vendors?\n> All of them." in text
    assert "SELECT Name FROM APVM" in text
    assert "There is no APTX." not in text


def test_a_fence_in_an_answer_ends_no_block():
    text = report()
    assert f"`````\n{ANSWERS['a']}\n`````" in text
