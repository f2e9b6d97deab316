"""The real trainer on the tiny model: the chain, the wrong reference, the ways to be ended, and the export."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.training.trained import STEPS, as_tiny, logged, long, new_run, newest

from vgpt2.errors import GateError
from vgpt2.report.collect import training
from vgpt2.training.lineage import read_start
from vgpt2.training.stage import train_stage

pytestmark = pytest.mark.slow
SCRIPTS = Path(__file__).parents[2] / "scripts"


def test_the_chain_and_a_wrong_reference(left_alone, tmp_path, tiny_base):
    whole = left_alone("kto")
    for stage, steps in STEPS.items():
        assert json.loads((whole / "outcomes" / f"{stage}.json").read_text()) == ["trained", steps]

    # the reference is the stage before: nothing is won or lost at step 1
    for stage, loss in (("dpo", 0.6931), ("kto", 0.5)):
        first = json.loads((whole / "saves" / stage / "first_step.json").read_text())
        assert first["ok"] and abs(first["loss"] - loss) < 1e-3
        assert abs(first["chosen"]) < 1e-3 and abs(first["rejected"]) < 1e-3

    # each merged model is whole, differs from the one before, and knows its lineage
    start = read_start(whole / "gates" / "kto.json")
    assert [step["stage"] for step in start.lineage] == ["base", "sft", "dpo", "kto"]
    weights = [Path(step["model"], "model.safetensors").read_bytes() for step in start.lineage]
    assert len(set(weights)) == 4
    for name in ("tokenizer.json", "chat_template.jinja"):
        assert Path(start.model, name).read_bytes() == (tiny_base / name).read_bytes()

    # nothing to do
    run_dir, settings = tmp_path / "run", long(as_tiny())
    shutil.copytree(whole, run_dir)
    again = train_stage("kto", settings, run_dir, run_dir / "gates" / "dpo.json", print)
    assert again.action == "nothing"

    # the adapter of SFT on the base: the reference would be the base, and the run is ended at step 1
    settings.profile.train.dpo["adapter_name_or_path"] = str(run_dir / "saves" / "sft")
    with pytest.raises(GateError, match="dpo: wrong reference policy: at step 1"):
        train_stage("dpo", settings, run_dir, tiny_base, print)
    assert (run_dir / "saves" / "dpo.old-1" / ".done").exists()
    assert not (run_dir / "saves" / "dpo" / ".done").exists()
    assert not list((run_dir / "saves" / "dpo").glob("checkpoint-*"))


class Ended:
    """A stage as a user starts it, sent a signal at its first checkpoint behind a step. `step`: of the newest one
    then."""

    def __init__(self, command: list[str], folder: Path, sent: signal.Signals, after: int) -> None:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, **pipes) as process:
            deadline = time.monotonic() + 240
            while newest(folder) <= after:
                assert process.poll() is None and time.monotonic() < deadline, process.communicate()
                time.sleep(0.02)
            os.kill(process.pid, sent)
            self.said, self.error = process.communicate()
            self.code = process.returncode
        time.sleep(1)
        self.step = newest(folder)
        assert after < self.step < STEPS["sft"]


def test_a_stage_that_is_ended_again_and_again_comes_to_the_same_weights(left_alone, tmp_path, tiny_base, monkeypatch):
    run_dir = new_run(tmp_path / "run", long(as_tiny()))
    command = [sys.executable, str(SCRIPTS / "train_stage.py"), "sft", "--settings", str(run_dir / "settings.json")]
    command += ["--run-dir", str(run_dir), "--base", str(tiny_base)]
    folder = run_dir / "saves" / "sft"

    # by kill -9, and the disk lost the end of a newer checkpoint
    killed = Ended(command, folder, signal.SIGKILL, 0)
    assert killed.code == -9
    newer = folder / "checkpoint-100"
    shutil.copytree(folder / f"checkpoint-{killed.step}", newer)
    (newer / "optimizer.pt").write_bytes((newer / "optimizer.pt").read_bytes()[:1000])

    # by SIGTERM, as when a rented box is taken away: what was pushed goes on elsewhere
    monkeypatch.setenv("PUSH", str(tmp_path / "pushed"))
    size = (folder / "train.log").stat().st_size
    told = Ended(command, folder, signal.SIGTERM, killed.step)
    assert "sft: checkpoint-100 is broken (optimizer.pt is damaged) and deleted" in told.said
    assert f"sft: goes on from {folder / f'checkpoint-{killed.step}'}" in told.said
    said = f"error: sft: trainer: ended by SIGTERM; see {folder / 'train.log'}; checkpoint-{told.step} is kept"
    assert told.code == 143 and said in told.error
    pushed = json.loads((tmp_path / "pushed" / "run" / "manifest.json").read_text())["files"]
    assert f"saves/sft/checkpoint-{told.step}/optimizer.pt" in pushed
    assert (folder / "train.log").stat().st_size > size
    shutil.rmtree(run_dir)
    monkeypatch.delenv("PUSH")
    pull = [sys.executable, str(SCRIPTS / "pull_run.py"), "--from", str(tmp_path / "pushed")]
    subprocess.run([*pull, "--run-dir", str(run_dir)], check=True)

    size = (folder / "train.log").stat().st_size
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"sft: goes on from {folder / f'checkpoint-{told.step}'}" in done.stdout
    assert f"sft: resumed, {STEPS['sft']} steps" in done.stdout
    assert (folder / "train.log").stat().st_size > size
    assert json.loads((folder / "merged" / "lineage.json").read_text())[-1]["stage"] == "sft"
    ends = [(run / "saves/sft/adapter_model.safetensors").read_bytes() for run in (run_dir, left_alone("sft"))]
    assert ends[0] == ends[1]


def test_a_held_out_loss_that_falls_no_more_stops_it(run_dir, settings, tiny_base):
    # nothing is learnt, so that the first evaluation is as good as any
    settings.profile.train.sft.update(
        learning_rate=0.0, num_train_epochs=3, eval_steps=1, save_steps=1, early_stopping_steps=2
    )
    said = []
    done = train_stage("sft", settings, run_dir, tiny_base, said.append)
    folder = run_dir / "saves" / "sft"
    state = json.loads((folder / "trainer_state.json").read_text())
    assert (done.action, done.steps, state["global_step"], state["max_steps"]) == ("trained", 3, 3, 12)
    losses = logged(folder, "eval_loss")
    assert len(losses) >= 3 and losses == pytest.approx(losses[:1] * len(losses))
    line = "sft: stopped at step 3 of 12: the held-out loss fell no more in 2 evaluations; checkpoint-1 is taken"
    assert said == [f"{line} (loss {losses[0]:.4f})"]
    # and so say the report and its figures
    assert training(folder)["ended"] == said[0]
    # what was not trained is what it was
    merged, base = (path / "model.safetensors" for path in (folder / "merged", tiny_base))
    assert merged.read_bytes() == base.read_bytes()


def test_export_takes_the_last_promoted_model_and_says_when_there_is_none(run_dir, settings, tiny_base):
    from vgpt2.catalog.model import Catalog
    from vgpt2.settings import load_database
    from vgpt2.training.export.export import export

    shutil.copytree(tiny_base, run_dir / "base")
    result = export(run_dir, settings, Catalog(load_database("vista.yaml")), run_dir / "export")
    assert result["stages"] == []
    card = (run_dir / "export" / "README.md").read_text("utf-8")
    assert "**No stage was promoted: this is the base model, untouched.**" in card
    assert (run_dir / "export" / "model.safetensors").read_bytes() == (tiny_base / "model.safetensors").read_bytes()
    assert 'PARAMETER stop "<|im_end|>"' in (run_dir / "export" / "Modelfile").read_text("utf-8")
    assert (run_dir / "export" / ".done").exists()
