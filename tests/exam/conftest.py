"""The embedded sample as a catalog, and a grader for it."""

from pathlib import Path

import pytest

from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.suite.curated import read_curated
from vgpt2.exam.verdict.results import Exam, read_exam
from vgpt2.files import write_json

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
def curated(sample, rows):
    """The curated questions of the sample; each gold is proved as it is read."""
    return read_curated(ROOT / "data" / "test_suite.json", sample, rows)


@pytest.fixture
def write_exam(tmp_path):
    """Writes the exam of a model and reads it back: SQL questions, then schema questions, half each."""

    def write(name: str, outcomes: list[str], suite: str = "a" * 16, mode: str = "schema", **questions) -> Exam:
        half = len(outcomes) // 2
        rows = [
            {"id": f"q{n}", "category": "sql" if n < half else "schema", "outcome": outcome, "response": "", "why": ""}
            | {key: values[n] for key, values in questions.items()}
            for n, outcome in enumerate(outcomes)
        ]

        def rate(*names):
            count = sum(outcome in names for outcome in outcomes)
            return {"count": count, "of": len(outcomes), "rate": count / len(outcomes), "interval": [0.0, 1.0]}

        path = tmp_path / f"{name}.json"
        model = f"saves/{name}"
        result = {
            "model": model,
            "lineage": [{"stage": path.stem, "model": model}],
            "suite_hash": suite,
            "mode": mode,
            "rates": {
                "right": rate("right", "right_refusal"),
                "hallucination": rate("hallucinated_object"),
                "false_refusal": rate("false_refusal"),
            },
            "categories": {},
            "questions": rows,
        }
        write_json(path, result)
        return read_exam(path)

    return write
