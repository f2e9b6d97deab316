import json
import os
import signal
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from vgpt2.errors import GateError, Stopped, UserError
from vgpt2.settings import LaunchSettings, load_profile
from vgpt2.training.run import launch
from vgpt2.training.run.launch import environment, process_count, run

CPU = LaunchSettings(processes=1, use_cpu=True)


def script(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def env(tmp_path) -> dict[str, str]:
    return environment(CPU, "none", tmp_path, 1)


def test_the_command_is_llamafactorys_own_and_nothing_else_is_run(tmp_path):
    words = launch.command(tmp_path / "train.yaml")
    entry = next(item for item in entry_points(group="console_scripts") if item.name == "llamafactory-cli")
    assert words == [sys.executable, "-m", entry.module, "train", str(tmp_path / "train.yaml")]
    # and what is started is what was asked for, in the environment that it was asked for in
    shown = "import json, os, sys; print(json.dumps([sys.orig_argv, os.environ.get('A'), sorted(os.environ)]))"
    seen: list[str] = []
    asked = {"A": "b", "PATH": os.environ["PATH"]}
    run([*script(shown), "x y"], asked, tmp_path / "log", seen.append)
    arguments, value, names = json.loads(seen[0])
    assert (arguments, value) == ([*script(shown), "x y"], "b")
    assert set(names) <= {*asked, "LC_CTYPE"}


def test_a_local_model_needs_no_hub(tmp_path, tiny_base):
    assert environment(CPU, str(tiny_base), tmp_path, 1, {})["HF_HUB_OFFLINE"] == "1"
    assert "HF_HUB_OFFLINE" not in environment(CPU, "Qwen/Qwen2.5-7B-Instruct", tmp_path, 1, {})


def test_several_processes_go_through_llamafactorys_torchrun(tmp_path):
    assert "FORCE_TORCHRUN" not in environment(CPU, "m", tmp_path, 1, {})
    several = environment(LaunchSettings(processes=0, use_cpu=False), "m", tmp_path, 4, {"NNODES": "2"})
    assert (several["FORCE_TORCHRUN"], several["NPROC_PER_NODE"], several["NNODES"]) == ("1", "4", "2")
    one = environment(load_profile("multi").launch, "m", tmp_path, 1, {})
    assert one["FORCE_TORCHRUN"] == "1"  # DeepSpeed asks for it even on one GPU
    sharded = environment(LaunchSettings(processes=0, use_cpu=False), "m", tmp_path, 1, {}, fsdp=True)
    assert sharded["FORCE_TORCHRUN"] == sharded["NPROC_PER_NODE"] == "1"
    assert sharded["ACCELERATE_USE_FSDP"] == sharded["FSDP_CPU_RAM_EFFICIENT_LOADING"] == "true"


def test_processes_follow_the_profile():
    assert process_count(LaunchSettings(processes=3, use_cpu=False)) == 3
    assert process_count(LaunchSettings(processes=0, use_cpu=False)) >= 1


def test_every_line_is_kept_and_seen(tmp_path):
    seen = []
    run(script("print('a'); import sys; print('b', file=sys.stderr)"), env(tmp_path), tmp_path / "log", seen.append)
    assert sorted(seen) == ["a\n", "b\n"]
    assert sorted((tmp_path / "log").read_text().split()) == ["a", "b"]


def test_the_last_fault_is_named(tmp_path):
    with pytest.raises(UserError, match=r"trainer: ended with code 1 \(ValueError: no such layer\); see .*log"):
        run(script("raise ValueError('no such layer')"), env(tmp_path), tmp_path / "log", print)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_the_run_in_one_line(tmp_path):
    with pytest.raises(UserError, match="/dev/full: no space left on the disk"):
        run(script("print('a')"), env(tmp_path), Path("/dev/full"), print)


@pytest.mark.parametrize(
    "fault",
    [
        "OSError: [Errno 28] No space left on device",
        "RuntimeError: [enforce fail at inline_container.cc:672] . unexpected pos 704 vs 598",
        'safetensors_rust.SafetensorError: I/O error: Os { code: 28, kind: StorageFull, message: "No space left" }',
    ],
)
def test_a_disk_that_the_trainer_filled_is_said_in_one_line(tmp_path, fault):
    with pytest.raises(UserError) as caught:
        run(script(f"print({fault!r}); raise SystemExit(1)"), env(tmp_path), tmp_path / "log", print)
    assert caught.value.message.startswith(f"{tmp_path}: no space left on the disk (")
    assert caught.value.message.endswith("; free some and run again: it goes on")


def test_a_watch_that_objects_ends_the_whole_process_tree(tmp_path):
    beat = tmp_path / "beat"
    child = f"import time\nwhile True: open({str(beat)!r}, 'a').write('x'); time.sleep(0.05)"
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(1)"
    parent += "; print('ready', flush=True); time.sleep(60)"

    def object_to_it(line):
        raise GateError("wrong")

    with pytest.raises(GateError):
        run(script(parent), env(tmp_path), tmp_path / "log", object_to_it)
    time.sleep(0.2)
    size = beat.stat().st_size
    time.sleep(0.3)
    assert beat.stat().st_size == size > 0


def test_sigterm_is_passed_on_and_waited_for(tmp_path):
    trainer = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('saved', flush=True)))"
    seen = []

    def end_it(line):
        seen.append(line)
        if line == "ready\n":
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped, match="trainer: ended by SIGTERM; see"):
        run(script(f"{trainer}; print('ready', flush=True); time.sleep(60)"), env(tmp_path), tmp_path / "log", end_it)
    assert seen == ["ready\n", "saved\n"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_signals_of_several_senders_at_once_are_one(tmp_path):
    slow = "import signal, sys, time\ndef save(*_): time.sleep(0.5); print('saved', flush=True); sys.exit()\n"
    slow += "signal.signal(signal.SIGTERM, save); print('ready', flush=True); time.sleep(60)"
    seen = []

    def end_it(line):
        seen.append(line)
        if line == "ready\n":
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(0.05)

    with pytest.raises(Stopped):
        run(script(slow), env(tmp_path), tmp_path / "log", end_it)
    assert seen == ["ready\n", "saved\n"]


def test_a_second_sigterm_ends_a_trainer_that_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "BURST", 0.0)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('ready', flush=True))"
    with pytest.raises(Stopped):
        run(
            script(f"{stubborn}; print('ready', flush=True); [time.sleep(1) for _ in range(60)]"),
            env(tmp_path),
            tmp_path / "log",
            lambda _: os.kill(os.getpid(), signal.SIGTERM),
        )
