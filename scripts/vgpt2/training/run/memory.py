"""Memory that a stage needs, asked for before it begins: a dry run of one micro-batch, without any numbers in it.

PyTorch's own tracker (`torch.distributed._tools.mem_tracker`) follows a forward and a backward pass over tensors that
have shapes and no contents, for the model with one layer and with three; layers are alike, so the rest is a line
through both. What the optimizer holds is added: AdamW keeps two moments in fp32 beside the gradient (Loshchilov and
Hutter 2019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.model_folder import NO_CODE
from vgpt2.training.model_size import model_size
from vgpt2.training.run.layout import loaded_item, parted

GIB = 1024**3
# Interpreter, torch and its libraries on a CPU; CUDA's context and kernels on a GPU.
PROCESS = {"cpu": 1.0 * GIB, "cuda": 0.8 * GIB}
# NF4 with double quantisation: 4 bits and 0.127 for its constants (Dettmers et al. 2023, section 3).
QUANTISED = {4: 4.127 / 8, 8: 1.05}
# Rows of a micro-batch that are in one forward pass with gradients: DPO's holds both sides.
ROWS = {"sft": 1, "dpo": 2, "kto": 1}
LEAST_BATCH = {"sft": 1, "dpo": 1, "kto": 2}  # KTO's estimate of KL is over its own micro-batch
PEAK, MODEL_STATES = "Total", ("PARAM", "BUFFER")


@dataclass(frozen=True)
class Need:
    """Bytes at the peak of a training, by what holds them. `activations`: with logits and all that is short-lived;
    `evaluation`: the logits of a pass without gradients, on a CPU beside what the heap keeps of the activations;
    `mapped`: of the file of weights that are loaded in another type, which the system takes back when it must."""

    process: float
    weights: float
    gradients: float
    optimizer: float
    activations: float
    evaluation: float = 0.0
    mapped: float = 0.0

    @property
    def total(self) -> float:
        """All that must be there."""
        return self.process + self.weights + self.gradients + self.optimizer + self.activations + self.evaluation

    @property
    def resident(self) -> float:
        """What the system will show as resident at the peak."""
        return self.total + self.mapped

    def __str__(self) -> str:
        parts = ["weights", "gradients", "optimizer", "activations", *(["evaluation"] if self.evaluation else [])]
        return ", ".join(f"{name} {getattr(self, name) / GIB:.1f}" for name in parts)


def needed(stage: str, config: dict[str, Any], tokens: int, processes: int = 1, eval_tokens: int = 0) -> Need:
    """What one process of a stage needs at most.

    Args:
        config: the arguments of LLaMA-Factory.
        tokens: of the longest row.
        eval_tokens: of the longest row of the evaluation; 0: there is none.
        processes: that share what `parted` says.
    """
    few, more = _tracked(stage, config, tokens, 1), _tracked(stage, config, tokens, 3)
    layers = model_config(config["model_name_or_path"]).num_hidden_layers
    found = {name: value + (more[name] - value) / 2 * (layers - 1) for name, value in few.items()}
    parts = parted(config, processes)
    weights = found["weights"]
    if bits := config.get("quantization_bit"):
        weights -= found["linear"] * (2 - QUANTISED[int(bits)])
    kept = found["trained"] * 4 if config.get("gradient_accumulation_steps", 1) > 1 else 0
    on_cpu, evaluation = bool(config.get("use_cpu")), _evaluation(stage, config, eval_tokens)
    return Need(
        PROCESS["cpu" if on_cpu else "cuda"],
        weights / parts["weights"],
        kept / parts["gradients"],
        found["trained"] * 8 / parts["gradients"],
        # CUDA's allocator hands the same blocks to both; glibc keeps the heap, and logits are mapped beside it.
        found["activations"] if on_cpu else max(found["activations"], evaluation),
        evaluation if on_cpu else 0.0,
        _mapped(config) if on_cpu else 0.0,
    )


def _evaluation(stage: str, config: dict[str, Any], tokens: int) -> float:
    """Logits of a batch in the model's type, in fp32 (transformers' `ForCausalLMLoss`), and their logarithms."""
    rows = ROWS[stage] * config.get("per_device_eval_batch_size", 8)
    vocabulary = model_config(config["model_name_or_path"]).vocab_size
    return float(rows * tokens * vocabulary * (loaded_item(config) + 4 + 4))


def _mapped(config: dict[str, Any]) -> float:
    size, item, _ = model_size(config["model_name_or_path"])
    return size if item != loaded_item(config) else 0.0


def available(config: dict[str, Any]) -> tuple[float, str]:
    """Bytes that a process may take, and where: of the smallest GPU, or of this machine and its container."""
    if config.get("use_cpu"):
        import psutil

        free = float(psutil.virtual_memory().available)
        limit = Path("/sys/fs/cgroup/memory.max")
        text = limit.read_text().strip() if limit.exists() else "max"
        return (min(free, float(text)) if text.isdigit() else free), "are free here"
    import torch

    sizes = [torch.cuda.mem_get_info(index)[1] for index in range(torch.cuda.device_count())]
    return (float(min(sizes)), "has the GPU") if sizes else (math.inf, "")


def check_memory(stage: str, config: dict[str, Any], tokens: int, processes: int = 1, eval_tokens: int = 0) -> Need:
    """Stop before a training that would not fit, and say what would.

    Raises:
        UserError: more is needed than there is; names the setting to lower, and by how much.
    """
    need = needed(stage, config, tokens, processes, eval_tokens)
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
    rows = config.get("per_device_eval_batch_size", 8)
    if need.evaluation and rows > 1:
        need = replace(need, evaluation=need.evaluation / rows)
        if need.total <= there:
            return f"set per_device_eval_batch_size: 1 in the profile: about {need.total / GIB:.1f} GiB"
    at, less = (batch, accumulation), need
    while (half := smaller(stage, *at)) is not None:
        # with accumulation the gradients of the micro-batches before stay
        less = replace(less, activations=less.activations / 2, gradients=less.gradients or less.optimizer / 2)
        at = half
        if less.total <= there:
            return (
                f"set per_device_train_batch_size: {at[0]} and gradient_accumulation_steps: {at[1]} for {stage} in the"
                f" profile: about {less.total / GIB:.1f} GiB"
            )
    if not config.get("gradient_checkpointing"):
        return "set gradient_checkpointing: true in the profile"
    lora = config.get("finetuning_type", "lora") == "lora"
    if lora and not config.get("quantization_bit") and not config.get("use_cpu"):
        return "set quantization_bit: 4 and quantization_method: bnb in the profile"
    return "take a smaller model, or a machine with more memory"


def model_config(name: str, layers: int = 0) -> Any:
    from transformers import AutoConfig

    config: Any = AutoConfig.from_pretrained(name, **NO_CODE)
    if layers:
        config.num_hidden_layers = layers
        if getattr(config, "layer_types", None):
            config.layer_types = config.layer_types[:layers]
    return config


def _tracked(stage: str, config: dict[str, Any], tokens: int, layers: int) -> dict[str, float]:
    """Bytes of weights, of what a micro-batch adds to them at its peak, of linear weights in two bytes each, and the
    count of trained weights; of the model with so many layers."""
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.distributed._tools.mem_tracker import MemTracker

    class Tracker(MemTracker):
        """Without hooks on gradients, which frozen weights refuse: gradients count as short-lived."""

        def _track_module_params_and_buffers(self, module: Any, install_grad_hooks: bool = True) -> tuple[int, int]:
            return super()._track_module_params_and_buffers(module, install_grad_hooks=False)

    half = bool(config.get("bf16"))
    rows = ROWS[stage] * config.get("per_device_train_batch_size", 8)
    with FakeTensorMode():
        model = _model(config, layers)
        weights = list(model.parameters())
        ids = torch.zeros((rows, tokens), dtype=torch.long)
        tracker = Tracker()
        tracker.track_external(model)
        with tracker:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
                loss = _loss(stage, model, ids)
            loss.backward()
    peak = {str(kind): size for kind, size in next(iter(tracker.get_tracker_snapshot("peak").values())).items()}
    held = sum(size for kind, size in peak.items() if kind.rpartition(".")[2] in MODEL_STATES)
    linear = sum(
        module.weight.numel()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and "lora_" not in name and "lm_head" not in name
    )
    return {
        "weights": float(held),
        "activations": float(peak[PEAK] - held),
        "linear": float(linear),
        "trained": float(sum(weight.numel() for weight in weights if weight.requires_grad)),
    }


def _model(config: dict[str, Any], layers: int) -> Any:
    """The model as LLaMA-Factory loads it: in bf16 or fp32, what is trained in fp32."""
    import torch
    from transformers import AutoModelForCausalLM

    half = torch.bfloat16 if config.get("bf16") else torch.float32
    full = config.get("finetuning_type", "lora") == "full"
    made = model_config(config["model_name_or_path"], layers)
    model: Any = AutoModelForCausalLM.from_config(made, dtype=torch.float32 if full else half)
    if not full:
        from peft import LoraConfig, get_peft_model

        adapter = LoraConfig(
            r=config.get("lora_rank", 8),
            lora_alpha=config.get("lora_alpha", 16),
            lora_dropout=config.get("lora_dropout", 0.0),
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        model = get_peft_model(model, adapter)
    if config.get("gradient_checkpointing"):
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return model.train()


def _loss(stage: str, model: Any, ids: Any) -> Any:
    """SFT's loss is the model's own; DPO's and KTO's are made of the logarithms of the answers' probabilities."""
    if stage == "sft":
        return model(input_ids=ids, labels=ids).loss
    logits = model(input_ids=ids).logits.float()
    return -logits.log_softmax(-1).gather(2, ids.unsqueeze(2)).sum()
