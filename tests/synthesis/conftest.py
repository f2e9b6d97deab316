"""Settings for the synthesis, and what its script reads."""

import json

import pytest

from vgpt2.catalog.store import save
from vgpt2.files import write_json
from vgpt2.records.held_out import HeldOut
from vgpt2.settings import Settings, load_profile


@pytest.fixture(scope="session")
def cpu():
    """The data settings of the profile cpu."""
    return load_profile("cpu").data


@pytest.fixture(scope="module")
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
