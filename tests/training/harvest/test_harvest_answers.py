"""The scripts, with a real model: its answers are harvested, and the generators take no other model's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog import store
from vgpt2.files import read_json, read_jsonl, write_json
from vgpt2.model_folder import DONE, fingerprint
from vgpt2.settings import Settings, load_profile

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sample, tiny_base):
    """A run: catalog, settings, and a gate that promoted the tiny model."""
    folder = tmp_path_factory.mktemp("run")
    store.save(sample, folder / "catalog.json")
    run = Settings(
        run="t", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=load_profile("tiny")
    )
    write_json(folder / "settings.json", run.model_dump())
    shutil.copytree(tiny_base, folder / "saves" / "sft" / "merged")
    write_json(folder / "gates" / "sft.json", {"verdict": "promoted", "model": "saves/sft/merged"})
    return folder


def call(folder, script, *arguments):
    """The exit code and what a script ends with: its line of figures, or of what is wrong.

    Beside them the screen says once a minute what takes long."""
    shared = ["--catalog", "catalog.json", "--settings", "settings.json"]
    command = [sys.executable, str(SCRIPTS / script), *arguments, *shared]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == bool(done.returncode), done.stderr
    return done.returncode, errors[0] if errors else done.stdout.strip().splitlines()[-1]


def test_a_harvest_of_a_real_model_and_what_takes_it(folder, tiny_base):
    asked = ["dpo", "--model", "gates/sft.json", "--output", "raw/harvest_dpo.jsonl"]
    code, said = call(folder, "harvest_answers.py", *asked)
    assert (code, said) == (
        2,
        "error: settings.json: harvest.count of profile tiny is 0; set it, or give --count",
    )
    asked += ["--count", "6", "--answers", "2"]
    code, said = call(folder, "harvest_answers.py", *asked)
    assert code == 0, said
    assert said.startswith("harvest_answers: 6 questions, 12 answers (")
    about = read_json(folder / "raw" / "harvest_dpo.json")
    assert about["model"].endswith("saves/sft/merged")
    assert len(read_jsonl(folder / "raw" / "harvest_dpo.answers.jsonl")) == 13

    taken = ["--harvest", "raw/harvest_dpo.jsonl", "--harvest-of", "gates/sft.json", "--output", "raw/dpo.jsonl"]
    code, said = call(folder, "generate_dpo_pairs.py", *taken)
    assert code == 0, said
    assert len(read_jsonl(folder / "raw" / "dpo.jsonl")) == 24
    # another model is promoted
    shutil.copytree(tiny_base, folder / "saves" / "dpo" / "merged")
    write_json(folder / "saves" / "dpo" / "merged" / DONE, {"stage": "dpo"})
    assert fingerprint(folder / "saves" / "dpo" / "merged") != fingerprint(folder / "saves" / "sft" / "merged")
    write_json(folder / "gates" / "sft.json", {"verdict": "promoted", "model": "saves/dpo/merged"})
    code, said = call(folder, "generate_dpo_pairs.py", *taken)
    assert code == 2
    assert said.startswith("error: raw/harvest_dpo.jsonl: a harvest of ")
    assert said.endswith("run harvest_answers.py again")


def test_whom_to_ask_must_be_said(folder):
    code, said = call(folder, "harvest_answers.py", "kto", "--count", "2", "--output", "raw/harvest_kto.jsonl")
    assert code == 2
    assert said == "error: harvest_answers: give --model (a gate's JSON or a model folder), --endpoint, or both"
