"""Datasets of ours: read one by one, copied in another order; of one that somebody edited every mistake is named."""

import json

import pytest

from vgpt2.errors import UserError
from vgpt2.records.store import RecordFile, copy_records, meta_path, read_records, write_records


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


def lines(path):
    return path.read_bytes().splitlines()


def test_a_copy_has_the_lines_of_its_records_in_their_new_order(dataset, record, tmp_path):
    more = write_records(tmp_path / "more.jsonl", [record("How many jobs?")])
    read = RecordFile(dataset)
    assert len(list(read)) == len(read) == 2
    copy_records(tmp_path / "copy.jsonl", [(read, 1), (more, 0), (read, 0)])
    first, second = lines(dataset)
    assert lines(tmp_path / "copy.jsonl") == [second, *lines(more.path), first]
    assert [one.meta.family for one in RecordFile(tmp_path / "copy.jsonl")] == [
        "How many customers?", "How many jobs?", "How many vendors?"
    ]  # fmt: skip


def test_a_row_is_found_again_by_its_number(dataset):
    with RecordFile(dataset) as records:
        rows = [record.row for record in records]
        assert [records.row(1), records.row(0)] == rows[::-1]


def test_meta_lines_in_another_order_and_those_of_deleted_rows(record, tmp_path):
    path = tmp_path / "sft.jsonl"
    write_records(path, [record(f"question {number}") for number in range(4)])
    path.write_bytes(b"\n".join(lines(path)[1:]))
    meta_path(path).write_bytes(b"\n\n".join(reversed(lines(meta_path(path)))))
    records = RecordFile(path)
    assert [(one.row["instruction"], one.meta.family) for one in records] == [(f"question {n}",) * 2 for n in (1, 2, 3)]
    copy_records(tmp_path / "copy.jsonl", [(records, 2)])
    assert read_records(tmp_path / "copy.jsonl") == [record("question 3")]


def test_a_file_that_an_editor_saved_with_a_byte_order_mark(dataset, record, tmp_path):
    dataset.write_bytes(b"\xef\xbb\xbf" + dataset.read_bytes().replace(b"\n", b"\r\n"))
    records = RecordFile(dataset)
    assert len(list(records)) == 2
    copy_records(tmp_path / "copy.jsonl", [(records, 0), (records, 1)])
    assert read_records(tmp_path / "copy.jsonl") == [record("How many vendors?"), record("How many customers?")]


def test_a_broken_meta_line_of_a_deleted_row(dataset):
    dataset.write_bytes(lines(dataset)[0])
    edit(dataset.with_suffix(".meta.jsonl"), family=None)
    with pytest.raises(UserError, match=r"sft\.meta\.jsonl:2: no field 'family'"):
        read_records(dataset)


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
