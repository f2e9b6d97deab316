"""Memory that a stage needs, asked for before it begins, by a dry run of one micro-batch (`dry_run.py`).

It is made for the model with one layer and with three; layers are alike, so the rest is a line through both. What the
optimizer holds is added: AdamW keeps two moments in fp32 beside the gradient (Loshchilov and Hutter 2019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.training.model_size import model_size
from vgpt2.training.run.dry_run import ROWS, model_config, tracked
from vgpt2.training.run.layout import loaded_item, parted

GIB = 1024**3
# Interpreter, torch and its libraries on a CPU; CUDA's context and kernels on a GPU.
PROCESS = {"cpu": 1.0 * GIB, "cuda": 0.8 * GIB}
# NF4 with double quantisation: 4 bits and 0.127 for its constants (Dettmers et al. 2023, section 3).
QUANTISED = {4: 4.127 / 8, 8: 1.05}
LEAST_BATCH = {"sft": 1, "dpo": 1, "kto": 2}  # KTO's estimate of KL is over its own micro-batch
# Of the layers' activations glibc keeps so much beside the next step's, whose rows have another length; measured with
# SmolLM2 on two cores (docs/benchmarks.md). Larger blocks, as logits are, it gives back.
KEPT = {"sft": 0.0, "dpo": 0.8, "kto": 0.8}


@dataclass(frozen=True)
class Need:
    """Bytes at the peak of a training, by what holds them. `activations`: with logits and all that is short-lived;
    `evaluation`: the logits of a pass without gradients, on a CPU beside what the heap keeps of the activations, on a
    GPU in the blocks that both share (`shared`); `mapped`: of the file of weights that are loaded in another type,
    which the system takes back when it must."""

    process: float
    weights: float
    gradients: float
    optimizer: float
    activations: float
    evaluation: float = 0.0
    mapped: float = 0.0
    shared: bool = False

    @property
    def total(self) -> float:
        """All that must be there."""
        passes = self.activations, self.evaluation
        return self.process + self.weights + self.gradients + self.optimizer + (max if self.shared else sum)(passes)

    @property
    def resident(self) -> float:
        """What the system will show as resident at the peak."""
        return self.total + self.mapped

    def __str__(self) -> str:
        parts = ["weights", "gradients", "optimizer", "activations", *(["evaluation"] if self.evaluation else [])]
        return ", ".join(f"{name} {getattr(self, name) / GIB:.1f}" for name in parts)


def needed(
    stage: str,
    config: dict[str, Any],
    tokens: int,
    processes: int = 1,
    eval_tokens: int = 0,
    eval_rows: int | None = None,
) -> Need:
    """What one process of a stage needs at most.

    Args:
        config: the arguments of LLaMA-Factory.
        tokens: of the longest row.
        eval_tokens: of the longest row of the evaluation; 0: there is none.
        eval_rows: of the evaluation, where they may be fewer than its batch has.
        processes: that share what `parted` says.
    """
    few, more = tracked(stage, config, tokens, 1), tracked(stage, config, tokens, 3)
    layers = model_config(config["model_name_or_path"]).num_hidden_layers
    of_layer = {name: (more[name] - value) / 2 for name, value in few.items()}
    found = {name: value + of_layer[name] * (layers - 1) for name, value in few.items()}
    parts = parted(config, processes)
    weights = found["weights"]
    if bits := config.get("quantization_bit"):
        weights -= found["linear"] * (2 - QUANTISED[int(bits)])
    kept = found["trained"] * 4 if config.get("gradient_accumulation_steps", 1) > 1 else 0
    on_cpu, evaluation = bool(config.get("use_cpu")), _evaluation(stage, config, eval_tokens, eval_rows)
    return Need(
        PROCESS["cpu" if on_cpu else "cuda"],
        weights / parts["weights"],
        kept / parts["gradients"],
        found["trained"] * 8 / parts["gradients"],
        found["activations"] + (KEPT[stage] * of_layer["activations"] * layers if on_cpu else 0.0),
        evaluation,
        _mapped(config) if on_cpu else 0.0,
        # CUDA's allocator hands the same blocks to both; glibc keeps the heap, and logits are mapped beside it.
        shared=not on_cpu,
    )


def _evaluation(stage: str, config: dict[str, Any], tokens: int, there: int | None) -> float:
    """Logits of a batch in the model's type, in fp32 (transformers' `ForCausalLMLoss`), and their logarithms."""
    batch = config.get("per_device_eval_batch_size", 8)
    rows = ROWS[stage] * (batch if there is None else min(batch, there))
    vocabulary = model_config(config["model_name_or_path"]).vocab_size
    return float(rows * tokens * vocabulary * (loaded_item(config) + 4 + 4))


def _mapped(config: dict[str, Any]) -> float:
    size, item, _ = model_size(config["model_name_or_path"])
    return size if item != loaded_item(config) else 0.0


def available(config: dict[str, Any]) -> tuple[float, str]:
    """Bytes that a process may take, and where: of what no other process holds of the GPUs, or of this machine and its
    container."""
    if config.get("use_cpu"):
        import psutil

        free = float(psutil.virtual_memory().available)
        limit = Path("/sys/fs/cgroup/memory.max")
        text = limit.read_text().strip() if limit.exists() else "max"
        return (min(free, float(text)) if text.isdigit() else free), "are free here"
    import torch

    gpus = [torch.cuda.mem_get_info(index)[0] for index in range(torch.cuda.device_count())]
    return (float(min(gpus)), "are free on the GPU") if gpus else (math.inf, "")


def check_memory(
    stage: str,
    config: dict[str, Any],
    tokens: int,
    processes: int = 1,
    eval_tokens: int = 0,
    eval_rows: int | None = None,
) -> Need:
    """Stop before a training that would not fit, and say what would; the arguments are those of `needed`.

    Raises:
        UserError: more is needed than there is; names the setting to lower, and by how much.
    """
    need = needed(stage, config, tokens, processes, eval_tokens, eval_rows)
    there, where = available(config)
    if need.total <= there:
        return need
    said = f"about {need.total / GIB:.1f} GiB of memory needed ({need}), {there / GIB:.1f} GiB {where}"
    raise UserError(f"{stage}: {said}; {_way(stage, config, need, there)}")


def smaller(stage: str, batch: int, accumulation: int) -> tuple[int, int] | None:
    """Half the micro-batch and twice the accumulation, the same effective batch; None where it cannot be halved."""
    if batch % 2 or batch // 2 < LEAST_BATCH[stage]:
        return None
    return batch // 2, accumulation * 2


def _way(stage: str, config: dict[str, Any], need: Need, there: float) -> str:
    """What to set in the profile so that it fits: the micro-batch, checkpointing, four bits; in this order."""
    batch, accumulation = config.get("per_device_train_batch_size", 8), config.get("gradient_accumulation_steps", 1)
    rows, also = config.get("per_device_eval_batch_size", 8), ""
    fewer = replace(need, evaluation=need.evaluation / rows)
    if fewer.total < need.total:
        need, also = fewer, "per_device_eval_batch_size: 1"
        if need.total <= there:
            return f"set {also} in the profile: about {need.total / GIB:.1f} GiB"
        also += ", "
    at, less = (batch, accumulation), need
    while (half := smaller(stage, *at)) is not None:
        # with accumulation the gradients of the micro-batches before stay
        less = replace(less, activations=less.activations / 2, gradients=less.gradients or less.optimizer / 2)
        at = half
        if less.total <= there:
            also += f"per_device_train_batch_size: {at[0]} and gradient_accumulation_steps: {at[1]}"
            return f"set {also} for {stage} in the profile: about {less.total / GIB:.1f} GiB"
    if not config.get("gradient_checkpointing"):
        return "set gradient_checkpointing: true in the profile"
    lora = config.get("finetuning_type", "lora") == "lora"
    if lora and not config.get("quantization_bit") and not config.get("use_cpu"):
        return "set quantization_bit: 4 and quantization_method: bnb in the profile"
    return "take a smaller model, or a machine with more memory"
