"""Two processes that share a batch train as one that has it alone, the first step is proved under torchrun too, and
they end with their stage.

KTO as well: its KL is an estimate over the rows of one micro-batch of all processes together. What it prints of rewards
and KL is another thing: LLaMA-Factory adds up by place what processes have, and one whose rows are all good, or all
bad, has fewer places.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.training.trained import STEPS, as_tiny, logged, long, new_run, newest

from vgpt2.training.checkpoints import fault
from vgpt2.training.stage import train_stage

pytestmark = pytest.mark.slow
SCRIPTS = Path(__file__).parents[2] / "scripts"
LEAST = 6  # steps that are compared


@pytest.fixture
def base_of(tiny_base, left_alone):
    """What a stage of the run that was left alone started from."""

    def find(stage: str) -> Path:
        before = {"dpo": "sft", "kto": "dpo"}.get(stage)
        return left_alone(before) / "gates" / f"{before}.json" if before else tiny_base

    return find


@pytest.mark.skipif(sys.platform != "linux", reason="what outlives a stage is ended on Linux")
@pytest.mark.parametrize(("stage", "sent", "code"), [("sft", signal.SIGTERM, 143), ("dpo", signal.SIGKILL, -9)])
def test_two_processes_have_the_losses_of_one_and_end_with_it(left_alone, base_of, tmp_path, stage, sent, code):
    # They are not started again: transformers 5 loads an optimizer to `cpu:0` then, which torch does not know.
    run_dir = new_run(tmp_path / "run", long(as_tiny(), processes=2))
    command = [sys.executable, str(SCRIPTS / "train_stage.py"), stage, "--settings", str(run_dir / "settings.json")]
    command += ["--run-dir", str(run_dir), "--base", str(base_of(stage))]
    folder = run_dir / "saves" / stage
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        while newest(folder) < LEAST:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        assert len(processes_of(folder)) >= 4
        os.kill(process.pid, sent)
        error = process.stderr.read()
        assert process.wait() == code, error
    deadline = time.monotonic() + 20  # a gigabyte is not given back in no time where the machine is busy
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(folder) == []
    at = newest(folder)
    assert LEAST <= at < STEPS[stage]
    # each process has written its part
    assert len(list((folder / f"checkpoint-{at}").glob("rng_state_*.pth"))) == 2
    if sent == signal.SIGTERM:
        assert (
            f"error: {stage}: trainer: ended by SIGTERM; see {folder / 'train.log'}; checkpoint-{at} is kept" in error
        )
        assert fault(folder / f"checkpoint-{at}") == ""
    if stage == "dpo":
        assert first_loss(folder) == pytest.approx(0.6931, abs=1e-3)
    two, one = logged(folder / f"checkpoint-{at}"), logged(left_alone(stage) / "saves" / stage)
    assert len(two) >= LEAST and one[0] != one[len(two) - 1]
    assert two == pytest.approx(one[: len(two)], abs=1e-3)


def test_two_processes_have_the_losses_of_one_in_kto_too_and_print_other_rewards(left_alone, base_of, tmp_path):
    settings = long(as_tiny(), processes=2)
    run_dir = new_run(tmp_path / "run", settings)
    train_stage("kto", settings, run_dir, base_of("kto"), print)
    two, one = run_dir / "saves" / "kto", left_alone("kto") / "saves" / "kto"
    assert first_loss(two) == pytest.approx(0.5, abs=1e-3)
    assert len(logged(two)) == STEPS["kto"] and logged(two)[0] != logged(two)[-1]
    assert logged(two) == pytest.approx(logged(one), abs=1e-3)
    # A KL of each process's own rows would show in the losses. (Were it added up rightly, it would be printed twice as
    # large.)
    assert max(logged(one, "kl")) > 1
    assert logged(two, "kl") != pytest.approx([2 * kl for kl in logged(one, "kl")], abs=0.1)
    both = [pair for pair in zip(rewards(two), rewards(one), strict=True) if None not in pair]
    assert max(abs(here - there) for here, there in both) > 0.01


def rewards(folder: Path) -> list[float | None]:
    """Those of the good answers of each step; None where none was printed."""
    history = json.loads((folder / "trainer_state.json").read_text("utf-8"))["log_history"]
    return [row.get("rewards/chosen") for row in history if "loss" in row]


def first_loss(folder: Path) -> float:
    """That of a first step that was proved."""
    first = json.loads((folder / "first_step.json").read_text("utf-8"))
    assert first["ok"]
    return first["loss"]


def processes_of(folder: Path) -> list[str]:
    """Command lines of what trains into a folder: the launcher, torchrun, its workers and what they started."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or ())
        if str(folder / "train.yaml") in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(words)
    return found
