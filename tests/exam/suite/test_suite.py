"""The suite of the sample: counts, proofs, twins, and what training leaves alone."""

import os
import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest
from tests.exam.suite.stratified import assert_stratified

from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.model import read_suite, write_suite
from vgpt2.exam.suite.curated_check import reference_answers
from vgpt2.exam.suite.shaping import Mutations
from vgpt2.exam.suite.suite import FULL, MIDDLE, QUICK, build, hold_out_pairs, middle_suite, quick_suite
from vgpt2.files import write_json
from vgpt2.settings import ROOT
from vgpt2.synthesis.generate import stream
from vgpt2.tsql.check.check import check


@pytest.fixture(scope="module")
def suite(sample, rows, cpu, curated):
    return build(sample, cpu.data, 7, rows, curated)


def test_counts(suite, curated):
    questions, _ = suite
    assert Counter(question.category for question in questions) == FULL
    assert len({question.id for question in questions}) == 500
    assert len({question.question for question in questions}) == 500
    assert {question.id for question in curated} <= {question.id for question in questions}


def test_every_gold_is_clean(suite, sample):
    questions, _ = suite
    for question in questions:
        assert all(check(sql, sample).clean for sql in question.gold.sql), question.id
        assert question.gold.sql or question.gold.facts or question.gold.refuse, question.id


def test_every_gold_answers_its_question(suite, grader):
    """The reference answers, as they are trained on, are graded right; of curated questions every gold is."""
    questions, _ = suite
    for question in questions:
        for answer in reference_answers(question) if question.kind == "curated" else [question.gold.answer]:
            grade = grader.grade(question, answer)
            assert grade.right, (question.id, question.question, answer, grade)


def test_hallucination_questions_come_in_pairs(suite):
    questions, _ = suite
    of = {question.id: question for question in questions if question.category == "hallucination"}
    assert sum(question.gold.refuse for question in of.values()) == 50
    for question in of.values():
        twin = of[question.twin]
        assert twin.twin == question.id
        assert twin.gold.refuse != question.gold.refuse


def test_questions_with_two_readings_come_with_the_clear_one(suite):
    questions, _ = suite
    of = {question.id: question for question in questions if question.category == "ambiguous"}
    assert sum(bool(question.gold.readings) for question in of.values()) == 20
    for question in of.values():
        twin = of[question.twin]
        assert bool(question.gold.readings) != bool(twin.gold.readings)
        assert question.gold.sql or question.gold.reason == "ambiguous"


def test_held_out_pairs_leave_every_table_a_join(sample):
    held = hold_out_pairs(sample, 7)
    pairs = {tuple(sorted((join.left, join.right))) for join in sample.joins if join.left != join.right}
    assert 4 <= len(held) <= 0.16 * len(pairs)
    kept = {table for pair in pairs - held for table in pair}
    assert kept == {table for pair in pairs for table in pair}
    assert held == hold_out_pairs(sample, 7)
    assert held != hold_out_pairs(sample, 8)


def test_join_questions_are_about_held_out_pairs(suite):
    questions, held = suite
    for question in questions:
        if question.category == "join" and question.kind != "curated":
            assert any(pair in held.pairs for pair in combinations(sorted(question.tables), 2)), question.id


def test_training_shares_nothing_with_the_suite(suite, sample):
    questions, held = suite
    asked = {question.question for question in questions}
    for kind in ("sql", "schema"):
        for number, example in enumerate(stream(sample, kind, 7, "train", held)):
            assert example.question not in asked
            assert example.family not in held.families
            assert example.wording not in held.wordings
            if number == 300:
                break


def test_quick_suite_is_stratified_and_keeps_twins_together(suite):
    """That of compact prompts is looked at where the whole chain has built it."""
    assert_stratified(suite[0], quick_suite(suite[0], 7))


@pytest.mark.parametrize("seed", [7, 20260])
def test_the_middle_suite_is_three_times_the_quick_one_and_holds_it(suite, seed):
    quick, middle = quick_suite(suite[0], seed), middle_suite(suite[0], seed)
    assert Counter(question.category for question in middle) == MIDDLE
    assert (len(quick), len(middle)) == (50, 150)
    ids = {question.id for question in middle}
    assert {question.id for question in quick} <= ids
    assert all(question.twin in ids for question in middle if question.twin)


def test_what_was_written_is_read_again(suite, tmp_path):
    write_suite(tmp_path / "a.jsonl", suite[0])
    assert read_suite(tmp_path / "a.jsonl") == suite[0]


ELSEWHERE = """
import sys
from pathlib import Path
from vgpt2.catalog.store import load
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import QUICK, write_suite
from vgpt2.exam.suite.shaping import Mutations
from vgpt2.exam.suite.suite import build
from vgpt2.files import write_json
from vgpt2.settings import load_profile
catalog, output = map(Path, sys.argv[1:])
known = load(catalog)
with Rows(known) as rows:
    questions, held = build(known, load_profile("cpu").data, 7, rows, counts=QUICK, mutations=Mutations())
write_suite(output, questions)
write_json(output.with_suffix(".json"), held.to_json())
"""


def test_the_same_seed_gives_the_same_bytes(sample, rows, cpu, suite, tmp_path):
    """Of a catalog of which much is worked out, and in another process, whose sets have another order, of one of which
    nothing is yet; with the data sets that tell the golds from their mutants."""
    questions, held = build(sample, cpu.data, 7, rows, counts=QUICK, mutations=Mutations())
    assert Counter(question.category for question in questions) == QUICK
    assert any(question.gold.data for question in questions)
    assert held.pairs == suite[1].pairs
    write_suite(tmp_path / "a.jsonl", questions)
    save(sample, tmp_path / "catalog.json")
    other = {**os.environ, "PYTHONHASHSEED": "99", "PYTHONPATH": str(ROOT / "scripts")}
    command = [sys.executable, "-c", ELSEWHERE, tmp_path / "catalog.json", tmp_path / "b.jsonl"]
    subprocess.run(list(map(str, command)), env=other, check=True)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    write_json(tmp_path / "a.json", held.to_json())
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_small_catalog_gives_fewer_and_never_one_twice(sample, rows, cpu):
    from vgpt2.catalog.model import Catalog

    names = {"dbo.APTH", "dbo.APVM"}
    joins = [join for join in sample.joins if {join.left, join.right} <= names]
    small = Catalog(sample.database, tables=[table for table in sample.tables if table.qualified in names], joins=joins)
    questions, held = build(small, cpu.data, 7, rows)
    assert 0 < len(questions) < 500
    assert len({question.question for question in questions}) == len(questions)
    assert not held.pairs


def test_a_suite_with_an_id_twice_or_without_questions_is_refused(suite, tmp_path):
    write_suite(tmp_path / "twice.jsonl", suite[0][:1] * 2)
    with pytest.raises(UserError, match="occurs twice"):
        read_suite(tmp_path / "twice.jsonl")
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(UserError, match="empty suite"):
        read_suite(tmp_path / "empty.jsonl")
