"""The comparison and the kills of `make soak`, with a chain that only counts."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from vgpt2.chain import soak as soak_module
from vgpt2.chain.soak import differences, kill_after, soak
from vgpt2.errors import UserError

# Writes ten files, one after the other, each whole; what is there is left alone.
COUNT = """
import json, sys, time
from pathlib import Path
run = Path(sys.argv[1]) / "r"
(run / "data").mkdir(parents=True, exist_ok=True)
(run / "gates").mkdir(exist_ok=True)
for number in range(10):
    path = run / "data" / f"{number}.jsonl"
    if not path.exists():
        time.sleep(0.05)
        text = str(time.time()) if number in map(int, sys.argv[2:]) else str(number)
        path.with_suffix(".tmp").write_text(text)
        path.with_suffix(".tmp").rename(path)
(run / "gates" / "sft.json").write_text(json.dumps({"model": str(run / "saves"), "seconds": time.time()}))
"""


def test_a_chain_that_goes_on_ends_as_the_one_that_was_left_alone(tmp_path):
    said = []
    found = soak(lambda runs: [sys.executable, "-c", COUNT, str(runs)], tmp_path, 3, 1, said.append)
    assert found == []
    assert said[1] in ("SIGKILL 1 of 3", "SIGTERM 1 of 3")


def test_what_differs_is_named(tmp_path):
    found = soak(lambda runs: [sys.executable, "-c", COUNT, str(runs), "4", "7"], tmp_path, 1, 1, print)
    assert found == ["data/4.jsonl", "data/7.jsonl"]
    gate = tmp_path / "killed" / "r" / "gates" / "sft.json"
    gate.write_text(json.dumps({**json.loads(gate.read_text()), "verdict": "promoted"}))
    assert differences(tmp_path / "left-alone" / "r", tmp_path / "killed" / "r")[-1] == "gates/sft.json"


def test_a_chain_that_fails_by_itself_is_an_error(tmp_path):
    with pytest.raises(UserError, match=r"one\.log: the chain ended with exit code 3"):
        kill_after([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "one.log", 60)


def test_a_kill_takes_the_whole_tree(tmp_path):
    alive = tmp_path / "alive"
    child = f"import time; time.sleep(3); open({str(alive)!r}, 'w')"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert kill_after([sys.executable, "-c", parent], Path(tmp_path / "log"), 1.5)
    import time

    time.sleep(2.5)
    assert not alive.exists()


def test_what_does_not_end_on_sigterm_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(soak_module, "ENDS_WITHIN", 1.0)
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(UserError, match=r"one\.log: 1 processes did not end within 1 s of SIGTERM"):
        kill_after([sys.executable, "-c", parent], tmp_path / "one.log", 1.5, signal.SIGTERM)
