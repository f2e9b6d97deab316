"""Settings for the synthesis, and what its script reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save
from vgpt2.files import write_json
from vgpt2.records.held_out import HeldOut
from vgpt2.settings import Settings, load_profile

SCRIPT = Path(__file__).parents[2] / "scripts" / "generate_training_data.py"


@pytest.fixture(scope="session")
def cpu():
    """The data settings of the profile cpu."""
    return load_profile("cpu").data


@pytest.fixture(scope="session")
def run(tmp_path_factory, sample):
    """A folder with the inputs of the script, profile tiny."""
    folder = tmp_path_factory.mktemp("run")
    save(sample, folder / "catalog.json")
    settings = Settings(
        run="t", profile_name="tiny", source="data/sample", database="vista.yaml", seed=7, profile=load_profile("tiny")
    )
    write_json(folder / "settings.json", json.loads(settings.model_dump_json()))
    write_json(folder / "held_out.json", HeldOut().to_json())
    return folder


@pytest.fixture(scope="session")
def untaught(run):
    """What the script says as it makes the records of that folder without a teacher, in its `untaught/`."""
    command = [sys.executable, SCRIPT, "--catalog", run / "catalog.json", "--held-out", run / "held_out.json"]
    command += ["--settings", run / "settings.json", "--output", run / "untaught" / "sft.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "1"})
    assert done.returncode == 0, done.stderr
    return done.stdout
