"""Values at the edges of conditions: the last day of a year has hours where a column holds times of day."""

from datetime import date, datetime

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.model import Column
from vgpt2.exam.grading.edges import values_around
from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.model import Gold, Question
from vgpt2.settings import load_database

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


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """A grader for a library whose database reads `a` and `A` as the same."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "tables.sql").write_text(
        "CREATE TABLE dbo.Loan (LoanId int NOT NULL PRIMARY KEY, Title nvarchar(60) NOT NULL, Branch varchar(10),"
        " Renewed char(1), Taken datetime NOT NULL, Due date NOT NULL)\n"
    )
    with Grader(build(folder, load_database("generic.yaml"))) as grader:
        yield grader


FEBRUARY = "YEAR(Taken) = 2024 AND MONTH(Taken) = 2"
BESIDE = [
    ("LoanId", FEBRUARY, "LoanId", "Taken >= '2024-02-01' AND Taken <= EOMONTH('2024-02-01')", False),
    ("LoanId", FEBRUARY, "LoanId", "Taken BETWEEN '20240201' AND '20240229'", False),
    ("LoanId", FEBRUARY, "LoanId", "Taken >= '2024-02-01' AND Taken < '2024-03-01'", True),
    ("LoanId", FEBRUARY, "LoanId", "FORMAT(Taken, 'yyyy-MM') = '2024-02'", True),
    ("LoanId", "Branch = 'North'", "LoanId", "Branch = 'NORTH'", True),
    ("LoanId", "Branch IN ('east', 'west')", "LoanId", "LOWER(Branch) = 'east' OR UPPER(Branch) = 'WEST'", True),
    ("LoanId", "Branch = 'North'", "LoanId", "Branch = 'North' COLLATE Latin1_General_BIN", False),
    ("LoanId", "Branch = 'North'", "LoanId", "Branch = 'South'", False),
    ("LoanId", "Title LIKE '%a%'", "LoanId", "Title LIKE '%a%' COLLATE Latin1_General_BIN", False),
    ("LoanId", "Title LIKE '%a%'", "LoanId", "CHARINDEX('A', Title) > 0", True),
    ("COUNT(*) AS n", "LoanId > 2", "COUNT(Renewed) AS n", "LoanId > 2", False),
    ("COUNT(*) AS n", "LoanId > 2", "COUNT(Title) AS n", "LoanId > 2", True),
]


@pytest.mark.parametrize(("wanted", "gold", "shown", "condition", "right"), BESIDE)
def test_near_misses_have_values_on_which_they_differ(books, wanted, gold, shown, condition, right):
    question = Question("q", "sql", "Which?", Gold(sql=(f"SELECT {wanted} FROM dbo.Loan WHERE {gold}",)))
    grade = books.grade(question, f"SELECT {shown} FROM dbo.Loan WHERE {condition}")
    assert (grade.outcome == "right") == right, grade.why
