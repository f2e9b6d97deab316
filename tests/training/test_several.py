"""Two processes that share a batch train as one that has it alone, and the first step is proved under torchrun too.

Of SFT and DPO. KTO is left out: it estimates its KL over the rows of a process, so that fewer rows a process are
another estimate by design.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from vgpt2.settings import Settings
from vgpt2.training.stage import train_stage

pytestmark = pytest.mark.slow
BATCH = 4


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
