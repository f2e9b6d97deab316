"""Values as T-SQL writes them and as a question says them."""

import datetime
import random
from decimal import Decimal

import pytest

from vgpt2.synthesis.literals import day_name, literal, spoken


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


@pytest.mark.parametrize("day", [datetime.date(2024, 5, 11), datetime.date(2024, 12, 5), datetime.date(2024, 3, 25)])
def test_a_day_as_a_question_says_it_has_one_reading(day):
    forms = {day_name(day, random.Random(seed)) for seed in range(40)}
    assert len(forms) > 1
    assert all(day.day > 12 or "/" not in form for form in forms), forms
