"""A run that is killed again and again must end as one that was left alone: the same bytes in all that counts."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
# These are compared but for times and the name of their run.
SAYING = ("gates/*.json", "data/raw/harvest_*.json")
TIMES = frozenset(("seconds", "minutes", "started", "date", "tokens_per_second"))

# A step that takes seconds is seldom hit by chance. What a harvest writes while it is at work, and when it is done: one
# kill at least comes between the two.
HARVESTS = {f"data/raw/harvest_{stage}.answers.jsonl": f"data/raw/harvest_{stage}.jsonl" for stage in ("dpo", "kto")}

# What a rented box is told before it is taken away; what ends a chain so long after it has been told is a fault.
ENDS_WITHIN = 180.0  # seconds
EVERY = 0.02  # of them it is looked whether a kill is due

Say = Callable[[str], None]


@dataclass(frozen=True)
class Soaked:
    """What came of it: kills that were really made, the files that differ, by name in the run, and what was aimed at
    and not hit."""

    kills: int
    differ: list[str]
    missed: list[str] = field(default_factory=list)


def soak(
    command: Callable[[Path], list[str]],
    folder: Path,
    kills: int,
    seed: int,
    say: Say,
    aims: Mapping[str, str] | None = None,
) -> Soaked:
    """Run the chain once undisturbed and once with kills, and compare; a chain that comes to its end before all kills
    are made is begun anew for the rest of them, and compared too.

    Args:
        command: the chain's command line for a folder of runs; its run is called `r`.
        folder: where they are made.
        kills: how often it is ended at moments of chance: half of them the whole process tree by signal 9, half the
            chain's first process by SIGTERM, on which all must end by itself.
        seed: of the moments, and of which comes when.
        aims: a file that the run writes while it is at something that is to be hit, and one that is there when that is
            done; one kill at least is kept for each.

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
    missed = dict(aims or {})
    while before < done < kills:
        before, number = done, number + 1
        killed = folder / ("killed" if number == 1 else f"killed-{number}")
        log = folder / f"{killed.name}.log"
        run_dir = killed / "r"
        for sent in signals[done:]:
            to_come = [run_dir / name for name in missed if not (run_dir / name).exists()]
            moment = chance.uniform(0.5, 2.5 * took / kills)
            # The last kills are kept for it.
            wait = moment if kills - done > len(to_come) else None
            if not kill_after(command(killed), log, wait, sent, to_come):
                say(f"the chain came to its end after {done} kills of {kills}")
                break
            done += 1
            hit = [name for name, end in missed.items() if is_begun(run_dir / name) and not (run_dir / end).exists()]
            say(f"{sent.name} {done} of {kills}{f', while {hit[0]} was written' if hit else ''}")
            missed = {name: end for name, end in missed.items() if name not in hit}
        run(command(killed), log)
        differ.update(differences(left_alone / "r", run_dir))
    return Soaked(done, sorted(differ), list(missed))


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


def kill_after(
    words: list[str],
    log: Path,
    seconds: float | None,
    sent: signal.Signals = signal.SIGKILL,
    aims: Sequence[Path] = (),
) -> bool:
    """Start a command and end all of its processes after some time, or as soon as one of some files has a second line;
    False where it had ended by then.

    Args:
        seconds: None: not before.

    Raises:
        UserError: it failed by itself, or something of it outlived SIGTERM.
    """
    with log.open("ab") as handle:
        process = subprocess.Popen(words, stdout=handle, stderr=subprocess.STDOUT, env=_environment())
        end = math.inf if seconds is None else time.monotonic() + seconds
        while (code := process.poll()) is None:
            if time.monotonic() >= end or any(map(is_begun, aims)):
                if sent == signal.SIGTERM:
                    terminate(process.pid, log)
                else:
                    kill_tree(process.pid)
                process.wait()
                return True
            time.sleep(EVERY)
    if code:
        raise UserError(f"{log}: the chain ended with exit code {code}; its last lines say why")
    return False


def is_begun(path: Path) -> bool:
    """Whether a file has more than a head: two lines."""
    try:
        with path.open("rb") as handle:
            return handle.readline().endswith(b"\n") and handle.readline() != b""
    except OSError:
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
    for path in sorted(path for pattern in SAYING for path in first.glob(pattern)):
        name = path.relative_to(first).as_posix()
        if not (second / name).is_file() or _said(first, name) != _said(second, name):
            found.append(name)
    return found


def _said(run_dir: Path, name: str) -> Any:
    text = (run_dir / name).read_text(encoding="utf-8").replace(str(run_dir), "RUN")
    return _without_times(json.loads(text))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in TIMES}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def _environment() -> dict[str, str]:
    """Without what an outer make hands down."""
    return {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
