"""A gate's report has the gate's name only if the gate is open: for the two scripts that are gates."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save
from vgpt2.files import read_json, write_json, write_jsonl
from vgpt2.settings import Settings, load_profile
from vgpt2.training.base.base_model import make_base
from vgpt2.verdict import write_verdict

ROOT = Path(__file__).parents[2]
AUDIT = ROOT / "tests/fixtures/audit"


def test_one_report_is_there_and_its_name_says_whether_the_gate_is_open(tmp_path):
    path, failed = tmp_path / "sft.json", tmp_path / "sft.failed.json"
    for ok in (True, False, False, True):
        written = write_verdict(path, ok, {"ok": ok})
        assert [file.name for file in tmp_path.iterdir()] == [written.name]
        assert written == (path if ok else failed)
        assert read_json(written) == {"ok": ok}


def run(script: str, *arguments: object) -> subprocess.CompletedProcess:
    """Run a script as make does."""
    words = [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True)


def test_a_broken_rule_of_the_audit(tmp_path):
    rows, report, failed = tmp_path / "rows.json", tmp_path / "audit.json", tmp_path / "audit.failed.json"
    options = ("--catalog", AUDIT / "vista.json", "--report", report)
    sound, *broken = read_json(AUDIT / "alpaca.json")
    write_json(rows, [sound])
    assert run("validate_data.py", rows, *options).returncode == 0
    write_json(rows, [sound, *broken])
    done = run("validate_data.py", rows, *options)
    assert done.returncode == 1
    assert str(failed) in done.stdout
    assert not report.exists()
    assert read_json(failed)["ok"] is False
    write_json(rows, [sound])
    assert run("validate_data.py", rows, *options).returncode == 0
    assert report.exists()
    assert not failed.exists()


@pytest.fixture
def pair() -> dict:
    """A pair for DPO, and what of it makes a KTO row."""
    sql = "```sql\nSELECT Name FROM APVM WITH (NOLOCK) WHERE VendorGroup = 1\n```"
    return {"instruction": "List the names of all vendors of group 1.", "output": sql}


def test_kto_must_not_ask_what_dpo_asks(tmp_path, pair):
    dpo, kto, failed = tmp_path / "dpo.jsonl", tmp_path / "kto.jsonl", tmp_path / "kto.failed.json"
    write_jsonl(dpo, [{"instruction": pair["instruction"], "chosen": pair["output"], "rejected": "No."}])
    write_jsonl(kto, [{**pair, "kto_tag": True}])
    options = ("--stage", "kto", "--catalog", AUDIT / "vista.json", "--report", tmp_path / "kto.json")
    run("validate_data.py", kto, *options, "--against", dpo)
    rules = {rule["rule"]: rule for rule in read_json(failed)["rules"]}
    assert not rules["preferences_apart"]["ok"]
    assert "kto.jsonl:1" in rules["preferences_apart"]["examples"][0]


def test_a_row_that_preflight_refuses_leaves_its_report_under_the_other_name(tmp_path, sample):
    data, base = tmp_path / "data", tmp_path / "base"
    row = {"id": "1", "instruction": "q", "input": "", "output": "", "system": ""}
    for name in ("sft.jsonl", "sft_eval.jsonl"):
        write_jsonl(data / name, [row])
    columns = {"prompt": "instruction", "query": "input", "response": "output", "system": "system"}
    sets = {"x_sft_merged": "sft.jsonl", "x_sft_merged_eval": "sft_eval.jsonl"}
    write_json(data / "dataset_info.json", {key: {"file_name": name, "columns": columns} for key, name in sets.items()})
    save(sample, tmp_path / "catalog.json")
    make_base(load_profile("tiny").model, 1, tmp_path / "catalog.json", base)
    settings = Settings(run="r", profile_name="tiny", source="s", database="d", seed=1, profile=load_profile("tiny"))
    write_json(tmp_path / "settings.json", json.loads(settings.model_dump_json()))
    (tmp_path / "sft.json").write_text("{}")
    where = ("--settings", tmp_path / "settings.json", "--data-dir", data, "--model", base)
    done = run("preflight.py", "--stage", "sft", *where, "--output", tmp_path / "sft.json")
    assert done.returncode == 1, done.stderr
    assert "empty_field" in done.stderr
    assert "empty_field" in read_json(tmp_path / "sft.failed.json")["rules"]
    assert not (tmp_path / "sft.json").exists()
