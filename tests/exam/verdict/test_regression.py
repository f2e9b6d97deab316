"""A regression: is the exported model significantly worse than an earlier one, and does it reach the targets."""

import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.exam.verdict.regression import check_regression, targets
from vgpt2.exam.verdict.targets import met
from vgpt2.files import read_json

SCRIPT = Path(__file__).parents[3] / "scripts" / "compare_checkpoints.py"


def outcomes(right: int, of: int = 40) -> list[str]:
    """So many right, the first ones, the others wrong."""
    return ["right"] * right + ["wrong"] * (of - right)


@pytest.mark.parametrize(("right", "verdict"), [(35, "no_regression"), (26, "no_regression"), (25, "regression")])
def test_only_what_is_significantly_worse_is_a_regression(write_exam, right, verdict):
    # Five lost and none gained: p = 1 / 2**5; four: 1 / 2**4.
    found = check_regression(write_exam("v2", outcomes(30)), write_exam("export", outcomes(right)), 0.05)
    assert found["verdict"] == verdict
    assert found["p_worse"] <= found["p"] or right > 30
    assert found["reasons"][-1].startswith("significantly worse than v2" if verdict == "regression" else "it is not")


def test_a_category_counts_after_correction_for_their_number(write_exam):
    # SQL loses five and six of twenty, schema gains as many: over all questions nothing happened.
    for lost, verdict in ((5, "no_regression"), (6, "regression")):
        earlier = write_exam("v2", ["right"] * 20 + ["wrong"] * 20)
        new = write_exam("export", ["wrong"] * lost + ["right"] * 20 + ["wrong"] * (20 - lost))
        assert check_regression(earlier, new, 0.05)["verdict"] == verdict


@pytest.mark.parametrize(
    ("name", "rate", "reached"),
    [("right", 0.9, True), ("right", 0.89, False), ("hallucination", 0.05, False), ("hallucination", 0.049, True)],
)
def test_the_targets_of_the_review(name, rate, reached):
    assert met(name, rate) is reached


def test_what_was_asked_for_stands_beside_what_was_reached(write_exam):
    rows = targets(write_exam("export", outcomes(30)))
    assert [(row["name"], row["words"], row["rate"], row["met"]) for row in rows] == [
        ("right", "at least 90%", 0.75, False),
        ("hallucination", "under 5%", 0.0, True),
        ("right", "version 2: 64%, by its own 49 questions", 0.75, True),
    ]


def test_a_model_that_says_nothing_gets_no_mark_for_inventing_nothing(write_exam):
    rows = {row["name"]: row for row in targets(write_exam("export", ["empty"] * 40))}
    assert (rows["hallucination"]["met"], rows["right"]["met"]) == (None, False)
    assert rows["hallucination"]["but"] == "no mark: 40 of 40 answers are empty or refuse"


def test_a_regression_ends_with_1_and_leaves_its_report_under_the_other_name(write_exam, tmp_path):
    output, failed = tmp_path / "regression.json", tmp_path / "regression.failed.json"
    files = [write_exam(name, outcomes(right)).path for name, right in (("base", 10), ("sft", 30), ("export", 30))]

    def run(*exams):
        words = [sys.executable, SCRIPT, *exams, "--regression", "--output", output]
        return subprocess.run(list(map(str, words)), capture_output=True, text=True)

    done = run(*files)
    assert done.returncode == 0, done.stderr
    for shown in (
        "at least 90%",
        "under 5%",
        "version 2: 64%",
        "compare_checkpoints: no_regression: export answers 30",
    ):
        assert shown in done.stdout
    assert [row["met"] for row in read_json(output)["targets"]] == [False, True, True]
    earlier = write_exam("earlier", outcomes(38)).path
    done = run(earlier, *files)
    assert done.returncode == 1
    assert done.stderr.startswith("error: regression: export answers 30 of 40 right, earlier 38; gained 0, lost 8")
    assert not output.exists()
    assert read_json(failed)["earlier"]["exam"] == str(earlier)
