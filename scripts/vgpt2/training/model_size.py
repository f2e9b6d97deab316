"""How large a model is, told from its folder or its name: for the disk that a training needs, and its time."""

from __future__ import annotations

import json
import re
from pathlib import Path

PARAMETERS_IN_NAME = re.compile(r"(\d+(?:\.\d+)?)[bB]\b")


def weight_count(model: str) -> float:
    """How many weights a model has, from its folder or its name; 0 where that cannot be told."""
    size, item, _ = model_size(model)
    return size / item


def model_size(model: str) -> tuple[float, int, int]:
    """Bytes of the weights, bytes a weight, hidden size; from a folder, else guessed from a name like `Qwen2.5-7B`."""
    folder = Path(model)
    if folder.is_dir():
        size = sum(file.stat().st_size for pattern in ("*.safetensors", "*.bin") for file in folder.glob(pattern))
        try:
            config = json.loads((folder / "config.json").read_text("utf-8"))
        except (OSError, ValueError):
            config = {}
        item = 4 if config.get("dtype", config.get("torch_dtype")) == "float32" else 2
        return size, item, config.get("hidden_size", 1024)
    found = PARAMETERS_IN_NAME.search(model.rpartition("/")[2])
    return (float(found[1]) * 1e9 * 2 if found else 0.0), 2, 3584
