"""What a run's datasets are made of and what came out: hashes by which two runs can be told to be the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.files import count_lines, digest, sha256
from vgpt2.settings import Settings

MANIFEST = "manifest.json"


def manifest(data_dir: Path, catalog: Path, held_out: Path | None, settings: Settings) -> dict[str, Any]:
    """`inputs`: SHA-256 of the catalog and of what is held out, the seed, a digest of the data settings;
    `outputs`: SHA-256 and lines of every dataset in the folder, the raw ones and their meta among them."""
    files = sorted(path for path in data_dir.rglob("*.jsonl") if path.is_file())
    return {
        "inputs": {
            "catalog": sha256(catalog),
            "held_out": sha256(held_out) if held_out else None,
            "seed": settings.seed,
            "settings": digest(settings.profile.data.model_dump(mode="json")),
        },
        "outputs": {
            path.relative_to(data_dir).as_posix(): {"sha256": sha256(path), "rows": count_lines(path)} for path in files
        },
    }
