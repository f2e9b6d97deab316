"""The SkyPilot task, by SkyPilot itself where it is installed, and by what it says of this project."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from vgpt2.chain.table import targets, variables
from vgpt2.settings import profile_names

ROOT = Path(__file__).parents[2]
TASK = ROOT / "automation" / "configs" / "launch" / "skypilot.yaml"


@pytest.fixture(scope="module")
def task() -> dict:
    return yaml.safe_load(TASK.read_text(encoding="utf-8"))


def test_skypilot_takes_it():
    sky = pytest.importorskip("sky", reason="SkyPilot is not installed here")
    found = sky.Task.from_yaml_config(yaml.safe_load(TASK.read_text()), env_overrides=[("PUSH", "s3://bucket/runs")])
    assert found.num_nodes == 1


def test_its_scripts_are_sound(task, tmp_path):
    shellcheck = Path(sysconfig.get_path("scripts")) / "shellcheck"
    for name in ("setup", "run"):
        script = tmp_path / f"{name}.sh"
        script.write_text(f"#!/bin/bash\n{task[name]}", encoding="utf-8")
        done = subprocess.run([shellcheck, script], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_what_it_calls_is_there(task):
    said = f"{task['setup']}{task['run']}"
    for target, words in re.findall(r"^make (\S+)(.*)$", said, re.MULTILINE):
        assert target in targets()
        assert set(re.findall(r"([A-Z_]+)=", words)) <= set(variables())
    for script in re.findall(r"scripts/\S+\.py", said):
        assert (ROOT / script).is_file()
    used = set(re.findall(r"\$([A-Z_]+)", said))
    assert used <= set(task["envs"])
    assert task["envs"]["PROFILE"] in profile_names()
    assert (ROOT / task["envs"]["SOURCE"]).is_dir()
    assert task["envs"]["PUSH"] is None  # it has to be given
