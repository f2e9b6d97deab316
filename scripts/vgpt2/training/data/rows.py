"""A dataset's rows looked at one by one before LLaMA-Factory gets them: it drops bad ones with a warning at most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vgpt2.files import read_jsonl

FIELDS = {
    "sft": ("instruction", "output"),
    "dpo": ("instruction", "chosen", "rejected"),
    "kto": ("instruction", "output"),
}
OPTIONAL = ("input", "system")


def read_rows(path: Path) -> list[dict]:
    """The rows, each with an `id` (its line's number where it has none)."""
    rows = read_jsonl(path)
    return [{**row, "id": row.get("id", f"row {number}")} for number, row in enumerate(rows, 1)]


def faults(stage: str, path: Path, rows: list[dict]) -> Iterator[tuple[str, str]]:
    """(rule, message) for each fault: a missing, empty or mistyped field, or a label that is no boolean."""
    for number, row in enumerate(rows, 1):
        where = f"{path.name}:{number} ({row['id']})"
        for name in FIELDS[stage]:
            if name not in row:
                yield "missing_field", f"{where}: no field '{name}'"
            elif not isinstance(row[name], str):
                yield "wrong_type", f"{where}: '{name}' is a {type(row[name]).__name__}, not a text"
            elif not row[name].strip():
                yield "empty_field", f"{where}: '{name}' is empty"
        for name in OPTIONAL:
            if not isinstance(row.get(name, ""), str):
                yield "wrong_type", f"{where}: '{name}' is a {type(row[name]).__name__}, not a text"
        if stage == "kto" and not isinstance(row.get("kto_tag"), bool):
            label = row.get("kto_tag")
            found = f"{label!r} ({type(label).__name__})"
            yield "label_not_boolean", f"{where}: kto_tag is {found}; the loader would drop the row; run fix_labels.py"
