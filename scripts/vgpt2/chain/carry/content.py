"""What of a run is carried: everything but what can be made again, and what is only there while something works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vgpt2.training.checkpoints import best_checkpoint, checkpoints
from vgpt2.training.early import ended_at

STAGES = ("sft", "dpo", "kto")
# Folders of whole models: their weights are those of an adapter merged into a base, made anew, or a copy of another.
MODELS = ("base", "export", *(f"saves/{stage}/merged" for stage in STAGES))
PASSING = ("cache", "__pycache__")
# Made of the export in minutes, by `make gguf`, and as large again.
FORMS = ("gguf",)


def files(run_dir: Path) -> Iterator[tuple[str, bool]]:
    """The files of a run as (name within it, whether it can be made again), sorted; of the latter only the checksum is
    carried. Of checkpoints a stage in training needs the newest and the best, a finished one none but the one that it
    was made of."""
    kept = {path for stage in STAGES for path in _kept_checkpoints(run_dir / "saves" / stage)}
    for path in sorted(run_dir.rglob("*")):
        name = path.relative_to(run_dir)
        if path.is_symlink() or not path.is_file() or _is_passing(name) or name.parts[0] in FORMS:
            continue
        of_checkpoint = name.parts[0] == "saves" and len(name.parts) > 3 and name.parts[2].startswith("checkpoint-")
        if of_checkpoint and run_dir.joinpath(*name.parts[:3]) not in kept:
            continue
        yield name.as_posix(), path.suffix == ".safetensors" and name.parent.as_posix() in MODELS


def _is_passing(name: Path) -> bool:
    *folders, last = name.parts
    if any(part in PASSING or ".old-" in part or _is_temporary(part) for part in folders):
        return True
    return _is_temporary(last)


def _is_temporary(part: str) -> bool:
    return part.startswith(".") and part.endswith((".tmp", ".before"))


def _kept_checkpoints(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    taken = _json(folder / "merged" / "lineage.json") if (folder / ".done").exists() else []
    if taken:
        name = taken[-1].get("checkpoint", "")
        return [folder / name] if name else []
    whole = checkpoints(folder)
    if _json(folder / "inputs.json").get("choose_checkpoint"):
        return whole
    ended = ended_at(folder)
    return [*whole[-1:], *filter(None, (best_checkpoint(folder), ended[0] if ended else None))]


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
