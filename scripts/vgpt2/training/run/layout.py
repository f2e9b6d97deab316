"""How weights lie in a training: in which type, and over how many processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.files import read_json


def parted(config: dict[str, Any], processes: int) -> dict[str, int]:
    """Over how many processes `weights` and `gradients` (with the optimizer's moments) are parted: ZeRO-2 parts the
    latter, ZeRO-3 and FSDP's full shard both (Rajbhandari et al. 2020, section 5)."""
    stage = 3 if "full_shard" in str(config.get("fsdp", "")) else 0
    if file := config.get("deepspeed"):
        stage = read_json(Path(file))["zero_optimization"]["stage"]
    return {"weights": processes if stage >= 3 else 1, "gradients": processes if stage >= 2 else 1}


def loaded_item(config: dict[str, Any]) -> int:
    """Bytes of a weight as LLaMA-Factory loads it."""
    return 2 if config.get("bf16") and config.get("finetuning_type", "lora") != "full" else 4
