"""Values at the edges of conditions: the last day of a year has hours where a column holds times of day."""

from datetime import date, datetime

from vgpt2.catalog.model import Column
from vgpt2.exam.grading.edges import values_around

CREATED = Column("Created", "datetime", "datetime", False)
DURING = datetime(2024, 12, 31, 10, 30)


def test_a_year_goes_to_the_end_of_its_last_day():
    around = values_around(CREATED, ["2024"], [datetime(2024, 3, 5, 9)])
    assert {date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), DURING} <= set(around)


def test_a_last_day_that_is_given_has_hours_too():
    assert DURING in values_around(CREATED, ["2024-12-31"], [datetime(2024, 3, 5, 9)])


def test_days_and_months_without_times_keep_none():
    for own in ([date(2024, 3, 5)], [date(2024, 3, 1), date(2024, 4, 1)]):
        for literal in ("2024", "2024-12-31"):
            assert not [one for one in values_around(CREATED, [literal], own) if isinstance(one, datetime)]
