"""Intervals and tests, against published figures."""

import pytest

from vgpt2.exam.verdict.statistics import bootstrap_difference, holm, mcnemar_exact, wilson


def test_wilson_interval():
    # Newcombe 1998, table I: 81 of 263.
    rate = wilson(81, 263)
    assert (rate.low, rate.high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson(0, 0).to_json() == {"count": 0, "of": 0, "rate": 0.0, "interval": [0.0, 1.0]}
    assert wilson(0, 20).low == 0.0


def test_mcnemar_counts_only_what_differs():
    same = [(True, True)] * 30 + [(False, False)] * 10
    assert mcnemar_exact(same).p == 1.0
    found = mcnemar_exact(same + [(False, True)] * 8 + [(True, False)])
    assert (found.gained, found.lost) == (8, 1)
    # Two-sided binomial test of 8 in 9 at one half: 2 * (9 + 1) / 512.
    assert found.p == pytest.approx(20 / 512)


GAIN, LOSS, SAME = (False, True), (True, False), (True, True)


def test_a_bootstrap_of_single_questions_is_that_of_a_mean():
    # 30 gained, 10 lost of 100: the standard error of the mean of +1, -1 and 0 is sqrt((0.4 - 0.2**2) / 100) = 0.06.
    found = bootstrap_difference([GAIN] * 30 + [LOSS] * 10 + [SAME] * 60, [""] * 100)
    assert found.value == pytest.approx(0.2)
    assert found.clusters == 100
    assert found.interval == pytest.approx((0.2 - 1.96 * 0.06, 0.2 + 1.96 * 0.06), abs=0.015)


def test_questions_about_one_table_count_as_one():
    # Every question four times over, as four questions about one table: four times the data, and not a bit surer.
    pairs = [GAIN] * 30 + [LOSS] * 10 + [SAME] * 60
    alone = bootstrap_difference(pairs, [""] * 100)
    tables = [f"T{number}" for number in range(100)]
    clustered = bootstrap_difference(pairs * 4, tables * 4)
    naive = bootstrap_difference(pairs * 4, [""] * 400)
    assert clustered.interval == pytest.approx(alone.interval, abs=0.01)
    assert naive.interval[1] - naive.interval[0] == pytest.approx((alone.interval[1] - alone.interval[0]) / 2, abs=0.02)


def test_the_same_seed_gives_the_same_interval():
    # Clusters of many sizes, so that the ends of the interval are not on a grid.
    pairs, tables = [GAIN] * 60 + [SAME] * 140, [f"T{int(number**0.7)}" for number in range(200)]
    assert bootstrap_difference(pairs, tables, 3) == bootstrap_difference(pairs, tables, 3)
    assert bootstrap_difference(pairs, tables, 3) != bootstrap_difference(pairs, tables, 4)


def test_where_an_interval_would_mislead_there_is_none():
    few = bootstrap_difference([GAIN, SAME] * 20, ["A", "B", "C", "D"] * 10)
    assert few.to_json() == {"value": 0.5, "interval": None, "clusters": 4}
    assert "too few clusters by table for an interval: 4, at least 10" in str(few)
    assert str(bootstrap_difference([SAME] * 20, [""] * 20)) == "+0.0 points (no question differs)"


@pytest.mark.parametrize(
    ("ps", "corrected"),
    [
        # The smallest times 4, the next times 3, 2 and 1, and never less than the one before.
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.9], [1.0, 1.0]),
        ([0.04], [0.04]),
        ([], []),
    ],
)
def test_holm(ps, corrected):
    assert holm(ps) == pytest.approx(corrected)
