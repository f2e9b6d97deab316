"""Checkpoints that a training can go on from: which are whole, and what is wrong with the others.

A kill, a power cut or a full disk may leave one that looks whole. LLaMA-Factory would resume it all the same: with an
optimizer that starts anew, or with a traceback.
"""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import write_json

STATE = "trainer_state.json"
# What transformers leaves in a checkpoint while it writes one because of SIGTERM, maybe over an older one.
UNFINISHED = "checkpoint-is-incomplete.txt"
WEIGHTS = ("*.safetensors", "pytorch_model*.bin", "adapter_model.bin", "global_step*")
# Without one of these a training goes on otherwise than it would have (any of the names will do); where all are missing
# the profile says `save_only_model`.
NEEDED = {
    "optimizer": ("optimizer*", "global_step*"),
    "scheduler": ("scheduler.pt", "global_step*"),
    "random state": ("rng_state*.pth",),
}
TORCH_FILES = ("*.pt", "*.pth", "*.bin")

Say = Callable[[str], None]


def newest_checkpoint(folder: Path, say: Say = lambda said: None) -> Path | None:
    """The newest whole checkpoint of a stage; broken ones are deleted, and `say` told of it.

    Raises:
        UserError: a broken checkpoint cannot be deleted.
    """
    whole = None
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=step_of):
        why = fault(checkpoint)
        if not why:
            whole = checkpoint
            continue
        try:
            shutil.rmtree(checkpoint)
        except OSError as error:
            raise UserError(f"{checkpoint}: a broken checkpoint that cannot be deleted ({error.strerror})") from None
        say(f"{folder.name}: {checkpoint.name} is broken ({why}) and deleted")
    return whole


def checkpoints(folder: Path) -> list[Path]:
    """The whole checkpoints of a stage, the earliest first."""
    return [path for path in sorted(folder.glob("checkpoint-*"), key=step_of) if not fault(path)]


def best_checkpoint(folder: Path) -> Path | None:
    """Of the whole checkpoints the one of the lowest evaluation loss so far; None where none was evaluated."""
    whole = checkpoints(folder)
    best = state_of(whole[-1]).get("best_global_step") if whole else None
    return next((path for path in whole if best and step_of(path) == best), None)


def fault(checkpoint: Path) -> str:
    """What is wrong with a checkpoint, in a few words; empty where it is whole."""
    if (checkpoint / UNFINISHED).exists():
        return "its writing was cut off"
    if "global_step" not in state_of(checkpoint):
        return f"no whole {STATE}"
    if not _has(checkpoint, WEIGHTS):
        return "no weights"
    missing = [what for what, patterns in NEEDED.items() if not _has(checkpoint, patterns)]
    if missing and len(missing) < len(NEEDED):
        return f"no {missing[0]}"
    for path in sorted(checkpoint.rglob("*.safetensors")):
        if not is_whole_safetensors(path):
            return f"{path.name} is cut off"
    for pattern in TORCH_FILES:
        for path in sorted(checkpoint.rglob(pattern)):
            if not is_whole_zip(path):
                return f"{path.name} is damaged"
    return ""


def _has(checkpoint: Path, patterns: tuple[str, ...]) -> bool:
    return any(next(checkpoint.glob(pattern), None) for pattern in patterns)


def is_whole_safetensors(path: Path) -> bool:
    """Whether a file has all the bytes that its header promises."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        length = int.from_bytes(handle.read(8), "little")
        if not 2 <= length <= size - 8:
            return False
        try:
            header = json.loads(handle.read(length))
            ends = [item["data_offsets"][1] for name, item in header.items() if name != "__metadata__"]
        except (ValueError, LookupError, TypeError, AttributeError):
            return False
    return size == 8 + length + max(ends, default=0)


def is_whole_zip(path: Path) -> bool:
    """Whether a file that torch has saved (a zip) is there to its last byte; each part has a checksum."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        return False


def state_of(checkpoint: Path) -> dict[str, Any]:
    """What the trainer noted beside a checkpoint; empty where it cannot be read."""
    try:
        state = json.loads((checkpoint / STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def step_of(checkpoint: Path) -> int:
    """The step of `checkpoint-<step>`; -1 where the name has none."""
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def settle(checkpoint: Path) -> None:
    """Have a checkpoint find the best one so far where it lies now: its path is written down whole, and of a run that
    was moved the trainer would end without loading it."""
    state = state_of(checkpoint)
    noted = state.get("best_model_checkpoint")
    if not noted:
        return
    here = checkpoint.parent.resolve() / Path(noted).name
    if here != Path(noted) and here.is_dir():
        write_json(checkpoint / STATE, {**state, "best_model_checkpoint": str(here)}, indent=2)
