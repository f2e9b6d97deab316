"""Every answer gets a verdict, whatever it holds, and none takes longer than its limit."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vgpt2.exam.model import OUTCOMES

ANSWERS = Path(__file__).parents[2] / "fixtures" / "exam" / "answers.jsonl"
CASES = [json.loads(line) for line in ANSWERS.read_text("utf-8").splitlines()]
RIGHT = [
    (case["question"], case["response"])
    for case in CASES
    if case["verdict"] in ("right", "right_refusal") and len(case["response"]) < 2_000
]
QUESTIONS = sorted({case["question"] for case in CASES})
WORDS = (
    """```sql|```|~~~|SELECT|DISTINCT|TOP 3|FROM|WHERE|APTH|APTL|APVM|bAPTH|APTX|dbo.APTH|[APTH]|Vendor|InvTotal|InvDate
    |does not exist|There is no table|could not find|is not|GROUP BY|ORDER BY|HAVING|SUM(|COUNT(*)|MAX(|CASE WHEN|END
    |OVER (PARTITION BY|UNION ALL|EXISTS (|IN (|NOT|NULL|LIKE '%|BETWEEN|'2024-05-01'|(|)|,|;|'|"|[|]|{|}|.|*|=|<|>=|1
    |APTH.Vendor|WITH|t AS (|AS|JOIN|LEFT JOIN|CROSS APPLY|ON|No|Yes|`|
    |--|/*|*/|é|\x00|\u202e|😀|the key of|cannot be joined|{"sql": "|"}||</code>|REPLICATE(|REPLACE(|@Co|#t|$1|0x1F|%"""
).split("|")
# What is repeated without end; _ is a space.
PIECES = [
    piece.replace("_", " ")
    for piece in """( [ { [[ ``` ` ' - ~ * x é A. {"a": /* SELECT_ SELECT_1_FROM_( CASE_WHEN_1=1_THEN_ NOT_ no_
    no_table_ AND_1=1_ Vendor,_ is_not_ |_a_ not_Vendor, APCo, APTH.x. 1+ a.b, the_column_x_""".split()
] + ["\n", "\x00"]
# A query may take 2 s on each of two data sets, and on each with other values; the rest is for a busy machine.
LIMIT_SECONDS = 20


@st.composite
def mutated(draw) -> tuple[str, str]:
    """A question and a right answer to it, some of it cut, doubled, swapped, or with something put between."""
    question, text = draw(st.sampled_from(RIGHT))
    for _ in range(draw(st.integers(1, 3))):
        if not text:
            break
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 60)))
        other = draw(st.sampled_from(RIGHT))[1]
        tokens = text.split(" ")
        place, second = draw(st.integers(0, len(tokens) - 1)), draw(st.integers(0, len(tokens) - 1))
        swapped = [*tokens]
        swapped[place], swapped[second] = tokens[second], tokens[place]
        text = draw(
            st.sampled_from(
                [
                    text[:start] + text[end:],
                    text[:start] + text[start:end] * 2 + text[end:],
                    text[:start] + draw(st.sampled_from(WORDS)) + text[end:],
                    text[:start] + draw(st.text(max_size=8)) + text[start:],
                    text[:start] + other[min(start, len(other)) :],
                    " ".join(swapped),
                    text.swapcase(),
                    text.replace("Vendor", draw(st.sampled_from(["vendor", "InvTotal", "Foo", "[Ven dor]", "*"]))),
                    text.replace("APTH", draw(st.sampled_from(["APTL", "apth", "APTX", "dbo.APTH", "bAPTH", "#t"]))),
                ]
            )
        )
    return question, text


@st.composite
def overdone(draw) -> str:
    """Something repeated hundreds or thousands of times: nesting, long lines, long names."""
    times = draw(st.sampled_from([50, 500, 5_000, 30_000]))
    piece = draw(st.sampled_from(PIECES))
    head = draw(
        st.sampled_from(["", "SELECT Vendor FROM APTH WHERE ", "```sql\nSELECT ", "There is no ", '{"sql": "SELECT '])
    )
    tail = draw(st.sampled_from(["", ")" * times, " FROM APTH", "\n```", " does not exist", "x"]))
    return head + piece * times + tail


FREE = st.one_of(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.text(max_size=300), overdone())
ANSWER = st.one_of(mutated(), st.tuples(st.sampled_from(QUESTIONS), FREE))


def _outcome(grader, question, response):
    """The outcome of an answer, which comes in time, with a reason and with all that a result file holds."""
    started = time.process_time()
    grade = grader.grade(question, response)
    assert grade.why
    assert json.dumps([grade.parts, grade.rows, grade.gold_rows, grade.house])
    assert time.process_time() - started < LIMIT_SECONDS
    return grade.outcome


def _examples(count):
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        derandomize=True,
    )


@_examples(300)
@given(ANSWER)
def test_every_answer_gets_a_verdict(questions, grader, asked):
    assert _outcome(grader, questions[asked[0]], asked[1]) in OUTCOMES


@pytest.mark.slow
@_examples(10_000)
@given(ANSWER)
def test_each_of_ten_thousand_answers_gets_a_verdict(questions, grader, asked):
    assert _outcome(grader, questions[asked[0]], asked[1]) in OUTCOMES


@pytest.mark.parametrize("depth", [30, 100, 1_000, 10_000])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(", ")"),
        ("ABS(", ")"),
        ("CASE WHEN 1 = 1 THEN ", " END"),
        ("-", ""),
        ("NOT ", ""),
        ("(SELECT ", " AS a)"),
        ("~", ""),
    ],
)
def test_deep_nesting_is_no_crash(left, right, depth, questions, grader):
    sql = f"SELECT Vendor, {left * depth}1{right * depth} AS n FROM APTH WITH (NOLOCK) WHERE APCo = 1"
    assert _outcome(grader, questions["sum-vendor"], f"```sql\n{sql}\n```") in OUTCOMES


@pytest.mark.parametrize("link", [" AND 1 = 1", " OR Vendor = 1", " + 1", " UNION ALL SELECT Vendor, 1 FROM APTH"])
@pytest.mark.parametrize("length", [100, 600, 3_000])
def test_long_chains_are_no_crash(link, length, questions, grader):
    sql = "SELECT Vendor, 1 AS n FROM APTH WHERE APCo = 1" + link * length
    assert _outcome(grader, questions["sum-vendor"], sql) in OUTCOMES
