"""A report over several periods goes by what can have something in each of them."""

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.query import Call


@pytest.mark.parametrize("name", ["quarters", "two_years", "to_date"])
def test_no_report_by_periods_is_for_each_document_of_one_period(sample, name):
    ctx = Context.of(sample, 1, "train")
    intent = next(intent for intent in all_intents() if intent.name == name)
    subjects = intent.subjects(ctx, "test")
    made = (subject(ctx.rng("test", turn, at), turn) for turn in range(6) for at, subject in enumerate(subjects))
    found = [draft for draft in made if draft]
    assert found
    for draft in found:
        calls = [item.value for item in draft.query.items if isinstance(item.value, Call)]
        cases = [call for call in calls if "CASE" in call.template]
        assert cases
        assert not {call.refs[0] for call in cases} & {*draft.query.group}, draft
