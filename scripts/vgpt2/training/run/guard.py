"""Linux: stands between a stage and its trainer, and sees to it that nothing of the trainer outlives the stage.

LLaMA-Factory's launcher starts torchrun, that starts the processes which train, each in a session of its own: neither
a signal to the launcher nor one to its process group reaches those. This small process has whatever loses its parent
below it handed over (`PR_SET_CHILD_SUBREAPER`), so that all of it stays in its sight. It

* kills all below it once the stage has ended, in whatever way: the pipe that only the stage holds then ends;
* kills what is left once the launcher has ended, and ends with the launcher's exit code;
* passes SIGTERM on to the processes that train, not to torchrun, which would kill them after 30 seconds; where one of
  several has ended and the others go on (they wait for it), it kills those after a while; and all of them where none
  does anything any more, for the signal may reach one before a step and another behind it: then each waits for ever.

Run by its path, with the standard library alone, as `guard.py PIPE SECONDS COMMAND...`; it starts in some milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from pathlib import Path

SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36  # of prctl(2)
# What torchrun sets for each process that trains (https://docs.pytorch.org/docs/stable/elastic/run.html).
OF_A_WORKER = b"\0LOCAL_RANK="
LOOK_EACH = 0.25  # seconds
KILLED = 128 + signal.SIGKILL
# Of several that were told to end and use less of a core than this, each waits for another.
IDLE = 0.01


def main(pipe: int, patience: float, command: list[str]) -> int:
    """Run a command until it, or whoever holds the other end of `pipe`, has ended; returns the command's exit code.

    Args:
        patience: seconds that those of several processes have which go on after SIGTERM when the first has ended; that
            none does anything is looked for over half as long.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SET_CHILD_SUBREAPER, 1)
    os.set_inheritable(pipe, False)
    bell, rung = os.pipe()
    os.set_blocking(bell, False)
    os.set_blocking(rung, False)
    signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    heard = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
    for number in heard:
        signal.signal(number, lambda *_: None)
    me = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, heard)
    launcher = os.fork()
    if launcher == 0:
        _become(command, me, libc)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, heard)
    asked: set[int] | None = None
    deadline = look = float("inf")
    used = 0.0
    while True:
        # the end of a child's child is not signalled: once asked, they are looked at
        ready = select.select([pipe, bell], [], [], LOOK_EACH if asked else None)[0]
        if pipe in ready and not os.read(pipe, 1):
            end_all(me)
            return KILLED
        numbers = os.read(bell, 4096) if bell in ready else b""
        code = _reap(launcher)
        if code is not None:
            end_all(me)
            return code
        if signal.SIGTERM in numbers and asked is None:
            asked = set(workers(launcher))
            for worker in asked:
                _send(worker, signal.SIGTERM)
            if len(asked) > 1:
                look, used = time.monotonic() + patience / 2, sum(map(_used, asked))
        if asked and deadline == float("inf") and any(not _lives(number) for number in asked):
            deadline = time.monotonic() + patience
        if time.monotonic() >= look:
            now = sum(map(_used, asked or ()))
            if now - used < IDLE * patience / 2 and not any(_state(number)[0] == "D" for number in asked or ()):
                deadline = 0
            look, used = time.monotonic() + patience / 2, now
        if time.monotonic() >= deadline:
            end_all(me)
            return KILLED


def workers(launcher: int) -> list[int]:
    """The processes that train: what torchrun has started, or the launcher itself where there is no torchrun (yet)."""
    children = _children()
    found: list[int] = []
    level = [launcher]
    while level:
        trains = {number for number in level if OF_A_WORKER in _environment(number)}
        found += sorted(trains)
        # what a worker has started (it loads data) is not asked
        level = [child for number in level if number not in trains for child in children.get(number, [])]
    return found or [launcher]


def end_all(me: int) -> None:
    """Kill all below this process, and wait until nothing is left."""
    while True:
        children = _children()
        level = list(children.get(me, []))
        while level:
            for number in level:
                _send(number, signal.SIGKILL)
            level = [child for number in level for child in children.get(number, [])]
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.02)


def _become(command: list[str], guard: int, libc: ctypes.CDLL) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.setsid()  # a signal to the whole group of the stage comes by the guard alone, and once
    libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != guard:
        os._exit(KILLED)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"{type(error).__name__}: {command[0]}: {error.strerror}\n".encode())
    os._exit(127)


def _reap(launcher: int) -> int | None:
    """Bury the dead; the launcher's exit code (128 and the signal that ended it) if it is among them."""
    code = None
    try:
        while True:
            number, status = os.waitpid(-1, os.WNOHANG)
            if number == 0:
                return code
            if number == launcher:
                ended = os.waitstatus_to_exitcode(status)
                code = ended if ended >= 0 else 128 - ended
    except ChildProcessError:
        return code


def _children() -> dict[int, list[int]]:
    """Of each process that is there, those that it started and that have not ended."""
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            state, parent = _state(int(folder.name))
            if state not in ("", "Z", "X"):
                found.setdefault(parent, []).append(int(folder.name))
    return found


def _lives(number: int) -> bool:
    return _state(number)[0] not in ("", "Z", "X")


def _used(number: int) -> float:
    """Seconds of the processor that a process has used; 0 where there is none."""
    fields = _stat(number)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _state(number: int) -> tuple[str, int]:
    """State and parent of a process; ('', 0): there is none."""
    fields = _stat(number)
    return (fields[0], int(fields[1])) if fields else ("", 0)


def _stat(number: int) -> list[str]:
    """The fields of /proc/<pid>/stat behind the second, a name in brackets; empty: there is no such process."""
    try:
        return Path(f"/proc/{number}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _environment(number: int) -> bytes:
    try:
        return b"\0" + Path(f"/proc/{number}/environ").read_bytes()
    except OSError:
        return b""


def _send(number: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(number, what)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
