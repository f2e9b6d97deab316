"""What is looked at while the trainer runs: the rewards of the first step, and how far it has come."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from vgpt2.errors import GateError, UserError
from vgpt2.files import read_json, write_json
from vgpt2.training.run.first_step import parse_log_line, refuse

FIRST_STEP = "first_step.json"
TRAINER_LOG = "trainer_log.jsonl"
MINUTE = 60.0


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


def progress_watch(stage: str, folder: Path, say: Callable[[str], None]) -> Callable[[str], None]:
    """Says how far the run is: on a terminal at every log line, else once a minute."""
    every = 0.0 if sys.stdout.isatty() else MINUTE
    last = time.monotonic()

    def on_line(line: str) -> None:
        nonlocal last
        if "'loss':" in line and time.monotonic() - last >= every:
            last = time.monotonic()
            state = read_progress(folder / TRAINER_LOG)
            if state:
                say(f"{stage}: {state}")

    return on_line


def read_progress(path: Path) -> str:
    """The last state in LLaMA-Factory's log as a phrase, or an empty string while there is none."""
    try:
        last = path.read_text("utf-8").splitlines()[-1]
        state = json.loads(last)
        return (
            f"step {state['current_steps']} of {state['total_steps']},"
            f" loss {state.get('loss', state.get('eval_loss'))}, {state['remaining_time']} to go"
        )
    except (OSError, ValueError, LookupError):
        return ""
