"""Every intent has its wordings, each with all that its question depends on."""

from itertools import islice
from string import Formatter

import pytest

from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.wordings import WORDINGS, fill
from vgpt2.tsql.execute import Engine

INTENTS = [intent.name for intent in all_intents()]
REPORTS = ("rank", "running_total", "month_over_month", "pivot", "page", "latest", "parameters", "in_either")


def slots(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_there_are_enough_intents_and_each_has_wordings_of_its_own():
    assert len(INTENTS) >= 25
    assert set(INTENTS) == set(WORDINGS)


@pytest.mark.parametrize("intent", INTENTS)
def test_eight_wordings_train_and_others_examine_and_none_leaves_out_what_the_answer_depends_on(intent):
    train, exam = WORDINGS[intent]
    assert len(set(train)) >= 8
    assert len(set(exam)) >= 3
    assert not set(train) & set(exam)
    assert len({frozenset(slots(text)) for text in (*train, *exam)}) == 1


@pytest.mark.parametrize("intent", REPORTS)
def test_queries_of_reports_prove_out_and_run(sample, intent):
    with Engine(sample, 1) as engine:
        found = list(islice(stream(sample, "sql", 1, "train", intents=[intent], engine=engine), 30))
    assert len(found) == 30
    assert all(example.slots["proof"][-1] in ("runs", "rows") for example in found)
    assert sum(example.slots["proof"][-1] == "rows" for example in found) >= (1 if intent == "parameters" else 12)


def test_what_is_asked_beside_comes_behind_a_whole_sentence():
    assert fill("{a}: rows", {"a": "APTH"}, "Sort by Mth.") == "APTH: rows. Sort by Mth."
    assert fill("Rows of {a}?", {"a": "APTH"}, "Sort by Mth.") == "Rows of APTH? Sort by Mth."
