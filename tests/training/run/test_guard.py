"""Nothing of several processes outlives its stage, and SIGTERM reaches those that train.

With a stand-in of the same shape as torchrun's tree: a launcher, an agent below it that kills all at SIGTERM, two
workers in sessions of their own, and below each a process that loads data.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vgpt2.errors import Stopped, UserError
from vgpt2.training.run import launch
from vgpt2.training.run.launch import run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guard is for Linux")
SCRIPTS = Path(__file__).parents[3] / "scripts"

BEATS = 1200

# Each writes its name into a file of `folder` again and again, so that it is seen whether it lives.
TREE = """
import os, signal, subprocess, sys, time
part, folder, rank = sys.argv[1], sys.argv[2], os.environ.get("LOCAL_RANK", "")
def start(part, **more):
    words = [sys.executable, "-I", "-S", "-c", CODE, part, folder]
    return subprocess.Popen(words, **more)
def note(word):
    with open(f"{folder}/{word}{rank}", "a") as file: file.write("x")
def on_term(*_):
    note(f"asked-{part}")
    if part == "agent":
        for worker in below: worker.kill()
    if part == "worker" and os.path.exists(f"{folder}/stubborn{rank}"): return
    if part == "worker": print(f"checkpoint of {rank}", flush=True)
    sys.exit(1)
CODE = open(folder + "/tree.py").read()
signal.signal(signal.SIGTERM, on_term)
below = []
if part == "launcher":
    sys.exit(subprocess.run([sys.executable, "-I", "-S", "-c", CODE, "agent", folder]).returncode)
if part == "agent":
    for rank_of in "01":
        below.append(start("worker", start_new_session=True, env={**os.environ, "LOCAL_RANK": rank_of}))
    if os.path.exists(f"{folder}/agent-dies"):
        time.sleep(0.7)
        os._exit(3)
    sys.exit(max(worker.wait() for worker in below))
if part == "worker":
    start("loader")
    print("ready", flush=True)
for _ in range(BEATS):
    note(f"beat-{part}")
    time.sleep(0.05)
"""


@pytest.fixture
def tree(tmp_path) -> list[str]:
    """The command that starts it."""
    (tmp_path / "tree.py").write_text(TREE.replace("BEATS", str(BEATS)))
    return [sys.executable, "-I", "-S", str(tmp_path / "tree.py"), "launcher", str(tmp_path)]


def beats(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.glob("beat-*"))}


def all_is_still(folder: Path) -> bool:
    """Whether both workers and what they started were there, and none of them is."""
    before = beats(folder)
    time.sleep(0.3)
    return before == beats(folder) and list(before) == ["beat-loader0", "beat-loader1", "beat-worker0", "beat-worker1"]


def asked_once_all_run(folder: Path, seen: list[str]):
    """Sends SIGTERM to this process once all of the tree is there."""

    def on_line(line: str) -> None:
        seen.append(line.strip())
        if seen.count("ready") == 2 and "sent" not in seen:
            while len(beats(folder)) < 4:
                time.sleep(0.02)
            seen.append("sent")
            os.kill(os.getpid(), signal.SIGTERM)

    return on_line


def test_sigterm_reaches_the_workers_alone_and_all_ends(tree, tmp_path):
    seen: list[str] = []
    with pytest.raises(Stopped):
        run(tree, os.environ, tmp_path / "log", asked_once_all_run(tmp_path, seen))
    assert sorted(seen) == ["checkpoint of 0", "checkpoint of 1", "ready", "ready", "sent"]
    assert sorted(path.name for path in tmp_path.glob("asked-*")) == ["asked-worker0", "asked-worker1"]
    assert all_is_still(tmp_path)


def test_a_worker_that_waits_for_another_which_has_ended_is_ended(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "STRAGGLERS", 0.5)
    (tmp_path / "stubborn1").touch()
    seen: list[str] = []
    with pytest.raises(Stopped):
        run(tree, os.environ, tmp_path / "log", asked_once_all_run(tmp_path, seen))
    assert "checkpoint of 0" in seen and (tmp_path / "asked-worker1").exists()
    assert beats(tmp_path)["beat-worker1"] < BEATS  # it did not come to its own end
    assert all_is_still(tmp_path)


def test_workers_of_which_each_waits_for_another_are_ended(tree, tmp_path, monkeypatch):
    """The signal reached one before a step and the other behind it: neither ends."""
    monkeypatch.setattr(launch, "STRAGGLERS", 2.0)
    for rank in "01":
        (tmp_path / f"stubborn{rank}").touch()
    with pytest.raises(Stopped):
        run(tree, os.environ, tmp_path / "log", asked_once_all_run(tmp_path, []))
    assert {path.name for path in tmp_path.glob("asked-*")} == {"asked-worker0", "asked-worker1"}
    assert max(beats(tmp_path).values()) < BEATS
    assert all_is_still(tmp_path)


def test_kill_9_of_the_stage_ends_all_below_it_at_once(tree, tmp_path):
    stage = (
        f"import os; from pathlib import Path; from vgpt2.training.run.launch import run; run({tree!r}, os.environ, "
    )
    stage += f"Path({str(tmp_path / 'log')!r}), lambda _: None)"
    with subprocess.Popen([sys.executable, "-c", stage], env={**os.environ, "PYTHONPATH": str(SCRIPTS)}) as process:
        deadline = time.monotonic() + 60
        while len(beats(tmp_path)) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    time.sleep(0.3)
    assert all_is_still(tmp_path)


def test_what_a_launcher_left_behind_ends_with_it(tree, tmp_path):
    (tmp_path / "agent-dies").touch()
    with pytest.raises(UserError, match="trainer: ended with code 3"):
        run(tree, os.environ, tmp_path / "log", lambda _: None)
    assert all_is_still(tmp_path)


def test_a_trainer_that_was_killed_is_told_as_such(tmp_path):
    code = "import os; os.kill(os.getpid(), 9)"
    with pytest.raises(UserError, match=r"ended with code 137 \(killed, perhaps for want of memory\)"):
        run([sys.executable, "-c", code], os.environ, tmp_path / "log", lambda _: None)


def test_a_program_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UserError, match=r"ended with code 127 \(FileNotFoundError: /none: No such file"):
        run(["/none"], os.environ, tmp_path / "log", lambda _: None)
