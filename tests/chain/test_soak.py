"""The comparison and the kills of `make soak`, with a chain that only counts."""

from __future__ import annotations

import json
import runpy
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from vgpt2.chain import soak as soak_module
from vgpt2.chain.soak import Soaked, differences, kill_after, soak
from vgpt2.errors import UserError

ROOT = Path(__file__).parents[2]

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
    assert found == Soaked(3, [])
    assert said[1] in ("SIGKILL 1 of 3", "SIGTERM 1 of 3")


def test_a_chain_that_ends_too_early_is_begun_anew_until_all_kills_are_made(tmp_path, monkeypatch):
    made = iter([True, False, True, False, True])
    monkeypatch.setattr(soak_module, "kill_after", lambda *_: next(made))
    said = []
    found = soak(lambda runs: [sys.executable, "-c", COUNT, str(runs)], tmp_path, 3, 1, said.append)
    assert found == Soaked(3, []) and next(made, None) is None
    assert "the chain came to its end after 1 kills of 3" in said
    assert sorted(path.name for path in tmp_path.glob("*/r")) == ["r"] * 4


@pytest.mark.parametrize(
    ("found", "code", "line"),
    [
        (Soaked(3, []), 0, "soak: after 3 kills at moments of chance and within each harvest all is as without any"),
        (Soaked(3, [], ["data/raw/a"]), 1, "error: no kill came while data/raw/a was written; give another --seed"),
        (Soaked(2, []), 1, "error: 2 kills were made, 3 asked for: the chain is too short; ask for more kills"),
        (Soaked(2, ["suite/a"]), 1, "error: after 2 kills these are other files than without: suite/a"),
    ],
)
def test_the_last_line_says_the_kills_that_were_made(monkeypatch, found, code, line):
    script = runpy.run_path(str(ROOT / "scripts" / "soak.py"))["main"]
    monkeypatch.setattr(soak_module, "soak", lambda *_: found)
    done = CliRunner().invoke(script, ["--kills", "3"])
    assert (done.exit_code, done.output.strip()) == (code, line)


def test_a_script_whose_chain_passes_without_any_kill_is_not_begun_again(tmp_path, monkeypatch):
    monkeypatch.setattr(soak_module, "kill_after", lambda *_: False)
    found = soak(lambda runs: [sys.executable, "-c", COUNT, str(runs)], tmp_path, 2, 1, print)
    assert found == Soaked(0, [])


def test_what_differs_is_named(tmp_path):
    found = soak(lambda runs: [sys.executable, "-c", COUNT, str(runs), "4", "7"], tmp_path, 1, 1, print)
    assert found.differ == ["data/4.jsonl", "data/7.jsonl"]
    for name, right in (("left-alone", 3), ("killed", 4)):
        about = tmp_path / name / "r" / "data" / "raw" / "harvest_dpo.json"
        about.parent.mkdir()
        about.write_text(json.dumps({"model": str(tmp_path / name / "r" / "saves"), "outcomes": {"right": right}}))
    assert differences(tmp_path / "left-alone" / "r", tmp_path / "killed" / "r")[-1] == "data/raw/harvest_dpo.json"
    gate = tmp_path / "killed" / "r" / "gates" / "sft.json"
    gate.write_text(json.dumps({**json.loads(gate.read_text()), "verdict": "promoted"}))
    assert differences(tmp_path / "left-alone" / "r", tmp_path / "killed" / "r")[-1] == "gates/sft.json"


# Behind the ten files one of three lines, a moment apart, and one that says that it is done.
SLOW = (
    COUNT
    + """
answers = run / "data" / "answers.jsonl"
for number in range(3):
    if number >= len(answers.read_text().splitlines() if answers.exists() else []):
        with answers.open("a") as handle:
            handle.write(f"{number}\\n")
        time.sleep(0.2)
(run / "data" / "harvest.jsonl").write_text("done")
"""
)


@pytest.mark.parametrize("kills", [1, 3])
def test_one_kill_is_kept_for_what_is_aimed_at(tmp_path, kills):
    said, aims = [], {"data/answers.jsonl": "data/harvest.jsonl"}
    found = soak(lambda runs: [sys.executable, "-c", SLOW, str(runs)], tmp_path, kills, 1, said.append, aims)
    assert found == Soaked(kills, [])
    assert len([line for line in said if line.endswith("while data/answers.jsonl was written")]) == 1


def test_what_was_never_hit_is_named(tmp_path):
    aims = {"data/none.jsonl": "data/harvest.jsonl"}
    found = soak(lambda runs: [sys.executable, "-c", COUNT, str(runs)], tmp_path, 1, 1, print, aims)
    assert found == Soaked(0, [], ["data/none.jsonl"])


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
