"""What was open on a day is told by a date; a flag tells what is open today."""

import random
import re
from itertools import islice

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.reports.as_of import open_states
from vgpt2.synthesis.intents.reports.sheet import Sheet

AGEING = ("open_ageing", "overdue_list", "overdue_partner")


@pytest.fixture(scope="module")
def made(sample):
    return list(islice(stream(sample, "sql", 4, "train", intents=AGEING), 90))


def test_a_day_other_than_today_is_asked_of_a_date_that_tells(made):
    others = [example for example in made if "GETDATE()" not in example.sql]
    assert len(others) > 3 and len(others) < len(made)
    for example in others:
        day = re.search(r"(\w+) IS NULL OR (?:\w+\.)?\1 >=? (?:DATEADD\(day, 1, )?('[\d-]+'|@AsOfDate)", example.sql)
        # What came later was not there, and what was done later was open then.
        assert day and re.search(rf"Date(?:Created)? <=? (?:DATEADD\(day, 1, )?{re.escape(day[2])}", example.sql)
        assert re.search(r"by then", example.question) and "is there by then" in example.answer
        assert not re.search(r"(?:OpenYN|Complete|ApprovedYN) = '[YN]'|AmountDue", example.sql)


def test_flags_and_what_is_left_are_of_today(made):
    for example in made:
        if re.search(r"OpenYN = 'Y'|AmountDue <> 0|RemCost <> 0|Complete = 'N'", example.sql):
            assert "GETDATE()" in example.sql and "today" in example.question, example.question


def test_approved_change_orders_are_not_asked_for_those_not_approved(sample):
    ctx = Context.of(sample, 1, "train")
    words = {
        name: {state.word for state in open_states(Sheet(ctx, sample.by_qualified[name], random.Random(1), 0, "x"))}
        for name in ("dbo.PMOH", "dbo.PMOP")
    }
    assert "not approved" in words["dbo.PMOP"] and "not approved" not in words["dbo.PMOH"] and words["dbo.PMOH"]
