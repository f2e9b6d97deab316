"""A model's folder: written whole or not at all, known by a fingerprint; a pointer in it may name a model elsewhere."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.files import digest, read_json, sha256, sync, sync_tree, temporary_path, writing

POINTER = "pointer.json"
DONE = ".done"
# Said to `from_pretrained` wherever it is called: a model's own code is never run (on a terminal transformers would
# ask), and no pickle is read, for it may run code too.
NO_CODE = {"trust_remote_code": False}
SAFE = {**NO_CODE, "use_safetensors": True}
PICKLED = ("pytorch_model*.bin", "adapter_model.bin", "*.pkl", "*.ckpt", "*.pt", "*.pth")


@contextmanager
def whole_folder(output: Path) -> Iterator[Path]:
    """A folder beside `output` that takes its place when the block ends well; nothing stays of it otherwise, and what a
    killed process left of an earlier one goes too.

    Raises:
        UserError: the disk is full, or the place cannot be written.
    """
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_path(output)
        before = temporary.with_suffix(".before")
        for left in output.parent.glob(f".{glob.escape(output.name)}.*.before"):
            shutil.rmtree(left, ignore_errors=True)
        try:
            temporary.mkdir()
            yield temporary
            sync_tree(temporary)
            # The old folder goes when the new one has its name.
            if output.exists():
                output.rename(before)
            temporary.rename(output)
            sync(output.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            if before.exists() and not output.exists():
                before.rename(output)
            shutil.rmtree(before, ignore_errors=True)


def resolve(path: str | Path) -> str:
    """What to give to `from_pretrained`: the folder itself, or the name that its pointer holds.

    Raises:
        UserError: the pointer names nothing, or a folder that is no longer there.
    """
    file = Path(path) / POINTER
    if not file.exists():
        return str(path)
    pointer = read_json(file)
    name = pointer.get("name_or_path") if isinstance(pointer, dict) else None
    if not isinstance(name, str) or not name:
        raise UserError(f"{file}: no field 'name_or_path'; run make_base.py again")
    # Without this a vanished folder would be asked for at the hub, as if its path were a name there.
    if pointer.get("local", Path(name).is_absolute()) and not (Path(name) / "config.json").exists():
        raise UserError(f"{file}: the model {name} is no longer there; put it back or run make_base.py again")
    return name


def check_weights(folder: str | Path) -> None:
    """Stop where a folder has weights in no other form than Python's pickle; of a name on the hub nothing is said.

    Raises:
        UserError: names the file, and what to do.
    """
    folder = Path(folder)
    if not folder.is_dir() or next(folder.glob("*.safetensors"), None):
        return
    found = next((path for pattern in PICKLED for path in sorted(folder.glob(pattern))), None)
    if found:
        raise UserError(f"{found}: weights as a pickle, which may run code when it is read; give them as safetensors")


def check_adapter(folder: str | Path, base: str | Path = "") -> None:
    """Stop where an adapter is no plain LoRA in safetensors, or one of another model than `base` (a folder or a name
    on the hub; empty: it is not compared).

    Raises:
        UserError: its weights are a pickle, or its settings ask for another kind, or for a module to be imported, or
            name another model.
    """
    check_weights(folder)
    file = Path(folder) / "adapter_config.json"
    if not file.exists():
        return  # peft says so
    config = read_json(file)
    kind = config.get("peft_type") if isinstance(config, dict) else None
    if kind != "LORA":
        raise UserError(f"{file}: an adapter of kind {kind}; only LoRA is read")
    if config.get("megatron_config"):
        raise UserError(f"{file}: megatron_config has a module imported by its name; take it out")
    named = config.get("base_model_name_or_path")
    if base and isinstance(named, str) and _is_another(named, base, Path(folder)):
        raise UserError(
            f"{file}: an adapter of {named}, not of {base}; if that is the same model under another name, set"
            f" base_model_name_or_path in this file to {base}"
        )


def _is_another(named: str, base: str | Path, adapter: Path) -> bool:
    """Whether two names are surely two models'; a folder that was moved keeps its own name, and its model's."""
    one, other = model_name(named), model_name(base)
    if named == str(base) or not one or not other or one == other:
        return False
    known = next((path for path in (adapter / "inputs.json", adapter.parent / "inputs.json") if path.exists()), None)
    recorded = read_json(known) if known else None  # beside our own adapters
    return not (isinstance(recorded, dict) and recorded.get("base") == fingerprint(base))


def model_name(name_or_path: str | Path) -> str:
    """What a model is called, wherever it lies: `qwen2.5-7b-instruct` of a name on the hub, of its copy in the hub's
    cache, of a folder or of a run's base; `sft/merged` of a stage's model. Empty where that cannot be told."""
    path = Path(name_or_path)
    if (path / POINTER).exists():
        return model_name(resolve(path))
    if path.name == "merged":
        return "/".join(path.parts[-2:])
    if path.parent.name == "snapshots":  # .../models--owner--name/snapshots/<commit>
        return path.parent.parent.name.rpartition("--")[2].lower()
    if path.name != "base":
        return path.name.lower()
    done = read_json(path / DONE) if (path / DONE).exists() else {}
    name = done.get("name", "") if isinstance(done, dict) else ""
    return Path(name).name.lower() if isinstance(name, str) else ""


def is_local(name_or_path: str) -> bool:
    """Whether a model is a folder on this machine, so that no hub is needed."""
    return Path(name_or_path).is_dir()


def fingerprint(path: str | Path) -> str:
    """A hash that changes with the model: its `.done` where there is one, else names, sizes and times of its files."""
    path = Path(path)
    if not path.is_dir():
        return digest(str(path))
    done = path / DONE
    if done.exists():
        return sha256(done)[:16]
    files = sorted(item for item in path.rglob("*") if item.is_file())
    return digest([[str(item.relative_to(path)), item.stat().st_size, item.stat().st_mtime_ns] for item in files])


def file_sizes(folder: Path) -> dict[str, int]:
    """Bytes of each file of a folder, by relative name, sorted."""
    files = sorted(item for item in folder.rglob("*") if item.is_file() and item.name != DONE)
    return {item.relative_to(folder).as_posix(): item.stat().st_size for item in files}
