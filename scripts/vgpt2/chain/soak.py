"""A run that is killed again and again must end as one that was left alone: the same bytes in all that counts."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from vgpt2.errors import UserError
from vgpt2.files import sha256

# What must be the same. Logs, times, reports with times in them, and checkpoints on the way are not among it.
SAME = (
    "catalog.json",
    "suite/*.json*",
    "data/**/*.jsonl",
    "saves/*/adapter_model.safetensors",
    "saves/*/merged/*.safetensors",
    "export/*.safetensors",
)
# What a model answered, in the order in which it came, below a line that names its folder; what is made of it counts.
ANSWERS = ".answers.jsonl"
GATES = "gates/*.json"
TIMES = frozenset(("seconds", "minutes", "started", "date", "tokens_per_second"))

# What a rented box is told before it is taken away; what ends a chain so long after it has been told is a fault.
ENDS_WITHIN = 180.0  # seconds

Say = Callable[[str], None]


@dataclass(frozen=True)
class Soaked:
    """What came of it: kills that were really made, and the files that differ, by name in the run."""

    kills: int
    differ: list[str]


def soak(command: Callable[[Path], list[str]], folder: Path, kills: int, seed: int, say: Say) -> Soaked:
    """Run the chain once undisturbed and once with kills, and compare; a chain that comes to its end before all kills
    are made is begun anew for the rest of them, and compared too.

    Args:
        command: the chain's command line for a folder of runs; its run is called `r`.
        folder: where they are made.
        kills: how often it is ended at moments of chance: half of them the whole process tree by signal 9, half the
            chain's first process by SIGTERM, on which all must end by itself.
        seed: of the moments, and of which comes when.

    Returns:
        Fewer kills than asked for only where a whole chain passed without any: its moments of chance come too late.

    Raises:
        UserError: the chain did not come to its end, or did not end on SIGTERM.
    """
    left_alone = folder / "left-alone"
    took = run(command(left_alone), folder / "left-alone.log")
    say(f"left alone: {took / 60:.1f} minutes")
    chance = random.Random(seed)
    signals = [signal.SIGKILL, signal.SIGTERM] * (kills // 2) + [signal.SIGTERM] * (kills % 2)
    chance.shuffle(signals)
    done, before, number = 0, -1, 0
    differ: set[str] = set()
    while before < done < kills:
        before, number = done, number + 1
        killed = folder / ("killed" if number == 1 else f"killed-{number}")
        log = folder / f"{killed.name}.log"
        for sent in signals[done:]:
            if not kill_after(command(killed), log, chance.uniform(0.5, 2.5 * took / kills), sent):
                say(f"the chain came to its end after {done} kills of {kills}")
                break
            done += 1
            say(f"{sent.name} {done} of {kills}")
        run(command(killed), log)
        differ.update(differences(left_alone / "r", killed / "r"))
    return Soaked(done, sorted(differ))


def run(words: list[str], log: Path) -> float:
    """Run a command to its end; returns its seconds.

    Raises:
        UserError: it failed; its log says why.
    """
    started = time.monotonic()
    with log.open("ab") as handle:
        code = subprocess.run(words, stdout=handle, stderr=subprocess.STDOUT, env=_environment()).returncode
    if code:
        raise UserError(f"{log}: the chain ended with exit code {code}; its last lines say why")
    return time.monotonic() - started


def kill_after(words: list[str], log: Path, seconds: float, sent: signal.Signals = signal.SIGKILL) -> bool:
    """Start a command and end all of its processes after some time; False where it had ended by then.

    Raises:
        UserError: it failed by itself, or something of it outlived SIGTERM.
    """
    with log.open("ab") as handle:
        process = subprocess.Popen(words, stdout=handle, stderr=subprocess.STDOUT, env=_environment())
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            if sent == signal.SIGTERM:
                terminate(process.pid, log)
            else:
                kill_tree(process.pid)
            process.wait()
            return True
    if code:
        raise UserError(f"{log}: the chain ended with exit code {code}; its last lines say why")
    return False


def terminate(number: int, log: Path) -> None:
    """Send SIGTERM to a process alone, and wait until it and all that it started have ended.

    Raises:
        UserError: something of it did not end; that is killed.
    """
    parent = psutil.Process(number)
    family = [parent, *parent.children(recursive=True)]
    parent.terminate()
    _, left = psutil.wait_procs(family, timeout=ENDS_WITHIN)
    for member in left:
        member.kill()
    if left:
        raise UserError(f"{log}: {len(left)} processes did not end within {ENDS_WITHIN:.0f} s of SIGTERM")


def kill_tree(number: int) -> None:
    """Kill a process and all that it started, the parents first, so that none of them tidies up."""
    parent = psutil.Process(number)
    for member in [parent, *parent.children(recursive=True)]:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


def differences(first: Path, second: Path) -> list[str]:
    """Files that only one of two runs has, or that say something else."""
    found = []
    for pattern in SAME:
        names = {path.relative_to(run).as_posix() for run in (first, second) for path in run.glob(pattern)}
        for name in sorted(name for name in names if not name.endswith(ANSWERS)):
            paths = first / name, second / name
            if not all(path.is_file() for path in paths) or sha256(paths[0]) != sha256(paths[1]):
                found.append(name)
    for path in sorted(first.glob(GATES)):
        name = path.relative_to(first).as_posix()
        if not (second / name).is_file() or _gate(first, name) != _gate(second, name):
            found.append(name)
    return found


def _gate(run_dir: Path, name: str) -> Any:
    text = (run_dir / name).read_text(encoding="utf-8").replace(str(run_dir), "RUN")
    return _without_times(json.loads(text))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in TIMES}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def _environment() -> dict[str, str]:
    """Without what an outer make hands down."""
    return {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
