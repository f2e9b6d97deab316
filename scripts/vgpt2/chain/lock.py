"""One run, one writer: a lock that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import os
import time
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.files import write_text, writing


def lock_files(run_dir: Path) -> tuple[Path, Path]:
    """The file that is locked, and the one that says who holds it; both beside the run, whose own files they leave."""
    return run_dir.parent / f".{run_dir.name}.lock", run_dir.parent / f".{run_dir.name}.writer"


def hold(run_dir: Path) -> int:
    """Lock a run for this process and those that it becomes or starts; returns the open file's number.

    Raises:
        UserError: another process holds it (says which, since when), or the folder of runs cannot be written.
    """
    import fcntl

    lock, writer = lock_files(run_dir)
    with writing(run_dir.parent):
        lock.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise UserError(in_use(run_dir)) from None
    write_text(writer, f"process {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
    os.set_inheritable(number, True)
    return number


def in_use(run_dir: Path) -> str:
    """What to say where the run is locked."""
    try:
        who = lock_files(run_dir)[1].read_text(encoding="utf-8").strip()
    except OSError:
        who = "another process"
    return f"{run_dir}: in use by {who}; wait until it ends, or give another RUN"
