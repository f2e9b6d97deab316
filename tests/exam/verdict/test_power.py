"""What a suite can see at all, against every outcome counted one by one."""

from math import comb

import pytest

from vgpt2.exam.verdict.power import detectable, power_of
from vgpt2.exam.verdict.statistics import mcnemar_exact


def brute_force(of: int, share: float, gain: float, significance: float) -> float:
    """The chance that McNemar's test finds the gain: over all numbers of questions gained and lost."""
    up, down = (share + gain) / 2, (share - gain) / 2
    found = 0.0
    for gained in range(of + 1):
        for lost in range(of - gained + 1):
            pairs = [(False, True)] * gained + [(True, False)] * lost
            if gained > lost and mcnemar_exact(pairs).p < significance:
                ways = comb(of, gained) * comb(of - gained, lost)
                found += ways * up**gained * down**lost * (1 - share) ** (of - gained - lost)
    return found


@pytest.mark.parametrize(
    ("of", "share", "gain", "significance"),
    [
        (6, 1.0, 1.0, 0.05),
        (10, 0.7, 0.7, 0.05),
        (15, 0.6, 0.4, 0.05),
        (15, 0.5, 0.1, 0.01),
        # Five that differ, all gained, have a p of exactly 1/16: at that level it is not yet under it.
        (8, 0.8, 0.8, 0.0625),
        (12, 0.3, 0.0, 0.2),
    ],
)
def test_the_power_is_that_of_every_outcome_counted(of, share, gain, significance):
    assert power_of(of, share, gain, significance) == pytest.approx(brute_force(of, share, gain, significance))


@pytest.mark.parametrize(("of", "differ"), [(12, 10), (15, 11), (20, 3)])
def test_the_smallest_gain_is_found_and_one_less_is_not(of, differ):
    found = detectable(of, differ, 0.05)
    assert brute_force(of, found.share, found.gain / of, 0.05) >= 0.8
    less = (found.gain - 1) / of
    assert brute_force(of, max(differ / of, less), less, 0.05) < 0.8


def test_a_few_questions_can_show_nothing():
    # Five that differ, all the same way: p = 2 / 32.
    assert detectable(5, 5, 0.05).gain is None
    assert str(detectable(5, 0, 0.05)) == "5 questions can show no difference at all, whatever it is"
    assert detectable(10, 0, 0.05).gain == 7


def test_the_line_says_how_many_questions_and_points_and_what_it_assumes():
    observed, assumed = detectable(500, 100, 0.05), detectable(500, 2, 0.05)
    assert (observed.gain, observed.assumed) == (29, False)
    assert "500 questions show a net gain of 29 (6 points)" in str(observed)
    assert "20% of the answers differ (as here)" in str(observed)
    assert assumed.assumed
    assert "10% of the answers differ (assumed: hardly any differ here)" in str(assumed)
    # The less two models differ, the smaller a gain shows; five times as many questions see a smaller one.
    assert assumed.points < observed.points < detectable(100, 20, 0.05).points
