"""A chain that the real trainer made and nobody ended, for every test that asks what another training should be like.

Each stage is trained once; of two workers the one that asks first trains it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from vgpt2.files import write_json
from vgpt2.settings import Settings, load_profile
from vgpt2.training.checkpoints import step_of
from vgpt2.training.data.register import register
from vgpt2.training.stage import train_stage

DATA = Path(__file__).parents[1] / "fixtures" / "training" / "data"
STAGES = ("sft", "dpo", "kto")
STEPS = {"sft": 24, "dpo": 12, "kto": 12}


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker to ask fills, for all of them; not to be changed.

    Args:
        make: fills the folder, which is there.
    """
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(folder.with_suffix(".lock")):
        done = folder.with_suffix(".made")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def as_tiny() -> Settings:
    """Profile tiny, for a run whose data are a dozen rows."""
    profile = load_profile("tiny")
    return Settings(run="t", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=profile)


def long(settings: Settings, processes: int = 1) -> Settings:
    """So that a stage can be ended on its way and every step is logged; steps that show in a dozen rows, and nothing
    drawn at random within one, so that the same bytes can be asked for. Four rows a step, among all processes."""
    copied = settings.model_copy(deep=True)
    copied.profile.launch.processes = processes
    copied.profile.train.common.update(
        learning_rate=1e-3,
        lora_dropout=0.0,
        logging_steps=1,
        per_device_train_batch_size=4 // processes,
        report_to="tensorboard",
    )
    copied.profile.train.sft.update(num_train_epochs=6, save_steps=4, eval_steps=4)
    copied.profile.train.dpo.update(num_train_epochs=4, save_steps=3, eval_steps=3)
    # Far enough that its KL is above 0 at some steps: an estimate below counts as 0.
    copied.profile.train.kto.update(num_train_epochs=4, learning_rate=3e-3)
    return copied


def new_run(folder: Path, settings: Settings) -> Path:
    """A run with registered data and settings, and nothing trained."""
    shutil.copytree(DATA, folder / "data")
    register(folder / "data", "vgpt2_v3", folder / "data" / "dataset_info.json")
    write_json(folder / "settings.json", settings.model_dump())
    return folder


def gate(run_dir: Path, stage: str) -> Path:
    """A gate that promotes the stage."""
    done = json.loads((run_dir / "saves" / stage / ".done").read_text("utf-8"))
    write_json(run_dir / "gates" / f"{stage}.json", {"verdict": "promoted", **done})
    return run_dir / "gates" / f"{stage}.json"


def train(run: Path, stage: str, base: Path) -> None:
    """Train a stage from a gate or a model, as `long` says, and promote it; what is noted in `outcomes`: what became of
    it, and its steps."""
    done = train_stage(stage, long(as_tiny()), run, base, print)
    write_json(run / "outcomes" / f"{stage}.json", [done.action, done.steps])
    gate(run, stage)


def logged(folder: Path, name: str = "loss") -> list[float]:
    """A figure of each step, or of each evaluation, from the state of a trainer or of a checkpoint."""
    history = json.loads((folder / "trainer_state.json").read_text("utf-8"))["log_history"]
    kind = "eval_loss" if name.startswith("eval_") else "loss"
    return [row[name] for row in history if kind in row]


def newest(folder: Path) -> int:
    """The step of the newest checkpoint whose state is there, and that a training of these can have made; 0 without."""
    steps = [step_of(path.parent) for path in folder.glob("checkpoint-*/trainer_state.json")]
    return max((step for step in steps if step <= max(STEPS.values())), default=0)
