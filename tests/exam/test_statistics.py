"""Intervals and tests, against published figures."""

import pytest

from vgpt2.exam.statistics import mcnemar_exact, wilson


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
