"""PUSH=URL: the run is copied there (`scripts/push_run.py`) after what took long and at each checkpoint of a training.

By the script, in a process of its own: a training neither waits for it nor ends with it. Where it fails, a note says so
and the chain goes on; that the place can be written was tried out at the start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "push_run.py"
PUSH = "PUSH"
# The first word of the steps after which it is worth its while.
AFTER = ("train", "gate", "harvest", "export", "report")


def wanted() -> str:
    """Where to; empty where nobody said so."""
    return os.environ.get(PUSH, "")


def push_now(run_dir: Path) -> None:
    """Copy the run and wait for it; a note on the error stream where that fails."""
    if url := wanted():
        done = subprocess.run(_words(run_dir, url), env=_environment(), capture_output=True, text=True)
        _note(done.returncode, done.stderr)


def checkpoint_watch(run_dir: Path, folder: Path) -> Callable[[str], None]:
    """Copies the run when the trainer has written another checkpoint into `folder`; one copy at a time."""
    seen = _states(folder)
    running: subprocess.Popen | None = None

    def on_line(line: str) -> None:
        nonlocal seen, running
        if not wanted() or (running is not None and running.poll() is None):
            return
        if running is not None:
            _note(running.returncode, running.communicate()[1])
            running = None
        if (now := _states(folder)) - seen:
            # Behind the training in everything.
            nice = _stand_back if os.name == "posix" else None
            words = _words(run_dir, wanted())
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
            running = subprocess.Popen(words, env=_environment(), text=True, preexec_fn=nice, **quiet)  # type: ignore[call-overload]
        seen = now

    return on_line


def _stand_back() -> None:
    os.nice(19)


def _states(folder: Path) -> set[Path]:
    return set(folder.glob("checkpoint-*/trainer_state.json"))


def _words(run_dir: Path, url: str) -> list[str]:
    return [sys.executable, str(SCRIPT), "--run-dir", str(run_dir), "--to", url]


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in ("VGPT2_STEP", "VGPT2_RUN")}


def _note(code: int, said: str) -> None:
    if code:
        last = ([line for line in said.splitlines() if line.strip()] or ["no message"])[-1]
        print(f"note: not pushed: {last.removeprefix('error: ')}", file=sys.stderr)
