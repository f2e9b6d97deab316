"""Two processes that share a batch train as one that has it alone, and the first step is proved under torchrun too.

Of SFT and DPO. KTO is left out: it estimates its KL over the rows of a process, so that fewer rows a process are
another estimate by design.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from vgpt2.files import write_json
from vgpt2.settings import Settings
from vgpt2.training.checkpoints import fault
from vgpt2.training.stage import train_stage

pytestmark = pytest.mark.slow
BATCH = 4
SCRIPTS = Path(__file__).parents[2] / "scripts"


def with_processes(settings: Settings, count: int) -> Settings:
    """The same effective batch, parted among processes; each step is logged, and nothing is drawn at random in it."""
    copied = settings.model_copy(deep=True)
    copied.profile.launch.processes = count
    copied.profile.train.common.update(
        per_device_train_batch_size=BATCH // count, logging_steps=1, learning_rate=1e-3, lora_dropout=0.0
    )
    return copied


def losses(folder: Path) -> list[float]:
    """The training loss of each step."""
    history = json.loads((folder / "trainer_state.json").read_text("utf-8"))["log_history"]
    return [row["loss"] for row in history if "loss" in row]


@pytest.mark.parametrize("stage", ["sft", "dpo"])
def test_two_processes_have_the_loss_of_one(run_dir, settings, tiny_base, tmp_path, stage):
    curves = []
    for count in (1, 2):
        place = tmp_path / f"with-{count}"
        shutil.copytree(run_dir, place)
        train_stage(stage, with_processes(settings, count), place, tiny_base, print)
        folder = place / "saves" / stage
        curves.append(losses(folder))
        newest = max(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
        assert len(list(newest.glob("rng_state*"))) == count  # each process has its own
        if stage == "dpo":
            first = json.loads((folder / "first_step.json").read_text("utf-8"))
            assert first["ok"] and first["loss"] == pytest.approx(0.6931, abs=1e-3)
    one, two = curves
    assert len(one) >= 3 and one[0] != one[-1]
    assert two == pytest.approx(one, abs=1e-3)


def processes_of(folder: Path) -> list[str]:
    """Command lines of what trains into a folder: the launcher, torchrun, its workers and what they started."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or ())
        if str(folder / "train.yaml") in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(words)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="what outlives a stage is ended on Linux")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_two_processes_end_with_their_stage(run_dir, settings, tiny_base, sent, code):
    # They are not started again: transformers 5 loads an optimizer to `cpu:0` then, which torch does not know.
    several = with_processes(settings, 2)
    several.profile.train.sft.update(num_train_epochs=20, save_steps=10, eval_steps=10)
    write_json(run_dir / "settings.json", several.model_dump())
    command = [sys.executable, str(SCRIPTS / "train_stage.py"), "sft", "--settings", str(run_dir / "settings.json")]
    command += ["--run-dir", str(run_dir), "--base", str(tiny_base)]
    folder = run_dir / "saves" / "sft"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        while steps_of(folder) < 10:
            assert process.poll() is None
            time.sleep(0.1)
        assert len(processes_of(folder)) >= 4
        os.kill(process.pid, sent)
        error = process.stderr.read()
        assert process.wait() == code, error
    deadline = time.monotonic() + 20  # a gigabyte is not given back in no time where the machine is busy
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(folder) == []
    at = steps_of(folder)
    assert at < 80
    # each process has written its part
    assert len(list((folder / f"checkpoint-{at}").glob("rng_state_*.pth"))) == 2
    if sent == signal.SIGTERM:
        assert f"error: sft: trainer: ended by SIGTERM; see {folder / 'train.log'}; checkpoint-{at} is kept" in error
        assert fault(folder / f"checkpoint-{at}") == ""


def steps_of(folder: Path) -> int:
    """The step of the newest checkpoint whose state is there, 0 without."""
    names = [path.parent.name for path in folder.glob("checkpoint-*/trainer_state.json")]
    return max((int(name.rpartition("-")[2]) for name in names), default=0)
