"""What groups are ranked by, and what an amount changed by: what it became less what it was."""

import pytest

from vgpt2.catalog.business_words import name_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.query import Call
from vgpt2.synthesis.roles.words import role_words


@pytest.mark.parametrize("side", ["train", "exam"])
def test_the_first_amount_is_taken_from_the_later_one_and_the_question_calls_it_the_change(sample, side):
    ctx, stages, made = Context.of(sample, 1, side), role_words().stages, {True: 0, False: 0}
    intent = next(intent for intent in all_intents() if intent.name == "net")
    for at, subject in enumerate(intent.subjects(ctx, "test")):
        for turn in range(4):
            draft = subject(ctx.rng("test", turn, at), turn)
            if draft is None:
                continue
            (item,) = [item for item in draft.query.items if isinstance(item.value, Call)]
            kept, taken = (name_words(ref.column, sample.database).lower() for ref in item.value.refs)
            revised = any(stages[stage].search(taken) for stage in ("original", "budget"))
            assert not any(stages[stage].search(kept) for stage in ("original", "budget")), draft
            assert revised == (item.alias == "Change") == ("change" in draft.phrases["net"])
            made[revised] += 1
    assert all(made.values())


def drafts(ctx, name, turns=6):
    intent = next(intent for intent in all_intents() if intent.name == name)
    subjects = intent.subjects(ctx, "test")
    found = (subject(ctx.rng("test", turn, at), turn) for turn in range(turns) for at, subject in enumerate(subjects))
    return [draft for draft in found if draft]


def test_of_states_there_are_no_top_five(sample):
    grouped = {ref.column for draft in drafts(Context.of(sample, 1, "train"), "top_group") for ref in draft.query.group}
    assert len(grouped) > 20 and not [name for name in grouped if "status" in name.lower()]


def test_the_latest_of_each_group_shows_which_one_it_is(sample):
    """More than the group, and what it is the latest by."""
    for draft in drafts(Context.of(sample, 1, "train"), "latest"):
        group, by = (ref.column for ref in draft.query.items[-1].value.refs)
        assert {item.value.column for item in draft.query.items[:-1]} - {group, by}, draft
