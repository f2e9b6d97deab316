"""Exam results as files: what is read, what is refused and in which words, what they are called side by side."""

import re

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.verdict.results import check_comparable, further_exam, label, read_exam
from vgpt2.files import write_json

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
        ({"format": 9}, "an exam result of format 9, and this version reads 1; examine it again"),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_exam_is_named(write_exam, change, words):
    exam = write_exam("sft", FOUR)
    write_json(exam.path, exam.result | change)
    with pytest.raises(UserError, match=re.escape(words)):
        read_exam(exam.path)


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
