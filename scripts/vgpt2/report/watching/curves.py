"""What a stage's logs say so far: figures by step, read from outside while it trains."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.training.run.launch import LOG
from vgpt2.training.run.log_line import figures
from vgpt2.training.run.watch import TRAINER_LOG, read_progress

# What is shown, in this order; rewards stand in the printed log alone.
SHOWN = ("loss", "eval_loss", "rewards/chosen", "rewards/rejected", "rewards/margins", "logps/chosen")
STAGES = ("sft", "dpo", "kto")

Points = list[tuple[int, float]]


@dataclass
class Curves:
    """One stage: figures by name as (step, value), how far it is in words, and whether it is done."""

    stage: str
    series: dict[str, Points] = field(default_factory=dict)
    progress: str = ""
    done: bool = False


def read_curves(run_dir: Path) -> list[Curves]:
    """The stages of a run that have begun, in their order."""
    found = []
    for stage in STAGES:
        folder = run_dir / "saves" / stage
        if (folder / LOG).is_file():
            done = (folder / ".done").exists()
            state = read_progress(folder / TRAINER_LOG)
            said = state[2] if state else "no step yet"
            found.append(Curves(stage, read_series(folder), "done" if done else said, done))
    return found


def read_series(folder: Path) -> dict[str, Points]:
    """Figures by name from a stage's printed log. A printed line has its epoch; what a step is of it, the trainer's
    other log says. A part that was trained once more, after a kill, counts as it came out the last time."""
    pace = _steps_per_epoch(folder / TRAINER_LOG)
    series: dict[str, dict[int, float]] = {name: {} for name in SHOWN}
    last = 0
    try:
        with (folder / LOG).open(encoding="utf-8", errors="replace") as log:
            for line in log:
                found = figures(line) if "'epoch':" in line else {}
                if not pace or not ("loss" in found or "eval_loss" in found):
                    continue
                step = round(found["epoch"] * pace)
                if step < last:
                    series = {name: {at: v for at, v in points.items() if at < step} for name, points in series.items()}
                last = step
                for name in SHOWN:
                    if name in found:
                        series[name][step] = found[name]
    except OSError:
        return {}
    return {name: sorted(points.items()) for name, points in series.items() if points}


def _steps_per_epoch(path: Path) -> float:
    try:
        states = [json.loads(line) for line in path.read_text("utf-8").splitlines()[-3:]]
        state = max(states, key=lambda state: state["current_steps"])
        return float(state["current_steps"]) / float(state["epoch"])
    except (OSError, ValueError, TypeError, LookupError, ZeroDivisionError):
        return 0.0
