"""What a training needs of memory is known before it begins, and what to lower where it does not fit."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
import yaml

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.settings import CONFIGS, load_profile
from vgpt2.training.base.base_model import make_base
from vgpt2.training.run import memory
from vgpt2.training.run.layout import parted
from vgpt2.training.run.memory import GIB, Need, check_memory, needed, smaller


@pytest.fixture
def config(tiny_base):
    return {
        "model_name_or_path": str(tiny_base),
        "finetuning_type": "full",
        "bf16": False,
        "use_cpu": True,
        "per_device_train_batch_size": 4,
        "gradient_accumulation_steps": 1,
    }


def test_weights_and_moments_of_a_full_training_are_counted(config):
    from transformers import AutoModelForCausalLM

    weights = AutoModelForCausalLM.from_pretrained(config["model_name_or_path"]).num_parameters()
    need = needed("sft", config, 64)
    assert need.weights == pytest.approx(4 * weights, rel=0.001)
    assert need.optimizer == pytest.approx(8 * weights, rel=0.001)
    assert need.gradients == 0
    assert needed("sft", config | {"gradient_accumulation_steps": 2}, 64).gradients == pytest.approx(
        4 * weights, rel=0.001
    )


def test_an_adapter_has_few_moments_and_bf16_halves_the_weights(config):
    full = needed("sft", config, 64)
    adapter = needed("sft", config | {"finetuning_type": "lora", "lora_rank": 8, "bf16": True}, 64)
    assert adapter.optimizer < full.optimizer / 4
    assert full.weights / 2 < adapter.weights < full.weights * 0.7


@pytest.mark.parametrize(
    ("change", "weights", "gradients"),
    [
        ({}, 1, 1),
        ({"deepspeed": str(CONFIGS / "launch" / "zero2.json")}, 1, 4),
        ({"deepspeed": str(CONFIGS / "launch" / "zero3.json")}, 4, 4),
        ({"fsdp": "full_shard auto_wrap"}, 4, 4),
        ({"fsdp": "shard_grad_op"}, 1, 1),
    ],
)
def test_what_several_processes_share(change, weights, gradients):
    assert parted(change, 4) == {"weights": weights, "gradients": gradients}


def test_activations_follow_batch_length_stage_and_checkpointing(config):
    of = {tokens: needed("sft", config, tokens).activations for tokens in (64, 128)}
    assert of[128] == pytest.approx(2 * of[64], rel=0.15)
    half = needed("sft", config | {"per_device_train_batch_size": 2}, 128).activations
    assert of[128] == pytest.approx(2 * half, rel=0.15)
    assert needed("dpo", config, 64).activations > 1.5 * of[64]
    assert needed("sft", config | {"gradient_checkpointing": True}, 128).activations < of[128]


def test_an_evaluation_is_counted_beside_the_heap_on_a_cpu_and_in_its_blocks_on_a_gpu(config):
    config |= {"per_device_eval_batch_size": 8}
    logits = 8 * 200 * 4096 * (4 + 4 + 4)
    without, beside = needed("sft", config, 64), needed("sft", config, 64, eval_tokens=200)
    assert beside.evaluation == logits
    assert beside.total == pytest.approx(without.total + logits)
    on_gpu = needed("sft", config | {"use_cpu": False}, 64, eval_tokens=200)
    assert (on_gpu.evaluation, on_gpu.total - replace(on_gpu, evaluation=0).total) == (
        logits,
        logits - on_gpu.activations,
    )
    few = needed("sft", config, 64, eval_tokens=200, eval_rows=2)
    assert few.evaluation == logits / 4
    assert "evaluation 0.1" in str(beside) and "evaluation" not in str(without)


def test_a_file_in_another_type_stays_mapped(config, tiny_base):
    size = (tiny_base / "model.safetensors").stat().st_size
    half = needed("sft", config | {"finetuning_type": "lora", "bf16": True}, 64)
    assert half.mapped == half.resident - half.total == size
    assert needed("sft", config, 64).mapped == 0


HALVED = (
    "set per_device_train_batch_size: {} and gradient_accumulation_steps: {} for sft in the profile: about {}.0 GiB"
)
CHECKPOINTED = {"gradient_checkpointing": True}
NEED = Need(1 * GIB, 10 * GIB, 0, 2 * GIB, 16 * GIB)  # 29 GiB


@pytest.mark.parametrize(
    ("there", "change", "said"),
    [
        (29, {}, ""),
        (28, {}, HALVED.format(2, 2, 22)),
        (20, {}, HALVED.format(1, 4, 18)),
        (15, {}, "set gradient_checkpointing: true in the profile"),
        (15, CHECKPOINTED, "set quantization_bit: 4 and quantization_method: bnb in the profile"),
        (32, {"per_device_eval_batch_size": 4}, "set per_device_eval_batch_size: 1 in the profile: about 30.0 GiB"),
        (15, CHECKPOINTED | {"quantization_bit": 4}, "take a smaller model, or a machine with more memory"),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_what_to_lower(monkeypatch, there, change, said):
    need = replace(NEED, evaluation=4 * GIB) if "eval" in said else NEED
    monkeypatch.setattr(memory, "needed", lambda *_: need)
    monkeypatch.setattr(memory, "available", lambda _: (there * GIB, "has the GPU"))
    settings = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 1} | change
    if not said:
        assert check_memory("sft", settings, 100) is NEED
        return
    with pytest.raises(UserError) as caught:
        check_memory("sft", settings, 100)
    first, _, way = caught.value.message.rpartition("; ")
    assert way == said
    parts = "weights 10.0, gradients 0.0, optimizer 2.0, activations 16.0"
    parts += ", evaluation 4.0" if need is not NEED else ""
    assert first == f"sft: about {need.total / GIB:.1f} GiB of memory needed ({parts}), {there}.0 GiB has the GPU"


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (30, "set per_device_eval_batch_size: 1 in the profile: about 29.0 GiB"),
        (
            22,
            "set per_device_eval_batch_size: 1, per_device_train_batch_size: 2 and gradient_accumulation_steps: 2"
            " for sft in the profile: about 22.0 GiB",
        ),
    ],
)
def test_on_a_gpu_the_evaluation_is_lowered_where_it_takes_more_than_a_step(monkeypatch, there, said):
    need = replace(NEED, evaluation=24 * GIB, shared=True)
    assert need.total == 37 * GIB
    monkeypatch.setattr(memory, "needed", lambda *_: need)
    monkeypatch.setattr(memory, "available", lambda _: (there * GIB, "are free on the GPU"))
    with pytest.raises(UserError) as caught:
        check_memory("sft", {"per_device_train_batch_size": 4, "per_device_eval_batch_size": 4}, 100)
    assert caught.value.message.rpartition("; ")[2] == said


@pytest.mark.parametrize(
    ("stage", "batch", "less"),
    [("sft", 4, (2, 2)), ("sft", 1, None), ("kto", 2, None), ("dpo", 2, (1, 2)), ("sft", 3, None)],
)
def test_the_effective_batch_stays_as_it_is(stage, batch, less):
    assert smaller(stage, batch, 1) == less


@pytest.mark.slow
def test_the_estimate_is_near_what_a_training_takes(tmp_path):
    make_base(load_profile("cpu").model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    row = {"instruction": "count " * 250, "input": "", "output": "SELECT 1"}
    write_json(tmp_path / "rows.json", [row] * 8)
    write_json(tmp_path / "dataset_info.json", {"rows": {"file_name": "rows.json"}})
    config = {
        "model_name_or_path": str(tmp_path / "base"),
        "template": "smollm2",
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "full",
        "dataset": "rows",
        "dataset_dir": str(tmp_path),
        "output_dir": str(tmp_path / "out"),
        "per_device_train_batch_size": 4,
        "gradient_accumulation_steps": 1,
        "max_steps": 2,
        "disable_gradient_checkpointing": True,
        "use_cpu": True,
        "bf16": False,
        "report_to": "none",
    }
    (tmp_path / "train.yaml").write_text(yaml.safe_dump(config))
    # A child of its own, so that nothing else that this process has waited for counts.
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [
        sys.executable,
        "-c",
        measure,
        sys.executable,
        "-m",
        "llamafactory.cli",
        "train",
        str(tmp_path / "train.yaml"),
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    measured = int(re.search(r"peak (\d+)", said)[1]) * 1024
    assert needed("sft", config, 280).total == pytest.approx(measured, rel=0.15)
