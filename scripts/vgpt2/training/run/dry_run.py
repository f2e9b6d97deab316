"""A dry run of one micro-batch, without any numbers in it: what of memory its passes take.

PyTorch's own tracker (`torch.distributed._tools.mem_tracker`) follows the passes of a stage over tensors that have
shapes and no contents.
"""

from __future__ import annotations

from typing import Any

from vgpt2.model_folder import NO_CODE

# Rows of a micro-batch that are in one forward pass with gradients: DPO's holds both sides.
ROWS = {"sft": 1, "dpo": 2, "kto": 1}
PEAK, MODEL_STATES = "Total", ("PARAM", "BUFFER")


def model_config(name: str, layers: int = 0) -> Any:
    from transformers import AutoConfig

    config: Any = AutoConfig.from_pretrained(name, **NO_CODE)
    if layers:
        config.num_hidden_layers = layers
        if getattr(config, "layer_types", None):
            config.layer_types = config.layer_types[:layers]
    return config


def tracked(stage: str, config: dict[str, Any], tokens: int, layers: int) -> dict[str, float]:
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
        step, ids = _step(stage, model), torch.zeros((rows, tokens), dtype=torch.long)
        tracker = Tracker()
        tracker.track_external(step)
        with tracker:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
                loss = step(ids)
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


def _step(stage: str, model: Any) -> Any:
    """The passes of one step, as LLaMA-Factory's trainers make them; one module, for the tracker takes one call.

    SFT's loss is the model's own. DPO's and KTO's are made of the logarithms of the answers' probabilities, beside
    those of the model before, whose pass comes while the first one's activations wait for theirs; KTO also asks both of
    answers that belong to other questions.
    """
    import torch

    def asked(ids: Any) -> tuple[Any, Any]:
        logits = model(input_ids=ids, use_cache=False).logits.float()
        return logits, logits[:, :-1].log_softmax(-1).gather(2, ids[:, 1:].unsqueeze(2)).sum()

    class Step(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any) -> Any:
            if stage == "sft":
                return self.model(input_ids=ids, labels=ids).loss
            logits, answers = asked(ids)
            with torch.no_grad():
                if stage == "kto":
                    asked(ids)
                    # The answers that are to be likelier and the others, each for itself.
                    logits = (logits, logits.clone())
                before = asked(ids)
                if stage == "kto":
                    asked(ids)
            del logits, before
            return -answers

    return Step()


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
