"""How long a stage will train on a CPU, by what it has to multiply."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from vgpt2.training.model_size import weight_count

# Multiplications and additions a second and core that a training reaches, in fp32 and where the CPU multiplies bf16
# itself. Measured: 1.0e11 of two cores with AVX2 (Qwen2.5-Coder-0.5B, LoRA, 50 tokens a second), 1.3e11 (SmolLM2, all
# weights) to 3.6e11 (the other) of two with bf16.
OPERATIONS = {False: 0.5e11, True: 0.9e11}
# Passes over the weights a token, each of two operations a weight: forward, backward to the inputs, and to the weights
# where all of them learn; forward once more where activations are not kept.
FORWARD = 2
# Against SFT's: DPO runs the reference too, KTO also the rows of its KL estimate.
COST = {"sft": 1.0, "dpo": 4 / 3, "kto": 2.0}
START_SECONDS = 25


def cpu_minutes(stage: str, config: dict[str, Any], tokens: float) -> float:
    """Minutes of a stage over `tokens` on the cores that are here; 0 where nobody can say (a GPU, an unknown model)."""
    weights = _multiplied(config["model_name_or_path"])
    if not config.get("use_cpu") or not weights:
        return 0.0
    passes = 2 + (config.get("finetuning_type") == "full") + (not config.get("disable_gradient_checkpointing"))
    speed = OPERATIONS[bool(config.get("bf16"))] * (os.cpu_count() or 1)
    return round((START_SECONDS + tokens * FORWARD * passes * weights * COST[stage] / speed) / 60, 1)


def _multiplied(model: str) -> float:
    """The weights that take part in products: not a table of embeddings that is only looked up."""
    config = Path(model) / "config.json"
    known = json.loads(config.read_text("utf-8")) if config.is_file() else {}
    looked_up = 0 if known.get("tie_word_embeddings", True) else known["vocab_size"] * known["hidden_size"]
    return max(0.0, weight_count(model) - looked_up)
