"""A model that is trained in four bits is examined whole: what does not fit the GPU then is said by preflight."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.settings import load_profile
from vgpt2.training.run import exam_memory
from vgpt2.training.run.exam_memory import check_exam_memory
from vgpt2.training.run.memory import GIB

PREFLIGHT = Path(__file__).parents[3] / "scripts" / "preflight.py"
# What the models' own config.json say.
QWEN_32B = SimpleNamespace(num_hidden_layers=64, num_attention_heads=40, num_key_value_heads=8, hidden_size=5120)
QWEN_7B = SimpleNamespace(num_hidden_layers=28, num_attention_heads=28, num_key_value_heads=4, hidden_size=3584)
MODELS = {"Qwen/Qwen2.5-32B-Instruct": QWEN_32B, "Qwen/Qwen2.5-7B-Instruct": QWEN_7B}


@pytest.fixture
def check(monkeypatch):
    """The check of a profile's exam on a GPU of so many GiB."""

    def on(gib: float, profile: str, name: str, **config) -> bool:
        monkeypatch.setattr(exam_memory, "model_config", MODELS.__getitem__)
        monkeypatch.setattr(exam_memory, "available", lambda _: (gib * GIB, "has the GPU"))
        check_exam_memory({"model_name_or_path": name, **config}, load_profile(profile).exam, 2048)
        return True

    return on


@pytest.mark.parametrize(
    ("gib", "profile", "name"),
    [
        (44.5, "a6000", "Qwen/Qwen2.5-7B-Instruct"),
        (23.6, "gpu24", "Qwen/Qwen2.5-7B-Instruct"),
        (79.2, "a6000", "Qwen/Qwen2.5-32B-Instruct"),
        (79.2, "h100", "Qwen/Qwen2.5-7B-Instruct"),
    ],
)
def test_what_fits_is_left_alone(check, gib, profile, name):
    assert check(gib, profile, name)


@pytest.mark.parametrize(
    ("gib", "profile", "way"),
    [
        (44.5, "a6000", "76.4 GiB of memory needed (weights 59.6), 44.5 GiB has the GPU, though four bits may be"),
        (79.2, "h100", "108.4 GiB of memory needed (weights 59.6), 79.2 GiB has the GPU; set exam.batch_size: 37 in"),
    ],
)
def test_what_does_not_says_what_needs_how_much_and_the_way_out(check, gib, profile, way):
    with pytest.raises(UserError) as caught:
        check(gib, profile, "Qwen/Qwen2.5-32B-Instruct", quantization_bit=4)
    start = "the exam loads Qwen/Qwen2.5-32B-Instruct in bf16 on one GPU: about "
    assert caught.value.message.startswith(start + way)
    assert "\n" not in caught.value.message


def test_on_a_cpu_and_of_a_model_of_unknown_size_nothing_is_said(check):
    assert check(1.0, "a6000", "Qwen/Qwen2.5-32B-Instruct", use_cpu=True)
    assert check(1.0, "a6000", "owner/of-unknown-size")


def test_preflight_says_it(run_dir, settings, tiny_base, tmp_path, monkeypatch):
    settings.profile.launch.use_cpu = False
    write_json(run_dir / "settings.json", settings.model_dump())
    monkeypatch.setattr(exam_memory, "available", lambda _: (0.1 * GIB, "has the GPU"))
    monkeypatch.setattr("vgpt2.training.run.device.check_device", lambda *_: None)
    words = ["--stage", "sft", "--settings", run_dir / "settings.json", "--data-dir", run_dir / "data"]
    words += ["--model", tiny_base, "--output", tmp_path / "out.json"]
    done = CliRunner().invoke(runpy.run_path(str(PREFLIGHT))["main"], list(map(str, words)))
    assert done.exit_code == 2
    assert f"the exam loads {tiny_base} in bf16 on one GPU: about 0.8 GiB of memory needed" in done.output
    assert not (tmp_path / "out.json").exists()
