"""A GPU that the machine has and torch does not see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.settings import Settings, load_profile
from vgpt2.training.run.device import check_device, gpus

ROOT = Path(__file__).parents[3]
seeing = pytest.mark.skipif(torch.accelerator.is_available(), reason="torch sees a GPU here")


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A machine whose driver shows a GPU, by a program that prints what NVIDIA's does."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()

    def shows(said: str, code: int = 0) -> Path:
        program.write_text(f"#!/bin/sh\nprintf '{said}'\nexit {code}\n")
        program.chmod(0o755)
        return program.parent

    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return shows


def test_what_the_driver_names(driver):
    assert gpus() == []
    driver("NVIDIA RTX A6000\\nNVIDIA RTX A6000\\n")
    assert gpus() == ["NVIDIA RTX A6000"] * 2
    driver("NVIDIA-SMI has failed because it could not communicate with the driver\\n", 9)
    assert gpus() == []


@seeing
@pytest.mark.parametrize(
    ("cuda", "visible", "said"),
    [
        (
            None,
            None,
            "it is the build for CPUs; set up with one for CUDA by TORCH_INDEX=https://download.pytorch.org/whl/",
        ),
        ("12.8", "", "CUDA_VISIBLE_DEVICES= hides it; unset that, or take PROFILE=cpu"),
        ("12.8", None, "it is built for CUDA 12.8, and the driver is too old for that; update the driver"),
    ],
)
def test_why_torch_does_not_see_it(driver, monkeypatch, cuda, visible, said):
    driver("NVIDIA RTX A6000\\n")
    monkeypatch.setattr(torch.version, "cuda", cuda)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    with pytest.raises(UserError) as caught:
        check_device("a6000", use_cpu=False)
    assert caught.value.message.startswith(
        f"NVIDIA RTX A6000 is there, but torch {torch.__version__} sees no GPU: {said}"
    )
    check_device("cpu", use_cpu=True)


@pytest.mark.parametrize(("bf16", "has", "said"), [(True, False, True), (True, True, False), (False, False, False)])
def test_a_gpu_without_bf16_is_said_where_it_is_asked_for(monkeypatch, bf16, has, said):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    # torch says yes of a GPU that only emulates it, unless told that this does not count
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or has)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: "Tesla V100")
    if not said:
        check_device("gpu24", use_cpu=False, bf16=bf16)
        return
    with pytest.raises(UserError) as caught:
        check_device("gpu24", use_cpu=False, bf16=bf16)
    line = "Tesla V100 has no bf16: set train.common to {bf16: false, fp16: true} in profile gpu24"
    assert caught.value.message == line
    check_device("gpu24", use_cpu=True, bf16=bf16)


@seeing
def test_without_a_gpu_data_may_be_looked_at_but_nothing_trained(driver):
    check_device("a6000", use_cpu=False)
    with pytest.raises(UserError, match="profile a6000 trains on a GPU, and there is none here; PROFILE=cpu is for"):
        check_device("a6000", use_cpu=False, needed=True)


@seeing
def test_the_base_step_says_it_before_anything_else(driver, tmp_path):
    settings = Settings(
        run="r", profile_name="gpu24", source="s", database="vista.yaml", seed=7, profile=load_profile("gpu24")
    )
    write_json(tmp_path / "settings.json", settings.model_dump())
    write_json(tmp_path / "catalog.json", {"tables": []})
    driver("NVIDIA GeForce RTX 4090\\n")
    words = [
        "--settings",
        tmp_path / "settings.json",
        "--catalog",
        tmp_path / "catalog.json",
        "--output",
        tmp_path / "b",
    ]
    done = subprocess.run([sys.executable, ROOT / "scripts/make_base.py", *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: NVIDIA GeForce RTX 4090 is there, but torch") and done.stderr.count("\n") == 1
    assert not (tmp_path / "b").exists()
