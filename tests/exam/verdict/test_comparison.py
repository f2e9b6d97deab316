"""Several exams at once: each against the best before it, corrected for the number of tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.exam.verdict.comparison import compare_all
from vgpt2.exam.verdict.results import label
from vgpt2.files import read_json

SCRIPT = Path(__file__).parents[3] / "scripts" / "compare_checkpoints.py"


def outcomes(right: int, of: int = 30) -> list[str]:
    """So many right, the first ones, the others wrong."""
    return ["right"] * right + ["wrong"] * (of - right)


def run(*words: object) -> subprocess.CompletedProcess:
    """The script, as make calls it."""
    return subprocess.run([sys.executable, str(SCRIPT), *map(str, words)], capture_output=True, text=True)


def test_each_is_tested_against_the_best_before_it(write_exam):
    exams = [write_exam(name, outcomes(right)) for name, right in (("a", 8), ("b", 14), ("c", 11), ("d", 20))]
    label(exams)
    found = compare_all(exams, 0.05)
    pairs = [(item["new"], item["earlier"], item["gained"], item["lost"]) for item in found["comparisons"]]
    assert pairs == [("b", "a", 6, 0), ("c", "b", 0, 3), ("d", "b", 6, 0)]
    # Two-sided: 2 / 2**6 and 2 / 2**3; the two smallest times three and times two, never falling.
    assert [item["p"] for item in found["comparisons"]] == [0.0312, 0.25, 0.0312]
    assert [item["p_holm"] for item in found["comparisons"]] == [0.0938, 0.25, 0.0938]
    assert found["best"] == "d"
    assert "3 comparisons were made" in found["note"]
    assert "up to 14%" in found["note"]


def test_checkpoints_of_one_stage_are_told_apart_and_what_changed_is_shown(write_exam, tmp_path):
    texts = [f"question {number}" for number in range(30)]
    for step, right in ((5, 9), (10, 12), (15, 11)):
        write_exam(f"checkpoint-{step}/exam", outcomes(right), question=texts)
    files = [tmp_path / f"checkpoint-{step}" / "exam.json" for step in (5, 10, 15)]
    done = run(*files, "--verbose", "--output", tmp_path / "gate.json")
    assert done.returncode == 0, done.stderr
    for shown in ("checkpoint-5/exam", "lost: q11", "  q11: right -> wrong: question 11", "p (Holm)"):
        assert shown in done.stdout
    assert done.stdout.splitlines()[-1].startswith(
        "compare_checkpoints: kept_earlier: checkpoint-15/exam answers 11 of 30 right (37%), fewer than "
        "checkpoint-10/exam with 12"
    )
    gate = read_json(tmp_path / "gate.json")
    assert [row["right"] for row in gate["exams"]] == [9, 12, 11]
    assert (gate["best"], gate["model"]) == ("checkpoint-10/exam", "saves/checkpoint-10/exam")


def test_any_two_results_can_be_looked_at_without_a_gate(write_exam, tmp_path):
    files = [write_exam(name, outcomes(right)).path for name, right in (("a", 8), ("b", 9))]
    before = sorted(tmp_path.iterdir())
    done = run(*files)
    assert done.returncode == 0, done.stderr
    assert "gained: q8\nlost: none\n" in done.stdout
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.write_text(path.read_text()[:300]), "b.json:"),
        (lambda path: path.write_text(path.read_text().replace("aaaa", "bbbb")), "an exam of another suite"),
        (
            lambda path: path.write_text(path.read_text().replace('"mode": "schema"', '"mode": "memory"')),
            "in mode memory",
        ),
        (lambda path: path.write_text("[]"), "not an exam result"),
    ],
)
def test_a_bad_file_is_one_line_and_the_gate_of_before_stays(write_exam, tmp_path, change, words):
    files = [write_exam(name, outcomes(8)).path for name in ("a", "b")]
    change(files[1])
    gate = tmp_path / "gate.json"
    gate.write_text("of before")
    done = run(*files, "--output", gate)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr
    assert gate.read_text() == "of before"
