"""Typos: one slip in an ordinary word, and names and literals as they were."""

import random

import pytest

from vgpt2.synthesis.typos import mistype, with_typo

QUESTION = "Show the total InvTotal of vendors (APVM) whose name starts with 'north' since 2024-03-01, highest first."
KEPT = ("InvTotal", "APVM", "'north'", "2024-03-01")


def test_a_typo_leaves_names_and_literals_alone():
    for seed in range(200):
        typed = with_typo(QUESTION, (), random.Random(seed), share=1)
        assert typed != QUESTION
        assert all(part in typed for part in KEPT)
        assert sum(a != b for a, b in zip(typed.split(), QUESTION.split(), strict=True)) == 1


def test_few_questions_have_one():
    rng = random.Random(1)
    changed = sum(with_typo(QUESTION, (), rng) != QUESTION for _ in range(5000))
    assert 0.02 < changed / 5000 < 0.04


@pytest.mark.parametrize("question", ["APTH?", "Sum InvTotal", "InvTotal 'somewhere north'", "All authors"])
def test_a_question_of_names_stays(question):
    assert with_typo(question, ("Authors",), random.Random(1), share=1) == question


@pytest.mark.parametrize("word", ["total", "aaaab", "vendors"])
def test_a_mistyped_word_is_another_that_begins_alike(word):
    slips = {mistype(word, random.Random(seed)) for seed in range(50)}
    assert word not in slips
    assert {slip[0] for slip in slips} == {word[0]}
    assert {len(slip) - len(word) for slip in slips} <= {-1, 0, 1}
