"""Questions to choose a checkpoint by: none of the suite, none of the training data, enough of them."""

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.suite.choice import choice_questions
from vgpt2.exam.suite.suite import build
from vgpt2.records.text import normalise
from vgpt2.settings import load_profile

COUNTS = {"schema": 8, "sql": 12, "hallucination": 6, "join": 3, "error_correction": 3, "business": 3}
FEWER = COUNTS | {"schema": 10, "sql": 6, "hallucination": 8}


@pytest.fixture(scope="module")
def suite(sample, rows):
    """A small suite of the sample."""
    questions, _ = build(sample, load_profile("cpu").data, 1, rows, counts=COUNTS)
    return questions


@pytest.fixture(scope="module")
def chosen(sample, suite):
    return choice_questions(sample, load_profile("cpu").data, 1, suite, (), (), COUNTS)


def test_they_are_of_the_same_kinds_as_the_suite_and_none_of_them_is_in_it(suite, chosen):
    assert {name: sum(question.category == name for question in chosen) for name in COUNTS} == COUNTS
    assert not {normalise(item.question) for item in suite} & {normalise(item.question) for item in chosen}
    assert not {item.family for item in suite} & {item.family for item in chosen}
    assert not {item.id for item in suite} & {item.id for item in chosen}


def test_twins_stay_together(chosen):
    ids = {question.id for question in chosen}
    assert len(ids) == len(chosen)
    assert sum(bool(question.twin) for question in chosen) == COUNTS["hallucination"]
    assert all(question.twin in ids for question in chosen if question.twin)


def test_each_keeps_the_data_sets_that_tell_its_gold_from_mutants(chosen):
    """As the questions of the suite do, so that no grade depends on which rows are made."""
    asked = [question for question in chosen if question.gold.sql and question.gold.executable]
    assert len(asked) > 20
    assert all(question.gold.data for question in asked)


def test_what_was_trained_on_is_left_out_and_the_same_seed_gives_the_same(sample, suite, chosen, cpu):
    families = {question.family for question in chosen[::2]}
    texts = [question.question for question in chosen[1:4:2]]
    others = choice_questions(sample, cpu.data, 1, suite, families, texts, FEWER)
    assert not {question.family for question in others} & families
    assert not {question.question for question in others} & set(texts)
    assert others == choice_questions(sample, cpu.data, 1, suite, families, texts, FEWER)


def test_too_few_are_said_before_anything_is_trained(sample, suite, cpu):
    few = dict.fromkeys(COUNTS, 2)
    with pytest.raises(UserError, match="--choose-checkpoint: only 12 questions are left"):
        choice_questions(sample, cpu.data, 1, suite, (), (), few)
