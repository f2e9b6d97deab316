"""The manifest: what two runs must share to be the same."""

import pytest

from vgpt2.files import sha256, write_json, write_jsonl
from vgpt2.records.manifest import manifest
from vgpt2.settings import Settings, load_profile


@pytest.fixture
def run(tmp_path):
    write_json(tmp_path / "catalog.json", {"tables": []})
    write_json(tmp_path / "held_out.json", {})
    write_jsonl(tmp_path / "data/sft.jsonl", [{"id": "1"}, {"id": "2"}])
    write_jsonl(tmp_path / "data/raw/sft.jsonl", [{"id": "1"}])
    return tmp_path


def made(run, **changes):
    profile = load_profile("tiny")
    profile = profile.model_copy(update={"data": profile.data.model_copy(update=changes)})
    settings = Settings(run="r", profile_name="tiny", source="s", database="d", seed=profile.seed, profile=profile)
    return manifest(run / "data", run / "catalog.json", run / "held_out.json", settings)


def test_hashes_of_inputs_and_outputs(run):
    found = made(run)
    assert found["inputs"]["catalog"] == sha256(run / "catalog.json")
    assert found["inputs"]["seed"] == load_profile("tiny").seed
    assert {name: entry["rows"] for name, entry in found["outputs"].items()} == {"raw/sft.jsonl": 1, "sft.jsonl": 2}
    assert found["outputs"]["sft.jsonl"]["sha256"] == sha256(run / "data/sft.jsonl")
    assert made(run) == found


def test_another_setting_or_another_row_shows(run):
    before = made(run)
    assert made(run, distractors=9)["inputs"]["settings"] != before["inputs"]["settings"]
    write_jsonl(run / "data/sft.jsonl", [{"id": "1"}, {"id": "3"}])
    assert made(run)["outputs"]["sft.jsonl"] != before["outputs"]["sft.jsonl"]
