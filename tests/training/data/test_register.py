import json
import runpy

import pytest
from click.testing import CliRunner

from vgpt2.catalog import store
from vgpt2.errors import UserError
from vgpt2.files import count_lines
from vgpt2.settings import ROOT
from vgpt2.training.data.register import dataset_files, register, stage_datasets


def test_names_columns_and_ascii(run_dir):
    raw = (run_dir / "data" / "dataset_info.json").read_bytes()
    info = json.loads(raw.decode("ascii"))
    assert list(info) == [
        "vgpt2_v3_sft_merged",
        "vgpt2_v3_sft_merged_eval",
        "vgpt2_v3_dpo",
        "vgpt2_v3_dpo_eval",
        "vgpt2_v3_kto",
        "vgpt2_v3_kto_eval",
    ]
    assert info["vgpt2_v3_dpo"]["ranking"] is True
    assert info["vgpt2_v3_kto"]["columns"]["kto_tag"] == "kto_tag"
    assert stage_datasets(run_dir / "data", "sft") == ("vgpt2_v3_sft_merged", "vgpt2_v3_sft_merged_eval")


def test_several_datasets_of_a_stage(run_dir):
    files = dataset_files(run_dir / "data", "vgpt2_v3_sft_merged, vgpt2_v3_kto")
    assert [file.name for file in files] == ["sft.jsonl", "kto.jsonl"]
    with pytest.raises(UserError, match="no dataset 'vgpt2_v3_x'"):
        dataset_files(run_dir / "data", "vgpt2_v3_x")


def test_only_what_is_there(run_dir):
    data = run_dir / "data"
    for name in ("dpo", "dpo_eval"):
        (data / f"{name}.jsonl").unlink()
    assert "p_dpo" not in register(data, "p", data / "dataset_info.json")
    with pytest.raises(UserError, match=r"dpo.jsonl is not registered; run register_datasets.py"):
        stage_datasets(data, "dpo")


def test_mistakes(tmp_path, run_dir):
    with pytest.raises(UserError, match=r"no sft.jsonl, dpo.jsonl or kto.jsonl"):
        register(tmp_path, "p", tmp_path / "dataset_info.json")
    (run_dir / "data" / "kto_eval.jsonl").unlink()
    with pytest.raises(UserError, match=r"kto.jsonl has no kto_eval.jsonl"):
        register(run_dir / "data", "p", run_dir / "data" / "dataset_info.json")


def test_what_a_gate_let_be_made_is_registered_beside_the_rest_and_said(run_dir, sample):
    store.save(sample, run_dir / "catalog.json")
    data = run_dir / "data"
    info, done = data / "dataset_info.json", data / "registered_dpo.json"
    words = ["--data-dir", data, "--catalog", run_dir / "catalog.json", "--settings", run_dir / "settings.json"]
    main = runpy.run_path(str(ROOT / "scripts" / "register_datasets.py"))["main"]
    called = [str(word) for word in (*words, "--output", info, "--stage", "dpo", "--done", done)]
    assert CliRunner().invoke(main, called).exit_code == 0
    said = json.loads(done.read_text())
    assert [json.loads(info.read_text())[name]["file_name"] for name in said] == ["dpo.jsonl", "dpo_eval.jsonl"]
    rows = [count_lines(data / name) for name in ("dpo.jsonl", "dpo_eval.jsonl")]
    assert [entry["rows"] for entry in said.values()] == rows
    done.unlink()
    (data / "dpo.jsonl").unlink()
    missing = CliRunner().invoke(main, called)
    assert missing.exit_code == 2
    assert "dpo.jsonl is not registered" in missing.stderr
    assert not done.exists()
