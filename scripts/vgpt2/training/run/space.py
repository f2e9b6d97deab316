"""Disk space that a stage needs, asked for before it begins."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import count_lines
from vgpt2.training.data.register import dataset_files
from vgpt2.training.model_size import model_size

GIB = 1024**3


def needed_bytes(model: str, config: dict[str, Any]) -> int:
    """About how many bytes a stage writes: the merged model, and its checkpoints with optimizer states.

    A checkpoint holds weights and two moments of what is trained, in fp32. The weights of a LoRA on all linear layers
    are about 1.3 * rank / hidden size of the model's (7.2 % for SmolLM2 at rank 32, 9 % for Qwen2.5-7B at 256).
    0 where the size of a hub model cannot be told.
    """
    size, item, hidden = model_size(model)
    weights = size / item
    if config.get("finetuning_type") == "full":
        trained = weights
    else:
        trained = min(1.0, 1.3 * config.get("lora_rank", 8) / hidden) * weights
    checkpoints = (config.get("save_total_limit") or checkpoint_count(config)) + 1
    return int(size + checkpoints * trained * 12)


def checkpoint_count(config: dict[str, Any]) -> int:
    """About how many checkpoints a training without `save_total_limit` leaves; 2 where that cannot be told."""
    every = config.get("save_steps", 0)
    if 0 < every < 1:
        return math.ceil(1 / every)
    if not every or "dataset_dir" not in config:
        return 2
    rows = sum(count_lines(file) for file in dataset_files(Path(config["dataset_dir"]), config["dataset"]))
    batch = config.get("per_device_train_batch_size", 8) * config.get("gradient_accumulation_steps", 1)
    return math.ceil(rows / batch * config.get("num_train_epochs", 3) / every)


def check_space(folder: Path, needed: int, free: int | None = None) -> None:
    """Stop before a training that would fill the disk.

    Raises:
        UserError: fewer than `needed` bytes (and a tenth) are free where `folder` will be.
    """
    place = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
    free = shutil.disk_usage(place).free if free is None else free
    if free < needed * 1.1:
        raise UserError(
            f"{folder}: {_size(free)} free, about {_size(needed * 1.1)} needed for checkpoints"
            " and the merged model; free some space or lower save_total_limit"
        )


def _size(number: float) -> str:
    """Bytes as a person reads them: `1.4 GiB`, `35 MiB`."""
    return f"{number / GIB:.1f} GiB" if number >= GIB / 2 else f"{number / (1 << 20):,.0f} MiB"
