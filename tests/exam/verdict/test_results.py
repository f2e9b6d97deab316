"""Exam results as files: what is read, what is refused and in which words, what they are called side by side."""

import re

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.verdict.gate import decide
from vgpt2.exam.verdict.results import check_comparable, further_exam, label, read_exam
from vgpt2.files import read_json, write_json
from vgpt2.settings import GateSettings


def rates(**damage) -> dict:
    """Rates of an exam of four, the first of them damaged."""
    sound = {"rate": 0.5, "count": 2, "of": 4}
    return {"rates": {"right": sound | damage, "hallucination": sound, "false_refusal": sound}}


def answerable(value, outcome) -> dict:
    """A question that says whether it can be answered."""
    return {"questions": [{"id": "q0", "category": "sql", "outcome": outcome, "answerable": value}]}


FOUR = ["right", "wrong", "right", "wrong"]


def test_a_gate_stands_for_the_exam_that_it_promoted(write_exam, tmp_path):
    base = write_exam("base", FOUR)
    write_json(tmp_path / "gates" / "sft.json", {"verdict": "rejected", "exam": "../base.json"})
    found = read_exam(tmp_path / "gates" / "sft.json")
    assert (found.path, found.result["model"]) == (base.path, "saves/base")


def test_half_an_exam_is_no_exam(write_exam):
    path = write_exam("sft", FOUR).path
    path.write_text(path.read_text()[:-200])
    with pytest.raises(UserError, match=r"sft\.json:\d+:\d+: not JSON"):
        read_exam(path)
    path.write_text('{"model": "x"}')
    with pytest.raises(UserError, match="not an exam result"):
        read_exam(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rates": {}}, "no 'rates.right.rate'"),
        ({"rates": 3}, "no 'rates.right.rate'"),
        ({"rates": {"right": {"rate": "high", "count": 1, "of": 2}}}, "no 'rates.right.rate'"),
        ({"questions": []}, "no 'questions'"),
        ({"questions": [3]}, "no 'questions[0].id'"),
        ({"questions": [{"id": "q0", "category": "sql"}]}, "no 'questions[0].outcome'"),
        ({"questions": [{"id": "q0", "category": "sql", "outcome": "right"}] * 2}, "the question 'q0' is in it twice"),
        ({"questions": [{"id": "q0", "category": "sql", "outcome": "fine"}]}, "question q0: unknown outcome 'fine'"),
        ({"questions": [{"id": "q0", "category": "odd", "outcome": "right"}]}, "question q0: unknown category 'odd'"),
        ({"rates": {"right": {"rate": float("nan"), "count": 2, "of": 4}}}, "no 'rates.hallucination.rate'"),
        ({"seconds": float("nan")}, "sft.json: damaged: seconds is not a number; run run_validation.py again"),
        ({"parts": {"joins": [1, {"of": float("inf")}]}}, "damaged: parts.joins[1].of is not a number"),
        (rates(count=5), "damaged: rates.right counts 5 of 4"),
        (rates(count=-1), "damaged: rates.right counts -1 of 4"),
        (rates(count=1.5), "damaged: rates.right counts 1.5 of 4"),
        (rates(rate=float("nan")), "damaged: rates.right.rate is not a number"),
        (rates(rate=1.5), "damaged: rates.right.rate is 1.5, and a rate is between 0 and 1"),
        (answerable("yes", "right"), "damaged: question q0: answerable is 'yes', neither true nor false"),
        (answerable(False, "right"), "damaged: question q0: right, of a question that cannot be answered"),
        (answerable(True, "right_refusal"), "damaged: question q0: right_refusal, of a question that can be answered"),
        ({"format": 9}, "an exam result of format 9, and this version reads 2; examine it again"),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_exam_is_named(write_exam, change, words):
    exam = write_exam("sft", FOUR)
    write_json(exam.path, exam.result | change)
    with pytest.raises(UserError, match=re.escape(words)):
        read_exam(exam.path)


def test_figures_are_counted_from_the_questions_and_what_is_told_otherwise_is_said(write_exam):
    path = write_exam("sft", FOUR).path
    stored = read_json(path)
    stored["rates"]["right"] = {"count": 4, "of": 4, "rate": 1.0, "interval": [0.5, 1.0]}
    stored["rates"]["false_refusal"] = {"count": 0, "of": 4, "rate": 0.0, "interval": [0.0, 0.5]}
    write_json(path, stored)
    found = read_exam(path)
    assert (found.rate("right"), found.right_count) == (0.5, 2)
    assert found.result["outcomes"]["wrong"] == 2
    assert found.result["categories"]["sql"]["right"] == 1
    assert found.notes == [f"{path} states 4 of 4 for right, its questions give 2 of 4; the questions count"]


def test_a_forged_rate_promotes_nothing(write_exam):
    base = write_exam("base", ["wrong"] * 20)
    forged = write_exam("sft", ["wrong"] * 19 + ["false_refusal"])
    stored = read_json(forged.path)
    for name, count in (("right", 20), ("false_refusal", 0)):
        stored["rates"][name] = {"count": count, "of": 20, "rate": count / 20, "interval": [0.0, 1.0]}
    write_json(forged.path, stored)
    gate = decide(
        base, read_exam(forged.path), GateSettings(max_false_refusal=0, max_hallucinated=1, significance=0.05)
    )
    assert gate["verdict"] == "rejected"
    assert gate["reasons"][-1].endswith("its questions give 0 of 20; the questions count")


SETTINGS = {"max_new_tokens": 130, "retrieved_tables": 2, "batch_size": 64, "suite": "quick"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"catalog": "c" * 16}, "b.json: an exam on another catalog; examine both on one"),
        ({"grader": "g" * 16}, "b.json: graded by another version of the grader; run run_validation.py for both again"),
        ({"template_hash": "t" * 16}, "b.json: asked in another chat template; examine both in one"),
        (
            {"settings": SETTINGS | {"max_new_tokens": 24}},
            "b.json: asked with max_new_tokens 24, and {a} with 130; examine both with the same settings",
        ),
        ({"settings": SETTINGS | {"retrieved_tables": 6}}, "b.json: asked with retrieved_tables 6, and {a} with 2"),
        ({"settings": SETTINGS | {"batch_size": 8, "suite": "full"}}, ""),
        ({"settings": {}}, ""),
        ({"template_hash": ""}, ""),
    ],
    ids=str,
)
def test_exams_under_other_conditions_are_not_compared(write_exam, change, words):
    same = {"catalog": "a" * 16, "grader": "a" * 16, "template_hash": "a" * 16, "settings": SETTINGS}
    exams = []
    for name, more in (("a", same), ("b", same | change)):
        path = write_exam(name, FOUR).path
        write_json(path, read_json(path) | more)
        exams.append(read_exam(path))
    if not words:
        check_comparable(exams)
        return
    with pytest.raises(UserError, match=re.escape(words.format(a=exams[0].path))) as error:
        check_comparable(exams)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"suite": "b" * 16}, "an exam of another suite"),
        ({"mode": "memory"}, "an exam in mode memory, and"),
    ],
    ids=str,
)
def test_exams_of_other_questions_or_another_mode_are_not_compared(write_exam, other, words):
    with pytest.raises(UserError, match=words):
        check_comparable([write_exam("a", FOUR), write_exam("b", FOUR, **other)])


def test_the_same_suite_but_fewer_questions_is_another_exam(write_exam):
    with pytest.raises(UserError, match=r"another suite \(2 questions\) than .* \(4 questions\)"):
        check_comparable([write_exam("a", FOUR), write_exam("b", FOUR[:2])])


def test_an_exam_in_another_mode_than_its_name_says(write_exam):
    sft = write_exam("sft", FOUR)
    write_exam("sft.memory", FOUR, mode="gold_schema")
    with pytest.raises(UserError, match=r"sft\.memory\.json: an exam in mode gold_schema; its name says memory"):
        further_exam(sft, "memory")


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        (["exam/base", "exam/sft"], ["base", "sft"]),
        (["a/exam/sft", "b/exam/sft", "b/exam/kto"], ["a/exam/sft", "b/exam/sft", "b/exam/kto"]),
        (["checkpoint-5/exam", "checkpoint-9/exam"], ["checkpoint-5/exam", "checkpoint-9/exam"]),
        (["exam/sft", "exam/sft"], ["sft#1", "sft#2"]),
    ],
)
def test_each_has_a_label_of_its_own(write_exam, files, labels):
    exams = [write_exam(name, FOUR) for name in files]
    label(exams)
    assert [exam.name for exam in exams] == labels
