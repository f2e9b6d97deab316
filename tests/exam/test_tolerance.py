"""How far values may be from the gold's: only so far as the question says."""

import pytest

from vgpt2.exam.tolerance import EXACT, Tolerance
from vgpt2.tsql.run.compare import same_rows
from vgpt2.tsql.run.result import Result

SHARES = Tolerance(places=2, percent=True)
MONTHS = Tolerance(months=True)


@pytest.mark.parametrize(
    ("within", "gold", "answer", "same"),
    [
        (SHARES, 33.333333, 33.33, True),
        (SHARES, 33.333333, 0.333333, True),
        (SHARES, 33.333333, 33.4, False),
        (SHARES, 33.333333, 3.33, False),
        (EXACT, 33.333333, 33.33, False),
        (MONTHS, "2024-03-01", "2024-03", True),
        (MONTHS, "2024-03-01", "03/2024", True),
        (MONTHS, "2024-03-01", 202403, True),
        (MONTHS, "2024-03-01", "2024-04", False),
        (MONTHS, "2024-03-15", "2024-03", False),
        (EXACT, "2024-03-01", "2024-03", False),
    ],
)
def test_values_are_the_same_within_a_tolerance(within, gold, answer, same):
    pairs = within.pairs(Result("rows", ("a", "b"), [("x", gold)]), Result("rows", ("a", "b"), [("x", answer)]))
    assert any(same_rows(*pair) for pair in pairs) is same
