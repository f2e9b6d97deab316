"""A stage that met the end of memory goes on with half the micro-batch, once, and remembers it."""

import json

import pytest

from vgpt2.errors import UserError
from vgpt2.training.run.fit import apply_record, halve, halved, note_peak

FAULT = UserError(
    "trainer: ended with code 1 (torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB); see x"
)


def test_the_micro_batch_is_halved_once_and_kept_on_record(tmp_path):
    config = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 4}
    said = halve("sft", tmp_path, config, FAULT)
    assert said == (
        "sft: not enough memory; once more with per_device_train_batch_size 2 and gradient_accumulation_steps 8"
    )
    assert config == {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 8}
    assert halved(tmp_path) == config | {"why": FAULT.message}
    assert halve("sft", tmp_path, config, FAULT) == ""
    later = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 4}
    apply_record(tmp_path, later)
    assert later == config


def test_the_rows_of_an_evaluation_are_halved_too_and_alone_where_the_micro_batch_cannot_be(tmp_path):
    config = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 1, "per_device_eval_batch_size": 4}
    said = halve("sft", tmp_path / "a", config, FAULT)
    assert said.endswith(
        "with per_device_train_batch_size 1, gradient_accumulation_steps 2 and per_device_eval_batch_size 2"
    )
    later = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 1, "per_device_eval_batch_size": 4}
    apply_record(tmp_path / "a", later)
    assert (
        later
        == config
        == {
            "per_device_train_batch_size": 1,
            "gradient_accumulation_steps": 2,
            "per_device_eval_batch_size": 2,
        }
    )
    one = {"per_device_train_batch_size": 1, "gradient_accumulation_steps": 16, "per_device_eval_batch_size": 4}
    assert halve("sft", tmp_path / "b", one, FAULT).endswith("once more with per_device_eval_batch_size 2")
    assert halved(tmp_path / "b")["per_device_train_batch_size"] == 1


@pytest.mark.parametrize(
    ("stage", "batch", "message"),
    [
        ("sft", 1, FAULT.message),
        ("kto", 2, FAULT.message),
        ("sft", 4, "trainer: ended with code 1 (ValueError: no such template); see x"),
        ("sft", 4, "trainer: ended with code -9 (killed, perhaps for want of memory); see x"),
    ],
)
def test_another_fault_or_a_batch_that_cannot_be_halved_is_left_alone(tmp_path, stage, batch, message):
    config = {"per_device_train_batch_size": batch}
    assert halve(stage, tmp_path, config, UserError(message)) == ""
    assert config == {"per_device_train_batch_size": batch}
    assert list(tmp_path.iterdir()) == []


def test_the_peak_stands_beside_what_was_recorded(tmp_path):
    config = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 4}
    halve("sft", tmp_path, config, FAULT)
    note_peak(tmp_path)
    assert sorted(json.loads((tmp_path / "memory.json").read_text())) == ["halved", "peak_resident_bytes"]
