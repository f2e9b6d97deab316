"""What is ranked, or averaged beside a count, is there in every row that takes part."""

from itertools import islice

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.counted.filled import with_filled
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref

DAYS, PROJECT = Ref("dbo.PMOH", "ChangeDays"), Ref("dbo.PMOH", "Project")
HIRED, LEFT = Ref("dbo.PREH", "HireDate"), Ref("dbo.PREH", "TermDate")
RANK = Item(Call("RANK() OVER (PARTITION BY {1} ORDER BY {0} DESC)", (DAYS, PROJECT)), "RankNumber")
COUNT = Item(Call("COUNT(*)"), "CountRows")
MEAN = Item(Call("AVG(DATEDIFF(day, {0}, {1}) * 1.0)", (HIRED, LEFT)), "AverageDays")
IS_LEFT = Filter(LEFT, "{0} IS NOT NULL", "done")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


@pytest.mark.parametrize(
    ("query", "added"),
    [
        (Query("dbo.PMOH", (Item(PROJECT), RANK), keep=("RankNumber", "= 1")), [DAYS]),
        (Query("dbo.PREH", (MEAN, COUNT), where=(IS_LEFT,)), [HIRED]),
        (Query("dbo.PREH", (MEAN,), where=(IS_LEFT,)), []),
        (Query("dbo.PMOH", (Item(DAYS),), order=((DAYS, False),), top=5), [DAYS]),
        (Query("dbo.PMOH", (Item(DAYS),), order=((DAYS, True),), top=5), []),  # none comes last
        (Query("dbo.PMOH", (Item(DAYS),), order=((PROJECT, False),), top=5), []),  # never empty
        (Query("dbo.PMOH", (Item(DAYS),), order=((DAYS, False),)), []),  # all of them
    ],
)
def test_rows_without_the_figure_stay_out_and_the_plan_says_so(ctx, query, added):
    draft = with_filled(ctx, Draft(query, {}, "rank"))
    assert draft.query.where == (*query.where, *(Filter(ref, "{0} IS NOT NULL") for ref in added))
    assert [f"rows without {ref.column} stay out" in draft.action for ref in added] == [True] * len(added)


def test_no_largest_row_has_nothing(sample):
    made = [e for e in islice(stream(sample, "sql", 2, "train", intents=["largest_each"]), 60) if "ChangeDays" in e.sql]
    assert made and all("ChangeDays IS NOT NULL" in example.sql for example in made)
