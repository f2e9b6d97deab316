"""When a stage is not worth its hours any more: seen in the trainer's log, from outside, and ended there.

Three things end it: a loss that is no number, answers to be preferred that become improbable (DPO may lower both sides
as long as the other falls faster), and rewards that do not move.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vgpt2.errors import GateError
from vgpt2.settings import WatchSettings
from vgpt2.training.run.log_line import figures
from vgpt2.training.run.watch import TRAINER_LOG, read_progress

# One logged step is a few rows: a fall must show in so many, and to stand still takes more.
FALLS, STILL = 3, 10
LOSSES = ("loss", "eval_loss")


class Ended(GateError):
    """A stage that was ended by what its log said; the message says where and why."""


def health_watch(stage: str, config: dict[str, Any], folder: Path, limits: WatchSettings) -> Callable[[str], None]:
    """Looks at every line of the trainer's log; raises `Ended` at what makes the rest of the stage useless."""
    beta = config.get("pref_beta", 0.1)
    falls: deque[float] = deque(maxlen=FALLS)
    moved, looked = 0.0, 0

    def on_line(line: str) -> None:
        nonlocal moved, looked
        found = figures(line)
        for name in LOSSES:
            if not math.isfinite(found.get(name, 0.0)):
                raise Ended(f"{stage}: ended {_at(folder)}: {name} is {found[name]}; lower train.{stage}.learning_rate")
        if "rewards/chosen" not in found and "rewards/rejected" not in found:
            return
        if "loss" not in found:  # an evaluation
            return
        # A reward is beta times what log probability was won against the reference, on the very same rows.
        if "rewards/chosen" in found:
            falls.append(-found["rewards/chosen"] / beta)
        if len(falls) == FALLS and min(falls) > limits.max_chosen_fall:
            raise Ended(
                f"{stage}: ended {_at(folder)}: logps/chosen lies {min(falls):.0f} and more under the reference's in"
                f" {FALLS} logged steps, limit {limits.max_chosen_fall:g} (watch.max_chosen_fall); lower"
                f" train.{stage}.learning_rate, or set pref_ftx"
            )
        looked += 1
        moved = max(moved, *(abs(value) for name, value in found.items() if name.startswith("rewards/ma")), 0.0)
        moved = max(moved, *(abs(found.get(f"rewards/{side}", 0.0)) for side in ("chosen", "rejected")))
        if looked >= STILL and moved < limits.min_reward and _share(folder) >= 0.5:
            raise Ended(
                f"{stage}: ended {_at(folder)}: no reward has come to {limits.min_reward:g} (watch.min_reward) in"
                f" {looked} logged steps; raise train.{stage}.learning_rate, or leave the stage out (STOP_AFTER)"
            )

    return on_line


def _at(folder: Path) -> str:
    state = read_progress(folder / TRAINER_LOG)
    return f"at step {state[0]:,} of {state[1]:,}" if state else "at its first logged step"


def _share(folder: Path) -> float:
    state = read_progress(folder / TRAINER_LOG)
    return state[0] / max(1, state[1]) if state else 0.0
