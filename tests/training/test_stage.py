"""A stage from end to end around a stand-in for the trainer: a script that prints a log and leaves weights behind."""

import json
import sys

import pytest

from vgpt2.errors import GateError, UserError
from vgpt2.files import write_json
from vgpt2.training import resume, stage
from vgpt2.training.data.register import stage_datasets
from vgpt2.training.run import launch
from vgpt2.training.stage import train_stage

FIRST = "{'loss': '0.6931', 'rewards/chosen': '0', 'rewards/rejected': '0'}"


@pytest.fixture
def base(tmp_path):
    """A folder that passes for a model where nothing loads it."""
    write_json(tmp_path / "base" / "config.json", {})
    write_json(tmp_path / "base" / ".done", {})
    return tmp_path / "base"


@pytest.fixture
def trainer(monkeypatch, settings, run_dir):
    """Sets what the stand-in prints; `code` is its exit code."""
    monkeypatch.setattr(stage, "stage_config", light_config)
    settings.profile.launch.processes = 1

    def prints(*lines, code=0):
        def command(config):
            leave = f"import pathlib; folder = pathlib.Path({str(config.parent)!r})"
            leave += "; [(folder / name).write_text('{}') for name in ('config.json', 'model.safetensors')]"
            return [sys.executable, "-c", f"{leave}; print({chr(10).join(lines)!r}); raise SystemExit({code})"]

        monkeypatch.setattr(launch, "command", command)

    return prints


def light_config(name, profile, seed, data_dir, model, output_dir, where):
    """What the stages read of a config, made without LLaMA-Factory."""
    dataset, evaluation = stage_datasets(data_dir, name)
    data = {"dataset": dataset, "eval_dataset": evaluation, "dataset_dir": str(data_dir)}
    return {**data, "finetuning_type": "full", "seed": seed}


def test_a_first_step_that_is_right_goes_through(trainer, settings, run_dir, base):
    trainer(FIRST)
    assert train_stage("dpo", settings, run_dir, base, print).action == "trained"
    assert json.loads((run_dir / "saves" / "dpo" / "first_step.json").read_text())["ok"] is True


def test_a_first_step_that_never_showed_stops_the_stage(trainer, settings, run_dir, base):
    folder = run_dir / "saves" / "dpo"
    trainer(FIRST, code=1)
    with pytest.raises(UserError, match="trainer: ended with code 1"):
        train_stage("dpo", settings, run_dir, base, print)
    assert (folder / "first_step.json").exists()  # of a run that does not count: it got to no checkpoint
    trainer("{'train_loss': '0.5'}")
    with pytest.raises(GateError, match="dpo: the reference policy is not proved"):
        train_stage("dpo", settings, run_dir, base, print)
    assert not (folder / "first_step.json").exists()
    assert not (folder / ".done").exists()


def test_a_run_goes_on_only_from_a_first_step_that_passed(trainer, settings, run_dir, base, checkpoint):
    folder = run_dir / "saves" / "kto"
    trainer(FIRST, code=1)
    with pytest.raises(UserError):
        train_stage("kto", settings, run_dir, base, print)
    checkpoint(folder, 5)
    first = (folder / "first_step.json").read_text()
    (folder / "first_step.json").unlink()
    trainer("{'loss': '0.1', 'rewards/chosen': '2', 'rewards/rejected': '-2'}")
    with pytest.raises(GateError, match="kto: the reference policy is not proved"):
        train_stage("kto", settings, run_dir, base, print)
    (folder / "first_step.json").write_text(first)
    assert train_stage("kto", settings, run_dir, base, print).action == "resumed"


def test_fine_tuning_has_no_reference_to_prove(trainer, settings, run_dir, base):
    trainer("{'train_loss': '0.5'}")
    assert train_stage("sft", settings, run_dir, base, print).action == "trained"


def test_after_the_end_of_memory_the_stage_goes_on_with_half_the_batch(trainer, settings, run_dir, base, monkeypatch):
    config = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 1}
    monkeypatch.setattr(stage, "stage_config", lambda *given: light_config(*given) | config)
    trainer("{'train_loss': '0.5'}")
    fits = launch.command
    starts = []

    def command(yaml_file):
        starts.append(yaml_file.read_text())
        if len(starts) == 1:
            return [sys.executable, "-c", "print('torch.OutOfMemoryError: CUDA out of memory'); raise SystemExit(1)"]
        return fits(yaml_file)

    monkeypatch.setattr(launch, "command", command)
    said = []
    assert train_stage("sft", settings, run_dir, base, said.append).action == "trained"
    assert (
        "sft: not enough memory; once more with per_device_train_batch_size 2 and gradient_accumulation_steps 2" in said
    )
    assert ["per_device_train_batch_size: 4" in text for text in starts] == [True, False]
    assert (
        json.loads((run_dir / "saves" / "sft" / "memory.json").read_text())["halved"]["per_device_train_batch_size"]
        == 2
    )
    # and a rerun has nothing to do
    assert train_stage("sft", settings, run_dir, base, print).action == "nothing"


