"""Fresh questions are apart from suite and datasets, and each has a gold that is right by the exam's own grader."""

from __future__ import annotations

from vgpt2.records.held_out import HeldOut
from vgpt2.records.prompt import system_prompt
from vgpt2.synthesis.preferences.sources import Sources, record_keys
from vgpt2.training.harvest.questions import fresh_questions


def test_each_is_asked_once_as_training_asks_and_its_gold_is_right(asked, sample, grader):
    assert len({item.question.question for item in asked}) == len(asked) == 16
    assert len({item.question.id for item in asked}) == len(asked)
    for item in asked:
        assert item.prompt.system == system_prompt(sample)
        assert item.prompt.instruction == item.question.question
        assert grader.grade(item.question, item.example.answer).right, item.question.question
    assert {item.example.polarity for item in asked} == {"answer", "refuse"}
    assert 1 <= sum(item.question.gold.refuse for item in asked) <= 3


def test_they_leave_the_suite_and_the_datasets_alone(asked, sample, run, prover, grader):
    held = HeldOut(families=frozenset(item.question.family for item in asked[:4]))
    taught = frozenset(item.question.family for item in asked[4:8])
    pairs = [item.record for item in asked[8:12]]
    sources = Sources(sample, run.profile.data, run.seed, held, prover, pairs)
    others = fresh_questions(sources, grader.rows, "dpo", 16, taught)
    assert len(others) == 16
    families = {item.question.family for item in others}
    assert not families & (held.families | taught)
    taken = {key for record in pairs for key in record_keys(record)}
    assert not taken & {key for item in others for key in record_keys(item.record)}
    assert families & {item.question.family for item in asked[12:]}, "what nobody holds is asked as before"
