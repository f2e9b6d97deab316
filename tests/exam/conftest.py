"""The embedded sample as a catalog, and a grader for it."""

from pathlib import Path

import pytest

from vgpt2.exam.curated import read_curated
from vgpt2.exam.execution import Rows
from vgpt2.exam.grade import Grader
from vgpt2.settings import load_profile

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "exam"


@pytest.fixture(scope="session")
def rows(sample):
    """Engines with synthetic rows of the sample."""
    with Rows(sample) as rows:
        yield rows


@pytest.fixture(scope="session")
def grader(sample):
    """A grader for the sample."""
    with Grader(sample) as grader:
        yield grader


@pytest.fixture(scope="session")
def questions(sample, rows):
    """The questions of `fixtures/exam/questions.json` by id; each gold is proved as it is read."""
    return {question.id: question for question in read_curated(FIXTURES / "questions.json", sample, rows)}


@pytest.fixture(scope="session")
def cpu():
    """The profile of two cores."""
    return load_profile("cpu")


@pytest.fixture(scope="session")
def curated(sample, rows):
    """The curated questions of the sample; each gold is proved as it is read."""
    return read_curated(ROOT / "data" / "test_suite.json", sample, rows)
