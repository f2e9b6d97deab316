"""What a rerun does with a stage's folder: nothing, go on, or start anew beside the old one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vgpt2.files import digest, sha256, write_json
from vgpt2.model_folder import DONE, fingerprint
from vgpt2.training.config import identity
from vgpt2.training.data.register import dataset_files

INPUTS = "inputs.json"


def inputs_of(config: dict[str, Any], model: str) -> dict[str, Any]:
    """What a training is made of: hashes of its data files, its config and its base."""
    data_dir = Path(config["dataset_dir"])
    files = [*dataset_files(data_dir, config["dataset"]), *dataset_files(data_dir, config["eval_dataset"])]
    return {
        "data": {file.name: sha256(file) for file in files},
        "config": digest(identity(config)),
        "base": fingerprint(model),
    }


def decide(folder: Path, inputs: dict[str, Any]) -> str:
    """`fresh` (no folder), `done`, `resume` (begun with the same inputs) or `changed` (begun with others)."""
    if not folder.exists() or not any(folder.iterdir()):
        return "fresh"
    recorded = _read(folder / INPUTS)
    if recorded != inputs:
        return "changed"
    whole = (folder / DONE).exists() and (folder / "merged" / DONE).exists()
    return "done" if whole else "resume"


def is_trained(folder: Path) -> bool:
    """Whether there is something to lose: a finished model, or a checkpoint."""
    return (folder / DONE).exists() or any(folder.glob("checkpoint-*"))


def difference(folder: Path, inputs: dict[str, Any]) -> str:
    """What a stage was trained from that is another now: `other data (sft.jsonl), another base`."""
    recorded = _read(folder / INPUTS) or {}
    data, now = recorded.get("data") or {}, inputs["data"]
    files = [name for name in now if data.get(name) != now[name]]
    said = [f"other data ({', '.join(files)})"] if files else []
    said += ["another config"] if recorded.get("config") != inputs["config"] else []
    said += ["another base"] if recorded.get("base") != inputs["base"] else []
    chosen = "choose_checkpoint"
    said += ["another choice of checkpoint"] if recorded.get(chosen) != inputs.get(chosen) else []
    return ", ".join(said) or "something else"


def move_away(folder: Path) -> Path:
    """Rename a folder to the first free `<name>.old-<n>`, so that nothing a user trained is lost."""
    number = 1
    while (old := folder.with_name(f"{folder.name}.old-{number}")).exists():
        number += 1
    folder.rename(old)
    return old


def begin(folder: Path, inputs: dict[str, Any]) -> None:
    """Make the folder and record what it is trained from."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / INPUTS, inputs)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
