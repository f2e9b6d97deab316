"""One run, one writer: a lock that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import click

from vgpt2.errors import UserError
from vgpt2.files import write_text, writing

PATIENCE = 2.0  # seconds


def lock_files(run_dir: Path) -> tuple[Path, Path]:
    """The file that is locked, and the one that says who holds it; both beside the run, whose own files they leave."""
    return run_dir.parent / f".{run_dir.name}.lock", run_dir.parent / f".{run_dir.name}.writer"


def hold(run_dir: Path) -> int:
    """Lock a run for this process and those that it becomes or starts; returns the open file's number.

    Raises:
        UserError: another process holds it (says which, since when), or the folder of runs cannot be written.
    """
    lock, writer = lock_files(run_dir)
    with writing(run_dir.parent):
        lock.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    # Processes of a chain that was just killed may take a moment to end.
    deadline = time.monotonic() + PATIENCE
    while not _locked(number):
        if time.monotonic() > deadline:
            os.close(number)
            raise UserError(in_use(run_dir))
        time.sleep(0.1)
    write_text(writer, f"process {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
    os.set_inheritable(number, True)
    return number


def _locked(number: int) -> bool:
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a mount that knows no locks
        click.echo(f"note: no lock can be held here ({error.strerror}); do not start this run twice", err=True)
    return True


def end_with_parent() -> None:
    """On Linux: be told to end when the process that started this one is killed outright, and after an exec still.

    Without it a chain whose first make is killed would go on unseen, and hold the lock.
    """
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def in_use(run_dir: Path) -> str:
    """What to say where the run is locked."""
    try:
        who = lock_files(run_dir)[1].read_text(encoding="utf-8").strip()
    except OSError:
        who = "another process"
    return f"{run_dir}: in use by {who}; wait until it ends, or give another RUN"