def test_without_room_the_old_folder_stays_where_it_is(trainer, settings, run_dir, base, monkeypatch):
    folder = run_dir / "saves" / "sft"
    resume.begin(folder, {"of": "another training"})
    monkeypatch.setattr(stage, "needed_bytes", lambda model, config: 1 << 60)
    with pytest.raises(UserError, match="GiB free"):
        train_stage("sft", settings, run_dir, base, print)
    assert [path.name for path in folder.parent.iterdir()] == ["sft"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("data", "trained from other data (sft.jsonl); that would cost the trained stage sft"),
        ("config", "trained from another config; that would cost"),
        ("base", "trained from another base; that would cost"),
    ],
)
def test_what_was_trained_from_something_else_is_kept_unless_told_otherwise(
    trainer, settings, run_dir, base, changed, said
):
    trainer("{'train_loss': '0.5'}")
    train_stage("sft", settings, run_dir, base, print)
    folder = run_dir / "saves" / "sft"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    match changed:
        case "data":
            with (run_dir / "data" / "sft.jsonl").open("a", encoding="utf-8") as handle:
                handle.write('{"id": "x", "instruction": "a", "output": "b"}\n')
        case "config":
            settings.seed += 1
        case "base":
            write_json(base / ".done", {"another": 1})
    with pytest.raises(UserError) as caught:
        train_stage("sft", settings, run_dir, base, print, keep=True)
    assert said in caught.value.message
    assert "FRESH=1" in caught.value.message
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert train_stage("sft", settings, run_dir, base, print).action == "trained"
    assert (run_dir / "saves" / "sft.old-1" / ".done").exists()


NOT_A_NUMBER = "{'loss': 'nan', 'grad_norm': 'nan', 'epoch': '0.9'}"


def test_a_loss_that_is_no_number_leaves_the_best_checkpoint(trainer, settings, run_dir, base, checkpoint, monkeypatch):
    folder = run_dir / "saves" / "sft"
    config = {"finetuning_type": "full"}
    monkeypatch.setattr(stage, "stage_config", lambda *given: light_config(*given) | config)
    trainer("{'loss': '0.5'}", NOT_A_NUMBER, "{'train_loss': '0.5'}")
    with pytest.raises(GateError, match=r"loss is nan; lower .*; there is no evaluated checkpoint to go on with"):
        train_stage("sft", settings, run_dir, base, print)
    assert not (folder / ".done").exists()

    for step in (4, 8):
        place = checkpoint(folder, step, best_global_step=4)
        (place / "adapter_model.safetensors").rename(place / "model.safetensors")
        write_json(place / "config.json", {"step": step})
    said = []
    outcome = train_stage("sft", settings, run_dir, base, said.append)
    assert "loss is nan; lower train.sft.learning_rate; checkpoint-4, the best by held-out loss, is taken" in said[-1]
    assert (outcome.steps, outcome.loss) == (4, None)
    assert json.loads((folder / "merged" / "config.json").read_text()) == {"step": 4}
    last = json.loads((folder / "merged" / "lineage.json").read_text())[-1]
    assert last["checkpoint"] == "checkpoint-4" and "loss is nan" in last["ended"]
    # Cut off before the merge, it is not trained into the same fault again.
    (folder / ".done").unlink()
    trainer("{'train_loss': '0.5'}", code=1)
    assert train_stage("sft", settings, run_dir, base, said.append).action == "resumed"
    assert train_stage("sft", settings, run_dir, base, said.append).action == "nothing"


def test_early_stopping_is_said(trainer, settings, run_dir, base, monkeypatch):
    monkeypatch.setattr(stage, "stage_config", lambda *given: light_config(*given) | {"early_stopping_steps": 3})
    state = {"global_step": 80, "max_steps": 100, "best_model_checkpoint": "/x/checkpoint-50", "best_metric": 0.25}
    write_json(run_dir / "state.json", state)
    trainer("{'train_loss': '0.5'}")
    plain = launch.command

    def command(config):
        words = plain(config)
        here, there = str(run_dir / "state.json"), str(config.parent / "trainer_state.json")
        return [*words[:-1], f"import shutil; shutil.copy({here!r}, {there!r}); {words[-1]}"]

    monkeypatch.setattr(launch, "command", command)
    said = []
    train_stage("sft", settings, run_dir, base, said.append)
    assert said == [
        "sft: stopped at step 80 of 100: the held-out loss fell no more in 3 evaluations; checkpoint-50 is taken"
        " (loss 0.2500)"
    ]
