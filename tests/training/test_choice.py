"""The best checkpoint of a stage by exam: with the real trainer on the tiny model, adapters and whole weights."""

import json

import pytest

from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import read_suite, write_suite
from vgpt2.exam.suite import choice as questions_of
from vgpt2.exam.suite.suite import build
from vgpt2.exam.times import read_times
from vgpt2.exam.verdict.results import Exam
from vgpt2.files import read_json, sha256
from vgpt2.settings import load_profile
from vgpt2.training import choice
from vgpt2.training.lineage import read_start
from vgpt2.training.stage import train_stage

COUNTS = {"schema": 6, "sql": 10, "hallucination": 6, "join": 3, "error_correction": 3, "business": 3}


@pytest.fixture(scope="module")
def suite(sample):
    """Few questions of each category."""
    with Rows(sample) as rows:
        return build(sample, load_profile("tiny").data, 7, rows, counts=COUNTS)[0]


@pytest.fixture
def examined_run(run_dir, sample, suite, settings, monkeypatch):
    """A run with a catalog and a suite, whose choice asks few questions."""
    monkeypatch.setattr(questions_of, "COUNTS", COUNTS)
    settings.profile.exam.max_new_tokens = 4
    save(sample, run_dir / "catalog.json")
    write_suite(run_dir / "suite" / "full.jsonl", suite)
    return run_dir


@pytest.mark.slow
@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_every_checkpoint_is_kept_and_examined_and_the_best_is_merged(examined_run, settings, tiny_base, tuning):
    # Four evaluations, where two checkpoints would be kept without the option.
    settings.profile.train.sft.update(finetuning_type=tuning, save_steps=0.25, eval_steps=0.25, learning_rate=1e-3)
    said = []
    done = train_stage("sft", settings, examined_run, tiny_base, said.append, choose=True)
    folder = examined_run / "saves" / "sft"
    found = read_json(folder / "choice.json")
    names = ["checkpoint-1", "checkpoint-2", "checkpoint-3", "checkpoint-4"]
    assert [row["checkpoint"] for row in found["checkpoints"]] == names
    # A model of a million weights knows nothing: all are as good, and the earliest is taken, not the best by loss.
    assert [row["right"]["count"] for row in found["checkpoints"]] == [found["checkpoints"][0]["right"]["count"]] * 4
    assert (found["chosen"], found["by_loss"]) == ("checkpoint-1", "checkpoint-4")
    assert found["against_last"] == {"last": "checkpoint-4", "p_holm": 1.0, "tests": 3}
    assert any("sft: checkpoint-1 is the best of 4 checkpoints by exam" in line for line in said)

    # It is the one that goes on.
    assert read_json(folder / "merged" / "lineage.json")[-1]["checkpoint"] == "checkpoint-1"
    if tuning == "full":
        merged, kept = (folder / name / "model.safetensors" for name in ("merged", "checkpoint-1"))
        assert sha256(merged) == sha256(kept) != sha256(folder / "model.safetensors")
    asked = read_suite(folder / "choice" / "questions.jsonl")
    suite = read_suite(examined_run / "suite" / "full.jsonl")
    assert not {question.question for question in asked} & {question.question for question in suite}
    assert sorted(path.name for path in (folder / "choice").iterdir() if path.is_dir()) == []

    # A rerun does nothing; one that was cut off before the merge asks nothing again and chooses the same.
    assert done.action == "trained"
    assert train_stage("sft", settings, examined_run, tiny_base, said.append, choose=True).action == "nothing"
    (folder / ".done").unlink()
    assert train_stage("sft", settings, examined_run, tiny_base, said.append, choose=True).action == "resumed"
    assert read_json(folder / "choice.json") == found
    assert [read_times(folder / "choice" / f"{name}.json")["asked"] for name in names] == [0, 0, 0, 0]


@pytest.fixture
def examined(monkeypatch, tmp_path, tiny_base, sample, settings, checkpoint):
    """Chooses from checkpoints that answer so many questions right: as the trainer and the exams would leave them."""

    def choose(*right: int) -> tuple[str, dict, list[str]]:
        folder, said = tmp_path / "sft", []
        for step in range(1, len(right) + 1):
            checkpoint(folder, step)

        def exams(settings, catalog, questions, start, found, work) -> list[Exam]:
            outcomes = [["right"] * count + ["wrong"] * (20 - count) for count in right]
            rows = [[{"id": f"q{n}", "outcome": name} for n, name in enumerate(names)] for names in outcomes]
            results = [{"questions": row, "suite_hash": "s"} for row in rows]
            return [Exam(work / f"{path.name}.json", result) for path, result in zip(found, results, strict=True)]

        monkeypatch.setattr(choice, "examined", exams)
        best = choice.choose_checkpoint(settings, sample, [None] * 20, read_start(tiny_base), folder, said.append)
        return best.name, json.loads((folder / "choice.json").read_text()), said

    monkeypatch.setattr(choice, "write_suite", lambda path, questions: None)
    return choose


@pytest.mark.parametrize(
    ("right", "best", "p"),
    [
        # Nine more than the last, none fewer: 2 / 2**9, twice for the two that could have been the best.
        ((4, 14, 5), "checkpoint-2", 0.00781),
        ((7, 7, 3), "checkpoint-1", 0.25),
        ((3, 4, 5), "checkpoint-3", None),
        ((5, 3, 5), "checkpoint-1", 1.0),
        ((6,), "checkpoint-1", None),
    ],
)
def test_most_right_answers_win_and_of_as_good_ones_the_earliest(examined, right, best, p):
    chosen, found, said = examined(*right)
    assert (chosen, found["chosen"], found["against_last"]["p_holm"]) == (best, best, p)
    assert len(said) == 1


def test_without_checkpoints_there_is_nothing_to_choose(tmp_path, settings, sample, tiny_base):
    with pytest.raises(UserError, match="no checkpoint to choose from; set save_strategy and save_steps"):
        choice.choose_checkpoint(settings, sample, [], read_start(tiny_base), tmp_path, print)
