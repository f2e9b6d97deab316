"""One pair a question, of like length, and not all but the same; rows whose question does not tell the label."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from vgpt2.records.answers.answers import refuses
from vgpt2.training.harvest.choosing import Own, alike_in_length, edit_distance, even_refusals, pairs, rows
from vgpt2.training.harvest.judging import Judged, Wrong

GOLD = "GLBD: sum.\n```sql\nSELECT SUM(BudgetAmt) AS Total FROM GLBD WITH (NOLOCK) WHERE GLCo = 2\n```"


def wrong(answer, worse="different_rows"):
    return Wrong(answer, "own_wrong", worse)


@pytest.fixture
def judged(asked):
    """A question to SQL with these right and wrong answers; `{}` stands for the gold's."""
    queries = [item for item in asked if item.example.kind == "sql"]

    def make(right=(), wrongs=(), number=0):
        return Judged(queries[number], tuple(right), tuple(wrongs))

    return make


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("SELECT a", "SELECT a", 0.0), ("a >= 1", "a > 1", 0.25), ("a b c d", "a b", 0.5), ("", "a", 1.0), ("", "", 0.0)],
)
def test_distance_counts_words_and_signs(one, other, distance):
    assert edit_distance(one, other) == distance


def test_a_pair_is_own_where_one_was_right_and_has_the_golds_answer_where_none_was(judged):
    with_right, without = judged([GOLD], [wrong(GOLD.replace("SUM", "MAX"))]), judged((), (), 1)
    answer = without.fresh.example.answer
    without = Judged(without.fresh, (), (wrong(answer.replace("SELECT", "SELECT DISTINCT TOP 5", 1)),))
    own, gold = pairs([with_right, without], 0.0)
    assert (own.record.row["chosen"], own.gold) == (GOLD, False)
    assert (gold.record.row["chosen"], gold.gold) == (answer, True)
    assert own.record.meta.source == "harvest"
    assert own.record.meta.gold == with_right.fresh.example.sql


def test_no_pair_without_a_mistake_or_with_sides_that_are_too_alike_or_too_unlike_in_length(judged):
    assert pairs([judged([GOLD], ())], 0.0) == []
    near = judged([GOLD], [wrong(GOLD.replace("2", "3"))])
    assert pairs([near], 0.1) == []
    assert len(pairs([near], 0.02)) == 1
    assert pairs([judged([GOLD], [wrong(GOLD * 2)])], 0.0) == []
    assert alike_in_length("abcd", "abcdef")
    assert not alike_in_length("abcd", "abcdefg")


def test_other_rows_come_before_broken_rules_and_lengths_even_out(judged):
    longer, shorter = GOLD.replace("Total", "TotalOfAll"), GOLD.replace("Total", "T")
    by_rule = wrong(GOLD.replace(" WITH (NOLOCK)", ""), "missing_nolock")
    made = pairs([judged([GOLD], [by_rule, wrong(longer), wrong(shorter)], number) for number in range(6)], 0.0)
    lengths = [len(one.good) - len(one.bad) for one in made]
    assert all(one.record.meta.worse == "different_rows" for one in made)
    assert {*lengths} == {4, -5}
    assert abs(sum(lengths)) <= 5


def test_of_each_intent_six_in_ten_rows_are_desirable(judged):
    item = judged([GOLD], [wrong(GOLD.replace("SUM", "MAX"))])
    answer = item.fresh.example.answer
    item = Judged(item.fresh, (answer,), (wrong(answer.replace("SELECT", "SELECT TOP 5", 1)),))
    made = rows([item] * 50)
    assert Counter(one.record.row["kto_tag"] for one in made) == {True: 30, False: 20}
    always_wrong = rows([Judged(item.fresh, (), item.wrong)] * 50)
    assert Counter(one.record.row["kto_tag"] for one in always_wrong) == {True: 30, False: 20}
    assert all(one.gold for one in always_wrong if one.record.row["kto_tag"])
    assert rows([Judged(item.fresh, item.right, ())] * 50) == []


def test_refusing_is_as_often_right_as_wrong():
    def own(number, chosen, rejected):
        record = SimpleNamespace(id=str(number), row={"chosen": chosen, "rejected": rejected})
        return Own(record, gold=False)

    no = "There is no table GLXY in Viewpoint Vista. The nearest is GLBD."
    assert refuses(no)
    made = [own(number, "a", "b") for number in range(100)]
    made += [own(100 + number, no, "b") for number in range(30)] + [own(200 + number, "a", no) for number in range(3)]
    kept = even_refusals(made, 0.12)
    assert sum(refuses(one.good) for one in kept) == 8, "the others and five in a hundred"
    assert sum(refuses(one.bad) for one in kept) == 3
    made += [own(300 + number, "a", no) for number in range(30)]
    kept = even_refusals(made, 0.12)
    assert (sum(refuses(one.good) for one in kept), sum(refuses(one.bad) for one in kept)) == (12, 12)
