import json
import re

import pytest

from vgpt2.training.config import stage_config
from vgpt2.training.data.preflight import preflight


@pytest.fixture
def look(run_dir, settings, tiny_base):
    """Preflight of a stage of the run, with `train` over the profile."""

    def run(stage, **train):
        settings.profile.train.common.update(train)
        config = stage_config(stage, settings.profile, 7, run_dir / "data", str(tiny_base), run_dir / "saves")
        return preflight(stage, config)

    return run


def change(run_dir, name, index, **fields):
    """Change (or with None, drop) fields of one row of a data file."""
    path = run_dir / "data" / name
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    row = {**rows[index], **fields}
    rows[index] = {key: value for key, value in row.items() if value is not None}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.mark.parametrize(("stage", "rows"), [("sft", 16), ("dpo", 12), ("kto", 12)])
def test_rows_in_are_rows_tokenised_and_a_batch_is_collated(look, stage, rows):
    report = look(stage)
    assert report.ok and not report.rules
    assert report.splits["train"]["rows"] == report.splits["train"]["tokenised"] == rows
    assert report.splits["eval"]["tokenised"] == 2
    batch = report.batch["kl_input_ids" if stage == "kto" else "input_ids"]
    assert batch[0] == (8 if stage == "dpo" else 4)  # a pair is two rows
    assert batch[1] % 8 == 0
    # A model of a million weights trains on a dozen rows as long as it takes to start: half a minute, not two.
    assert 0.3 < report.minutes < 0.6


@pytest.mark.parametrize("label", ["true", "false", 1])
def test_a_label_that_is_no_boolean_is_named(look, run_dir, label):
    change(run_dir, "kto.jsonl", 4, kto_tag=label)
    report = look("kto")
    assert not report.ok
    error = report.error()
    assert error.exit_code == 1
    assert "label_not_boolean: 1, limit 0: kto.jsonl:5 (kto-5): kto_tag is" in error.message
    assert "run fix_labels.py" in error.message


def test_a_missing_and_an_empty_field_are_named(look, run_dir):
    change(run_dir, "dpo.jsonl", 2, rejected=None)
    assert "missing_field: 1, limit 0: dpo.jsonl:3 (dpo-3): no field 'rejected'" in look("dpo").error().message
    change(run_dir, "dpo.jsonl", 2, rejected=" ")
    assert "empty_field: 1, limit 0: dpo.jsonl:3 (dpo-3): 'rejected' is empty" in look("dpo").error().message


def test_a_number_among_texts_is_named(look, run_dir):
    change(run_dir, "sft_eval.jsonl", 1, output=7)
    message = look("sft").error().message
    assert "wrong_type: 1, limit 0: sft_eval.jsonl:2 (sft-51): 'output' is a int, not a text" in message


def test_a_row_longer_than_cutoff_len_is_named_with_its_length(look, run_dir):
    change(run_dir, "sft.jsonl", 3, input="APTH " * 3000)
    report = look("sft")
    assert list(report.rules) == ["too_long"]
    assert report.rules["too_long"][0].startswith("train sft-4: ")
    assert report.rules["too_long"][0].endswith(" tokens, cutoff_len 1024")
    longest = report.splits["train"]["max_tokens"]
    wanted = int(re.search(r"set train.common.cutoff_len: (\d+) in the profile", report.error().message)[1])
    assert longest <= wanted < longest + 64


def test_the_real_length_counts_not_the_cut_one(look):
    report = look("kto", cutoff_len=64)
    assert report.splits["train"]["max_tokens"] > 64
    assert len(report.rules["too_long"]) == 14
