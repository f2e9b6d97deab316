"""`dataset_info.json`: what LLaMA-Factory knows the audited files by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from vgpt2.errors import UserError
from vgpt2.files import read_json, write_text

INFO = "dataset_info.json"
PROMPT = {"prompt": "instruction", "query": "input", "system": "system"}


class Attributes(TypedDict):
    """What LLaMA-Factory is told of a dataset of a kind."""

    ranking: NotRequired[bool]
    columns: dict[str, str]


STAGES: dict[str, tuple[str, Attributes]] = {
    "sft": ("sft_merged", {"columns": PROMPT | {"response": "output"}}),
    "dpo": ("dpo", {"ranking": True, "columns": PROMPT | {"chosen": "chosen", "rejected": "rejected"}}),
    "kto": ("kto", {"columns": PROMPT | {"response": "output", "kto_tag": "kto_tag"}}),
}


def entries(data_dir: Path, prefix: str) -> dict[str, dict[str, Any]]:
    """The datasets of a folder by name: `<prefix>_sft_merged`, `<prefix>_dpo`, `<prefix>_kto`, each with `_eval`."""
    found: dict[str, dict[str, Any]] = {}
    for stage, (name, attributes) in STAGES.items():
        for suffix in ("", "_eval"):
            file = f"{stage}{suffix}.jsonl"
            if (data_dir / file).exists():
                found[f"{prefix}_{name}{suffix}"] = {"file_name": file, **attributes}
    return found


def register(data_dir: Path, prefix: str, output: Path) -> dict[str, dict[str, Any]]:
    """Write the file (ASCII: LLaMA-Factory opens it without naming an encoding) and return what is in it.

    Raises:
        UserError: no dataset at all, or a training file without its evaluation file.
    """
    found = entries(data_dir, prefix)
    if not found:
        raise UserError(f"{data_dir}: no sft.jsonl, dpo.jsonl or kto.jsonl; run dedupe.py first")
    for name, entry in found.items():
        if not name.endswith("_eval") and f"{name}_eval" not in found:
            stem = entry["file_name"].removesuffix(".jsonl")
            raise UserError(f"{data_dir}: {stem}.jsonl has no {stem}_eval.jsonl; run dedupe.py again")
    write_text(output, json.dumps(found, ensure_ascii=True, indent=2) + "\n")
    return found


def stage_datasets(data_dir: Path, stage: str) -> tuple[str, str]:
    """The registered names of a stage's training and evaluation datasets.

    Raises:
        UserError: not registered.
    """
    info = read_json(data_dir / INFO)
    names = {entry["file_name"]: name for name, entry in info.items()}
    try:
        return names[f"{stage}.jsonl"], names[f"{stage}_eval.jsonl"]
    except KeyError as error:
        raise UserError(f"{data_dir / INFO}: {error.args[0]} is not registered; run register_datasets.py") from None


def dataset_files(data_dir: Path, names: str) -> list[Path]:
    """The files behind a comma-separated list of dataset names."""
    info = read_json(data_dir / INFO)
    files = []
    for name in names.split(","):
        if name.strip() not in info:
            raise UserError(f"{data_dir / INFO}: no dataset '{name.strip()}'; there are {', '.join(info)}")
        files.append(data_dir / info[name.strip()]["file_name"])
    return files
