"""Which fault of a log is named, and that a stage is mended for it under torchrun too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml

from vgpt2.errors import UserError
from vgpt2.training.run.faults import FirstFault
from vgpt2.training.run.fit import halve
from vgpt2.training.run.launch import run

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures/training/faults.yaml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_the_fault_with_which_it_began_is_named(name):
    fault = FirstFault()
    for line in CASES[name]["log"].splitlines(keepends=True):
        fault.read(line)
    assert fault.text == CASES[name]["fault"]


def ended(tmp_path: Path, name: str) -> UserError:
    """The error of a trainer that prints this log and fails."""
    code = f"print({CASES[name]['log']!r}); raise SystemExit(1)"
    with pytest.raises(UserError) as caught:
        run([sys.executable, "-c", code], os.environ, tmp_path / "log", lambda _: None)
    return caught.value


def test_memory_that_one_of_several_processes_lacked_halves_the_micro_batch(tmp_path):
    config = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 2}
    fault = ended(tmp_path, "torchrun, the memory of one of two processes")
    assert halve("sft", tmp_path, config, fault)
    assert config == {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 4}


def test_a_disk_that_one_of_several_processes_filled_is_said(tmp_path):
    assert "no space left on the disk (OSError:" in ended(tmp_path, "torchrun, a full disk").message
