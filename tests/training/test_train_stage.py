"""The real trainer on the tiny model: the chain, the wrong reference, a kill, and the export. About two minutes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vgpt2.errors import GateError
from vgpt2.files import write_json
from vgpt2.training.lineage import read_start
from vgpt2.training.stage import train_stage

pytestmark = pytest.mark.slow
SCRIPTS = Path(__file__).parents[2] / "scripts"


def gate(run_dir: Path, stage: str) -> Path:
    """A gate that promotes the stage."""
    done = json.loads((run_dir / "saves" / stage / ".done").read_text("utf-8"))
    write_json(run_dir / "gates" / f"{stage}.json", {"verdict": "promoted", **done})
    return run_dir / "gates" / f"{stage}.json"


def test_the_chain_and_a_wrong_reference(run_dir, settings, tiny_base):
    said = []
    # steps that show in a dozen rows
    settings.profile.train.common["learning_rate"] = 1e-3
    sft = train_stage("sft", settings, run_dir, tiny_base, said.append)
    assert (sft.action, sft.steps) == ("trained", 4)
    dpo = train_stage("dpo", settings, run_dir, gate(run_dir, "sft"), said.append)
    kto = train_stage("kto", settings, run_dir, gate(run_dir, "dpo"), said.append)
    assert (dpo.action, kto.action) == ("trained", "trained")

    # the reference is the stage before: nothing is won or lost at step 1
    for stage, loss in (("dpo", 0.6931), ("kto", 0.5)):
        first = json.loads((run_dir / "saves" / stage / "first_step.json").read_text())
        assert first["ok"] and abs(first["loss"] - loss) < 1e-3
        assert abs(first["chosen"]) < 1e-3 and abs(first["rejected"]) < 1e-3

    # each merged model is whole, differs from the one before, and knows its lineage
    start = read_start(gate(run_dir, "kto"))
    assert [step["stage"] for step in start.lineage] == ["base", "sft", "dpo", "kto"]
    weights = [Path(step["model"], "model.safetensors").read_bytes() for step in start.lineage]
    assert len(set(weights)) == 4
    for name in ("tokenizer.json", "chat_template.jinja"):
        assert Path(start.model, name).read_bytes() == (tiny_base / name).read_bytes()

    # nothing to do
    again = train_stage("kto", settings, run_dir, run_dir / "gates" / "dpo.json", said.append)
    assert again.action == "nothing"

    # the adapter of SFT on the base: the reference would be the base, and the run is ended at step 1
    settings.profile.train.dpo["adapter_name_or_path"] = str(run_dir / "saves" / "sft")
    with pytest.raises(GateError, match="dpo: wrong reference policy: at step 1"):
        train_stage("dpo", settings, run_dir, tiny_base, said.append)
    assert (run_dir / "saves" / "dpo.old-1" / ".done").exists()
    assert not (run_dir / "saves" / "dpo" / ".done").exists()
    assert not list((run_dir / "saves" / "dpo").glob("checkpoint-*"))


@pytest.fixture(scope="module")
def left_alone() -> dict[str, bytes]:
    """The adapter of the stage that nothing ends, once it is trained: the same for every way to end it."""
    return {}


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [
        (signal.SIGKILL, -9, ""),
        (
            signal.SIGTERM,
            143,
            "error: sft: trainer: ended by SIGTERM; see {log}; checkpoint-{step} is kept",
        ),
    ],
)
def test_a_stage_that_was_ended_goes_on_to_the_same_weights(
    run_dir, settings, tiny_base, tmp_path, monkeypatch, left_alone, sent, code, said
):
    # Without dropout nothing is drawn at random within a step, so that the same bytes can be asked for.
    settings.profile.train.sft.update(num_train_epochs=20, save_steps=10, eval_steps=10, lora_dropout=0.0)
    write_json(run_dir / "settings.json", settings.model_dump())
    command = [sys.executable, str(SCRIPTS / "train_stage.py"), "sft", "--settings", str(run_dir / "settings.json")]
    command += ["--run-dir", str(run_dir), "--base", str(tiny_base)]
    folder = run_dir / "saves" / "sft"
    if sent == signal.SIGTERM:
        monkeypatch.setenv("PUSH", str(tmp_path / "pushed"))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.time() + 180
        while not list(folder.glob("checkpoint-*/trainer_state.json")) and time.time() < deadline:
            assert process.poll() is None
            time.sleep(0.1)
        os.kill(process.pid, sent)
        error = process.stderr.read()
        assert process.wait() == code
    time.sleep(1)
    steps = sorted(int(path.parent.name.rpartition("-")[2]) for path in folder.glob("checkpoint-*/trainer_state.json"))
    assert steps and steps[-1] < 80
    assert said.format(log=folder / "train.log", step=steps[-1]) in error
    if sent == signal.SIGTERM:  # the box is gone: what was pushed goes on elsewhere
        pushed = json.loads((tmp_path / "pushed" / "run" / "manifest.json").read_text())["files"]
        assert f"saves/sft/checkpoint-{steps[-1]}/optimizer.pt" in pushed
        shutil.rmtree(run_dir)
        pull = [sys.executable, str(SCRIPTS / "pull_run.py"), "--from", str(tmp_path / "pushed")]
        subprocess.run([*pull, "--run-dir", str(run_dir)], check=True)
    else:  # and the disk lost the end of a newer one
        newer = folder / f"checkpoint-{steps[-1] + 10}"
        shutil.copytree(folder / f"checkpoint-{steps[-1]}", newer)
        (newer / "optimizer.pt").write_bytes((newer / "optimizer.pt").read_bytes()[:1000])
    size = (folder / "train.log").stat().st_size
    monkeypatch.delenv("PUSH", raising=False)
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "sft: goes on from" in done.stdout and "sft: resumed, 80 steps" in done.stdout
    assert (folder / "train.log").stat().st_size > size
    assert json.loads((folder / "merged" / "lineage.json").read_text())[-1]["stage"] == "sft"
    adapter = (folder / "adapter_model.safetensors").read_bytes()
    if not left_alone:
        shutil.rmtree(folder)
        train_stage("sft", settings, run_dir, tiny_base, print)
        left_alone["adapter"] = (folder / "adapter_model.safetensors").read_bytes()
    assert adapter == left_alone["adapter"]


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
