"""Datasets of ours that somebody edited: every mistake is named with file and line."""

import json

import pytest

from vgpt2.errors import UserError
from vgpt2.records.model import read_records, write_records


@pytest.fixture
def dataset(record, tmp_path):
    """A written dataset of two rows."""
    write_records(tmp_path / "sft.jsonl", [record("How many vendors?"), record("How many customers?")])
    return tmp_path / "sft.jsonl"


def edit(path, **changes):
    """Change the second line; None deletes a field."""
    lines = path.read_text("utf-8").splitlines()
    value = json.loads(lines[1]) | changes
    lines[1] = json.dumps({name: item for name, item in value.items() if item is not None})
    path.write_text("\n".join(lines) + "\n")


def test_what_was_written_is_read(dataset, record):
    assert read_records(dataset) == read_records(dataset, "sft") == [
        record("How many vendors?"), record("How many customers?")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"output": None}, r"sft\.jsonl:2: no field 'output'"),
        ({"id": None}, r"sft\.jsonl:2: no field 'id'"),
        ({"id": ["a"]}, r"sft\.jsonl:2: field 'id' is list where a text was expected"),
        ({"id": "other"}, r"sft\.jsonl:2: no line in sft\.meta\.jsonl for id 'other'"),
        ({"instruction": 3}, r"sft\.jsonl:2: field 'instruction' is int where a text was expected"),
        ({"kto_tag": "yes"}, r"sft\.jsonl:2: field 'kto_tag' is str where true or false was expected"),
        ({"chosen": "a"}, r"sft\.jsonl:2: no field 'rejected'"),
    ],
)
def test_a_row_with_a_mistake(dataset, changes, message):
    edit(dataset, **changes)
    with pytest.raises(UserError, match=message):
        read_records(dataset)


def test_rows_of_another_stage(dataset):
    with pytest.raises(UserError, match=r"sft\.jsonl:1: no field 'chosen'"):
        read_records(dataset, "dpo")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"family": None}, r"sft\.meta\.jsonl:2: no field 'family'"),
        ({"id": None}, r"sft\.meta\.jsonl:2: no field 'id'"),
        ({"familly": "x"}, r"sft\.meta\.jsonl:2: unknown field 'familly'; did you mean 'family'\?"),
    ],
)
def test_a_meta_line_with_a_mistake(dataset, changes, message):
    edit(dataset.with_suffix(".meta.jsonl"), **changes)
    with pytest.raises(UserError, match=message):
        read_records(dataset)
