"""Which model a stage starts from, and the stages behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.files import read_json
from vgpt2.model_folder import DONE, POINTER, resolve


@dataclass(frozen=True)
class Start:
    """A model to start from: its folder in the run, what to give to `from_pretrained`, and its lineage."""

    folder: str
    model: str
    lineage: list[dict[str, str]] = field(default_factory=list)  # {stage, model}, the base first


def read_start(path: Path) -> Start:
    """The last promoted model: of a gate's JSON, or a model folder itself (the base of a run, or any other).

    Raises:
        UserError: a gate without a model, a folder that is not there, unfinished, or holds no model.
    """
    if path.suffix == ".json":
        gate = read_json(path)
        if not isinstance(gate, dict) or not gate.get("model"):
            raise UserError(f"{path}: a gate without 'model'; run compare_checkpoints.py again")
        folder = find_folder(gate["model"], path)
        if gate.get("lineage"):
            return Start(str(folder), checked(folder), list(gate["lineage"]))
        path = folder
    known = path / "lineage.json"
    return Start(
        str(path), checked(path), read_json(known) if known.exists() else [{"stage": "base", "model": str(path)}]
    )


def find_folder(name: str, gate: Path) -> Path:
    """The folder that a gate names: as written, else relative to the run that the gate is in (a run may be moved)."""
    folder = Path(name)
    for candidate in (folder, gate.parent.parent / folder, *_inside(folder, gate.parent.parent)):
        if candidate.is_dir():
            return candidate
    raise UserError(f"{gate}: the model {name} is not there; train that stage again")


def checked(folder: Path) -> str:
    """What to load for this folder: itself, or what its pointer names.

    Raises:
        UserError: the folder is missing, unfinished, or holds no model.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such model folder")
    if (folder / POINTER).exists():
        return resolve(folder)
    if not (folder / "config.json").exists():
        what = "unfinished" if not (folder / DONE).exists() else "without config.json"
        raise UserError(f"{folder}: no model in it ({what}); run make_base.py or train_stage.py again")
    return str(folder)


def _inside(folder: Path, run: Path) -> list[Path]:
    """Candidates for a path recorded as `.../<run>/saves/sft/merged` when the run now lies elsewhere."""
    parts = folder.parts
    return [run.joinpath(*parts[index:]) for index, part in enumerate(parts) if part in ("saves", "base")]
