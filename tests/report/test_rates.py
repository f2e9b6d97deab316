"""The table of rates: targets are marked only where the mark says something."""

from __future__ import annotations

import pytest

from vgpt2.exam.verdict.summary import parts_right
from vgpt2.exam.verdict.targets import judge
from vgpt2.report.gate_scale import interval, points
from vgpt2.report.headline import percent
from vgpt2.report.rates import parts

# hallucinated of 100, empty, refused what exists: the mark, and words beside it
HALLUCINATED = [
    (0, 0, 0, True, ""),
    (4, 0, 0, True, ""),
    (5, 0, 0, False, ""),
    (0, 100, 0, None, "100 of 100 answers are empty or refuse"),
    (0, 60, 0, None, "60 of 100 answers are empty or refuse"),
    (0, 30, 30, None, "60 of 100 answers are empty or refuse"),
    (0, 50, 0, True, ""),
    (3, 50, 0, False, "3 of the 50 that say something"),
    (9, 70, 0, False, ""),
]


@pytest.mark.parametrize(("count", "empty", "refused", "met", "words"), HALLUCINATED)
def test_a_model_that_says_nothing_does_not_look_good(count, empty, refused, met, words):
    outcomes = {"empty": empty, "false_refusal": refused, "hallucinated_object": count}
    found = judge("hallucination", {"count": count, "of": 100, "rate": count / 100}, outcomes)
    assert found["met"] is met
    assert words in found["but"]
    assert bool(words) == bool(found["but"])


@pytest.mark.parametrize(
    ("name", "rate", "met"), [("right", 0.9, True), ("right", 0.89, False), ("syntax", 0.98, False), ("house", 1, None)]
)
def test_the_targets_of_the_review(name, rate, met):
    assert judge(name, {"count": 1, "of": 1, "rate": rate}, {})["met"] is met


def test_components_are_added_up_over_the_answers_that_were_scored():
    exam = {"parts": parts_right([{"joins": True}, {"joins": False}, {}])}
    assert {name: (rate["count"], rate["of"]) for name, rate in parts(exam).items()} == {"joins": (1, 2)}
    assert parts({}) == {}  # a result of before


def test_a_difference_stands_on_a_scale_about_none():
    found = interval({"value": 0.1, "interval": [-0.05, 0.2], "clusters": 12}, {"points": 8.0})
    assert (found["scale"], found["at"], found["span"], found["blind"]) == (0.2, 75.0, [37.5, 100.0], [30.0, 70.0])


def test_a_difference_without_an_interval_gets_none_of_width_zero():
    found = interval({"value": 0.0, "interval": None, "clusters": 3}, {"points": None})
    assert (found["at"], found["ends"], found["span"], found["blind"]) == (50.0, [], [], [])


def test_what_the_suite_misses_beyond_the_scale_fills_it():
    assert interval({"value": 0.05, "interval": None}, {"points": 30.0})["blind"] == [0.0, 100.0]


@pytest.mark.parametrize("difference", [None, {}, 0.3, {"value": None}, {"value": float("nan")}])
def test_a_gate_without_a_difference_shows_none(difference):
    assert interval(difference) is None


@pytest.mark.parametrize(("value", "text"), [(0.46, "+46"), (-0.012, "−1.2"), (0.0, "0"), (0.02, "+2"), (0.2, "+20")])
def test_points(value, text):
    assert points(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 %"), (0.002, "1 %"), (0.876, "88 %"), (0.998, "99 %"), (1, "100 %")]
)
def test_only_none_is_0_and_only_all_is_100_percent(value, text):
    assert percent(value) == text
