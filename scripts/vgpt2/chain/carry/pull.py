"""Brings a run home: whole under its name, or not yet there; what was left out is made again and compared."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.chain.carry.again import make_again
from vgpt2.chain.carry.place import Place
from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import sha256, sync_tree
from vgpt2.screen import screen


class NoRun(UserError):
    """No run of this name was pushed there."""


@dataclass(frozen=True)
class Pulled:
    """What a pull came to: all files of the run, bytes that were fetched, files that were made again, and those of
    them whose bytes are others than they were."""

    files: int
    bytes: int
    again: int
    other: list[str]


def pull(url: str, run_dir: Path) -> Pulled | None:
    """Bring the run of this name from `url`; None where it is here and the same.

    It is built beside its place (`.<run>.pull`), so that a pull that was cut off goes on and a half run is none. Times
    are those of the files that were pushed: what was up to date there is so here.

    Raises:
        UserError: no such place or run, a run of this name with other files, or files that are damaged there.
    """
    place = Place(url, run_dir.name, "FROM")
    manifest = place.manifest()
    if manifest is None:
        runs = place.runs()
        hint = did_you_mean(run_dir.name, runs) or (f"; there are {', '.join(runs)}" if runs else "; there is none")
        raise NoRun(f"{place.name}: no run {run_dir.name}{hint} (RUN=name)")
    files: dict[str, dict[str, Any]] = manifest["files"]
    _check_names(files, place)
    if run_dir.exists():
        _require_same(run_dir, files)
        return None
    work = run_dir.parent / f".{run_dir.name}.pull"
    fetched = _fetch(place, {name: item for name, item in files.items() if not item.get("again")}, work)
    left_out = {name: item for name, item in files.items() if item.get("again")}
    other = make_again(work, left_out)
    _set_times(work, files)
    sync_tree(work)
    work.rename(run_dir)
    return Pulled(len(files), fetched, len(left_out), other)


def _check_names(files: dict[str, dict[str, Any]], place: Place) -> None:
    """A manifest is from outside: it may name files of the run alone."""
    for name in files:
        parts = Path(name).parts
        if not parts or Path(name).is_absolute() or ".." in parts or "\\" in name or ":" in parts[0]:
            raise UserError(f"{place.name}: its manifest names {name!r}, which is no file of a run")


def _fetch(place: Place, files: dict[str, dict[str, Any]], work: Path) -> int:
    done, fetched = 0, 0
    total = sum(item["bytes"] for item in files.values()) or 1
    with screen().doing(f"fetching {len(files)} files from {place.name}") as doing:
        for name, item in files.items():
            path = work / name
            if doing.is_heeded():
                doing.at(done, total, f"{done >> 20:,} of {total >> 20:,} MiB")
            if not (path.is_file() and path.stat().st_size == item["bytes"] and sha256(path) == item["sha256"]):
                place.get(item["sha256"], path)
                fetched += item["bytes"]
            done += item["bytes"]
    for path in work.rglob("*"):
        if path.is_file() and path.relative_to(work).as_posix() not in files:
            path.unlink()  # of an earlier pull, which was cut off
    return fetched


def _require_same(run_dir: Path, files: dict[str, dict[str, Any]]) -> None:
    differ = [name for name, item in files.items() if not _is(run_dir / name, item)]
    if differ:
        more = f" and {len(differ) - 3} more" if len(differ) > 3 else ""
        raise UserError(
            f"{run_dir}: is here with other files than there ({', '.join(differ[:3])}{more}); move it away or delete"
            " it (make clean), then pull"
        )


def _is(path: Path, item: dict[str, Any]) -> bool:
    if not path.is_file() or path.stat().st_size != item["bytes"]:
        return False
    return path.stat().st_mtime_ns == item["mtime_ns"] or sha256(path) == item["sha256"]


def _set_times(work: Path, files: dict[str, dict[str, Any]]) -> None:
    newest: dict[Path, int] = {}
    for name, item in files.items():
        path = work / name
        if path.is_file():
            os.utime(path, ns=(item["mtime_ns"], item["mtime_ns"]))
            newest[path.parent] = max(newest.get(path.parent, 0), item["mtime_ns"])
    # Checkpoints are put away in the order of their folders' times.
    for folder, moment in newest.items():
        os.utime(folder, ns=(moment, moment))
