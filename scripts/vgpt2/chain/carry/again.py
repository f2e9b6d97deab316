"""Weights that were left out of a push, made again: the base, each stage merged, and copies of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vgpt2.chain.carry.content import STAGES
from vgpt2.errors import UserError
from vgpt2.files import read_json, sha256
from vgpt2.screen import screen
from vgpt2.settings import load_settings
from vgpt2.training.base.base_model import make_base
from vgpt2.training.lineage import checked, find_folder
from vgpt2.training.merge import merge

Left = dict[str, dict[str, Any]]


def make_again(run_dir: Path, left_out: Left) -> list[str]:
    """Make the weights that a run lacks, each where it was; returns those whose bytes are others than they were.

    Raises:
        UserError: the base cannot be had here, or a stage lacks what it was made of.
    """
    other = []
    with screen().doing(f"making {len(left_out)} files of weights again"):
        for folder in ("base", *(f"saves/{stage}/merged" for stage in STAGES), "export"):
            wanted = {name: item for name, item in left_out.items() if Path(name).parent.as_posix() == folder}
            if wanted:
                other += _make(run_dir, folder, wanted, left_out)
    return other


def _make(run_dir: Path, folder: str, wanted: Left, left_out: Left) -> list[str]:
    missing = {name: item for name, item in wanted.items() if not _is(run_dir / name, item)}
    # A copy of a model is that model: `export` of the stage that was promoted, a stage that was kept of the one before.
    for name, item in list(missing.items()):
        twin = next((run_dir / one for one in left_out if one not in wanted and _is(run_dir / one, item)), None)
        if twin is not None:
            shutil.copyfile(twin, run_dir / name)  # no link: the two may have other times
            del missing[name]
    if not missing:
        return []
    with _made(run_dir, folder) as made:
        for name in missing:
            source = made / Path(name).name
            if not source.is_file():
                raise UserError(f"{run_dir.name}/{name}: cannot be made again: other files come of it than there were")
            source.replace(run_dir / name)
    return [name for name, item in missing.items() if not _is(run_dir / name, item)]


@contextmanager
def _made(run_dir: Path, folder: str) -> Iterator[Path]:
    """A folder beside the run with a model of it, made anew."""
    with tempfile.TemporaryDirectory(prefix=".again-", dir=run_dir.parent) as scratch:
        output = Path(scratch) / "model"
        settings = load_settings(run_dir / "settings.json")
        if folder == "base":
            make_base(settings.profile.model, settings.seed, run_dir / "catalog.json", output)
        elif folder == "export":
            raise UserError(f"{run_dir.name}/export: its weights are those of no stage of the run; export it again")
        else:
            stage = run_dir / Path(folder).parent
            lineage = read_json(run_dir / folder / "lineage.json")
            before = find_folder(lineage[-2]["model"], run_dir / "gates" / f"{stage.name}.json")
            taken = lineage[-1].get("checkpoint", "")
            merge(checked(before), stage / taken, output, lineage)
        yield output


def _is(path: Path, item: dict[str, Any]) -> bool:
    return path.is_file() and path.stat().st_size == item["bytes"] and sha256(path) == item["sha256"]
