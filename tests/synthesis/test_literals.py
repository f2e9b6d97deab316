"""Values as T-SQL writes them and as a question says them."""

from decimal import Decimal

import pytest

from vgpt2.synthesis.literals import literal, spoken


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("750.00000"), "750"),
        (Decimal("692.6300"), "692.63"),
        (Decimal("0.05"), "0.05"),
        (Decimal("1000"), "1000"),
        (Decimal("1E+3"), "1000"),
        (7, "7"),
    ],
)
def test_a_number_is_written_without_the_zeros_of_its_type(value, said):
    assert literal(value) == spoken(value) == said
