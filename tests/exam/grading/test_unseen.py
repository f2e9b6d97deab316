"""The grader against answers that were judged before it: by someone who had read neither its grammar nor its fixtures
(`answers_unseen`), those once reported as graded wrongly, with variants of each (`answers_cases`), answers of many
shapes and in many words, written with the verdict first (`answers_shapes`, `answers_prose`),
and refusals with what they offer instead (`answers_offers`)."""

import json
from pathlib import Path

import pytest

from vgpt2.exam.suite.shaping import with_data

FIXTURES = Path(__file__).parents[2] / "fixtures" / "exam"
CASES = [
    json.loads(line)
    for name in ("answers_unseen", "answers_cases", "answers_shapes", "answers_prose", "answers_offers")
    for line in (FIXTURES / f"{name}.jsonl").read_text("utf-8").splitlines()
]
KINDS = {"right": "right", "right_refusal": "right", "hallucinated_object": "hallucination"}
LEAST_AGREEMENT = 0.95


@pytest.fixture(scope="module")
def graded(questions, curated, grader, rows):
    """Each case with the outcome that the grader gives it; a question to which wrong queries were written has the data
    sets that a suite keeps for it."""
    known = {question.id: question for question in curated} | questions
    near = {case["question"] for case in CASES if case["verdict"] == "wrong" and "SELECT" in case["response"]}
    known |= {name: with_data(known[name], rows).question for name in sorted(near)}
    return [(case, grader.grade(known[case["question"]], case["response"]).outcome) for case in CASES]


def test_right_or_not_is_agreed_on_and_what_is_not_is_known(graded):
    differ = [
        (case, outcome) for case, outcome in graded if (KINDS.get(outcome) == "right") != (case["verdict"] == "right")
    ]
    assert len(graded) >= 550
    assert 1 - len(differ) / len(graded) >= LEAST_AGREEMENT
    named = {(case["question"], case["note"]): outcome for case, outcome in differ}
    # A disagreement that is gone is to be taken out of the fixture, so that it cannot come back unseen.
    assert named == {(case["question"], case["note"]): case["grader"] for case in CASES if "grader" in case}


def test_no_correct_refusal_is_called_a_hallucination(graded):
    refused = [case for case, outcome in graded if outcome == "hallucinated_object" and case["verdict"] == "right"]
    assert refused == []


def test_a_false_offer_is_an_invention_only_where_it_names_what_is_not_there(graded):
    of_offers = CASES[-len((FIXTURES / "answers_offers.jsonl").read_text("utf-8").splitlines()) :]
    found = {case["response"]: outcome for case, outcome in graded}
    wanted = {case["response"]: case["verdict"] for case in of_offers if "grader" not in case}
    assert {text: KINDS.get(found[text], "wrong") for text in wanted} == wanted
