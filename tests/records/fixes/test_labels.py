"""KTO labels of any form become the booleans that LLaMA-Factory's loader takes; what is none is set aside."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from vgpt2.files import read_json, read_jsonl
from vgpt2.records.fixes.labels import as_boolean, fix_labels

ROOT = Path(__file__).resolve().parents[3]
CASES = read_jsonl(ROOT / "tests/fixtures/records/labels.jsonl")


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["value"]))
def test_a_label_of_any_form(case):
    assert as_boolean(case["value"]) is case["label"]


def test_rows_keep_their_columns_and_label_becomes_kto_tag():
    fixed = fix_labels([{"instruction": "q", "output": "a", "label": "true", "system": "s"}])
    assert fixed.rows == [{"instruction": "q", "output": "a", "kto_tag": True, "system": "s"}]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"output": "a"}, "no_label"),
        ({"output": "a", "kto_tag": "maybe"}, "unknown_label"),
        ({"output": "a", "kto_tag": True, "label": "false"}, "two_labels"),
        ({"output": " ", "kto_tag": True}, "empty_output"),
    ],
)
def test_what_has_no_usable_label_is_a_reject_with_a_reason(row, reason):
    fixed = fix_labels([row])
    assert fixed.rows == []
    assert [(index, slug) for index, _, slug, _ in fixed.rejects] == [(0, reason)]


@pytest.mark.slow
def test_the_loader_of_llamafactory_takes_the_fixed_rows_only():
    from llamafactory.data import converter
    from llamafactory.data.parser import DatasetAttr

    names = DatasetAttr("file", "kto.jsonl", kto_tag="kto_tag", prompt="instruction", query="input", response="output")
    convert = converter.AlpacaDatasetConverter(names, None)
    row = {"instruction": "q", "input": "", "output": "a", "kto_tag": "false"}
    # With a string the row becomes an ordinary one of one response, which the KTO loader drops.
    assert len(convert(row)["_response"]) == 1
    assert len(convert(fix_labels([row]).rows[0])["_response"]) == 2


def run(arguments):
    import importlib.util

    spec = importlib.util.spec_from_file_location("fix_labels_script", ROOT / "scripts/fix_labels.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return CliRunner().invoke(module.main, arguments)


@pytest.mark.parametrize("name", ["kto.json", "kto.jsonl"])
def test_the_script_keeps_the_form_of_the_file_and_counts(tmp_path, name):
    rows = [{"output": "a", "kto_tag": "true"}, {"output": "b", "label": 0}, {"output": "c", "kto_tag": "?"}]
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    source, target = tmp_path / name, tmp_path / "fixed" / name
    source.write_text(text, encoding="utf-8")
    result = run([str(source), "--output", str(target)])
    assert result.exit_code == 0, result.output
    assert "3 in, 2 kept, 1 rejected" in result.output
    fixed = read_json(target) if name.endswith(".json") else read_jsonl(target)
    assert [row["kto_tag"] for row in fixed] == [True, False]
    (reject,) = read_jsonl(target.with_suffix(".rejects.jsonl"))
    assert reject["reason"] == "unknown_label"
    assert reject["where"].startswith(name)


def test_a_file_without_any_label_is_an_error_of_one_line(tmp_path):
    source = tmp_path / "sft.jsonl"
    source.write_text('{"instruction": "q", "output": "a"}\n', encoding="utf-8")
    result = run([str(source), "--output", str(tmp_path / "out.jsonl")])
    assert result.exit_code == 2
    assert "sft.jsonl" in result.output
    assert "kto_tag" in result.output
    assert not (tmp_path / "out.jsonl").exists()
