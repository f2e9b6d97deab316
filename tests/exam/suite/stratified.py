"""What a quick suite is beside the full one that it is taken from."""

from __future__ import annotations

from collections import Counter

from vgpt2.exam.model import FULL, QUICK, Question


def assert_stratified(questions: list[Question], quick: list[Question]) -> None:
    """Both have the wanted number of each category; the quick one keeps twins together and most intents."""
    assert Counter(question.category for question in questions) == FULL
    assert Counter(question.category for question in quick) == QUICK
    ids = {question.id for question in quick}
    assert all(question.twin in ids for question in quick if question.twin)
    for category in QUICK:
        of = [{item.intent for item in suite if item.category == category} for suite in (questions, quick)]
        assert len(of[1]) >= min(len(of[0]), QUICK[category] // 2), category
