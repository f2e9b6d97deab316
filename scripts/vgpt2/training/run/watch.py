"""What is looked at while the trainer runs: the rewards of the first step, and how far it has come."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from vgpt2.errors import GateError, UserError
from vgpt2.files import read_json, write_json
from vgpt2.screen import Doing
from vgpt2.training.run.first_step import parse_log_line, refuse

FIRST_STEP = "first_step.json"
TRAINER_LOG = "trainer_log.jsonl"


def first_step_watch(stage: str, folder: Path) -> Callable[[str], None]:
    """Checks the first log line of a DPO or KTO run and records it; raises GateError if the reference is wrong."""
    seen = False

    def on_line(line: str) -> None:
        nonlocal seen
        step = None if seen else parse_log_line(line)
        if step is None:
            return
        seen = True
        write_json(folder / FIRST_STEP, {"stage": stage, **step.to_json()})
        if not step.ok:
            raise refuse(stage, step)

    return on_line


def require_first_step(stage: str, folder: Path) -> None:
    """Stop where the reference policy was never seen to be right: its log line did not come, or its record is gone.

    Raises:
        GateError: no record of the first step, or not a good one.
    """
    try:
        step = read_json(folder / FIRST_STEP)
    except UserError:
        step = None
    if not isinstance(step, dict) or step.get("ok") is not True:
        raise GateError(
            f"{stage}: the reference policy is not proved: {folder / FIRST_STEP} has no passed first step;"
            f" set logging_first_step: true, delete {folder} and train again"
        )


def progress_watch(folder: Path, doing: Doing) -> Callable[[str], None]:
    """Says how far the run is, whenever the trainer has logged a step."""

    def on_line(line: str) -> None:
        if "'loss':" in line and doing.is_heeded():
            state = read_progress(folder / TRAINER_LOG)
            if state is not None:
                doing.at(*state)

    return on_line


def read_progress(path: Path) -> tuple[int, int, str] | None:
    """The last state in LLaMA-Factory's log: steps done, all steps, both in a phrase with the loss and the time left.
    None while there is no such log."""
    try:
        state = json.loads(path.read_text("utf-8").splitlines()[-1])
        loss = float(state.get("loss", state.get("eval_loss")))
        done, total = int(state["current_steps"]), int(state["total_steps"])
        left = str(state["remaining_time"]).removeprefix("0:")
    except (OSError, ValueError, TypeError, LookupError):
        return None
    return done, total, f"step {done:,} of {total:,}, loss {loss:.3f}, {left} left"
