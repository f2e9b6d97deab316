"""What a set has not named is asked for, several columns of a table at once."""

from itertools import islice

import pytest

from vgpt2.catalog.lookup import columns_to_name
from vgpt2.records.facts import prove
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.coverage import NAMED, TOGETHER, Coverage


@pytest.fixture
def ctx(sample):
    return Context.of(sample, 1, "train")


def all_columns(catalog):
    return {f"{table}.{name}" for table, names in columns_to_name(catalog).items() for name in names}


def test_questions_about_every_column_are_as_many_as_was_said_and_prove_out(ctx, sample):
    coverage = Coverage(sample)
    said, made = coverage.needed, []
    made += coverage.examples(ctx)
    assert len(made) == said
    assert coverage.needed == 0
    assert coverage.never_named() == []
    assert all(prove(fact, sample) for example in made for fact in example.facts)
    assert all(len(example.facts) <= TOGETHER for example in made)
    assert all_columns(sample) <= {name for example in made for name in example.objects}
    assert len({example.question for example in made}) == len(made)


def test_what_was_named_often_enough_is_not_asked_for(ctx, sample):
    first, *_ = Coverage(sample).examples(ctx)
    coverage = Coverage(sample)
    for _ in range(NAMED):
        coverage.saw(first)
    assert all_columns(sample) - {*coverage.never_named()} == {*first.objects} & all_columns(sample)
    assert not {*first.objects[1:]} & {name for example in coverage.examples(ctx) for name in example.objects}


def test_what_nothing_names_comes_before_what_one_record_names(ctx, sample):
    first, *_ = Coverage(sample).examples(ctx)
    coverage = Coverage(sample)
    coverage.saw(first)
    *_, last = coverage.examples(ctx)
    assert {*last.objects} == {*first.objects}


def test_what_there_was_no_room_for_is_known(ctx, sample):
    coverage = Coverage(sample)
    made = list(islice(coverage.examples(ctx), 10))
    assert {*coverage.never_named()} == all_columns(sample) - {name for example in made for name in example.objects}
