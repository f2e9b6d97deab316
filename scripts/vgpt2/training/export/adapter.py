"""The promoted model as one adapter on the untouched base: what the stages learnt, without the base's weights.

Every stage trains an adapter of its own on the merged stage before. The sum of such products is one product of larger
rank: [B1 B2] [A1; A2] = B1 A1 + B2 A2 (LoRA, arXiv 2106.09685, section 4.1), so nothing is approximated.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.files import write_json
from vgpt2.training.lineage import find_folder

if TYPE_CHECKING:
    from torch import Tensor

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
DOWN, UP = ".lora_A.weight", ".lora_B.weight"
# What makes an adapter more than a product of two matrices at each layer, and its value where it does not.
PLAIN: dict[str, Any] = {
    "use_dora": False,
    "modules_to_save": None,
    "bias": "none",
    "lora_bias": False,
    "rank_pattern": {},
    "alpha_pattern": {},
    "fan_in_fan_out": False,
}


def trained_folders(lineage: list[dict[str, str]], gate: Path) -> list[tuple[str, Path]]:
    """Stage and folder of what each stage behind a model trained, in their order.

    Raises:
        UserError: the folder of a stage is not there.
    """
    stages = [item for item in lineage if item["stage"] != "base"]
    return [(item["stage"], find_folder(item["model"], gate).parent / item.get("checkpoint", "")) for item in stages]


def one_adapter(trained: list[tuple[str, Path]], base: str, output: Path) -> str:
    """Write the stages' adapters as one into `output`; returns '', or why there is none (and writes nothing).

    Args:
        base: what the adapter says it belongs to.
    """
    if not trained:
        return "no stage was promoted"
    configs: list[dict[str, Any]] = []
    for stage, folder in trained:
        if not (folder / CONFIG).exists():
            return f"{stage} trained all weights"
        configs.append(json.loads((folder / CONFIG).read_text("utf-8")))
        if odd := next((key for key, value in PLAIN.items() if (configs[-1].get(key) or value) != value), ""):
            return f"the adapter of {stage} has {odd}: {configs[-1][odd]}"
    from safetensors.torch import load_file, save_file

    weights = [load_file(folder / WEIGHTS) for _, folder in trained]
    if any(found.keys() != weights[0].keys() for found in weights):
        return "the stages trained different layers"
    output.mkdir()
    save_file(_joined(weights, [_scale(config) for config in configs]), output / WEIGHTS, metadata={"format": "pt"})
    rank = sum(config["r"] for config in configs)
    one = {"r": rank, "lora_alpha": rank, "use_rslora": False, "lora_dropout": 0.0, "inference_mode": True}
    write_json(output / CONFIG, {**configs[-1], **one, "base_model_name_or_path": base})
    return ""


def _scale(config: dict[str, Any]) -> float:
    rank = config["r"]
    return config["lora_alpha"] / (math.sqrt(rank) if config.get("use_rslora") else rank)


def _joined(weights: list[dict[str, Tensor]], scales: list[float]) -> dict[str, Tensor]:
    import torch

    joined = {}
    for name in weights[0]:
        parts = [found[name] for found in weights]
        if name.endswith(UP):
            parts = [part * scale for part, scale in zip(parts, scales, strict=True)]
        joined[name] = torch.cat(parts, dim=0 if name.endswith(DOWN) else 1).contiguous()
    return joined
