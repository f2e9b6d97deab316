"""Brings a run to another place: what is there already is not sent again, and the manifest is written last."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.chain.carry.content import STAGES, files
from vgpt2.chain.carry.place import Changed, Place
from vgpt2.errors import UserError
from vgpt2.files import sha256
from vgpt2.screen import screen

TRIES = 3


@dataclass(frozen=True)
class Pushed:
    """What a push came to; bytes are those that were sent."""

    files: int
    sent: int
    bytes: int
    again: int


def push(run_dir: Path, url: str) -> Pushed:
    """Bring the run's files to `url/<run>`; see `content.files`.

    Raises:
        UserError: no such run or place, no right to write there, or files that change all the while.
    """
    if not (run_dir / "settings.json").is_file():
        raise UserError(f"{run_dir}: no such run; make status names those that there are")
    place = Place(url, run_dir.name, "TO")
    if place.local and Path(place.root).resolve().is_relative_to(run_dir.resolve()):
        raise UserError(f"TO={url}: lies in the run itself; give another folder")
    with _alone(run_dir):
        for _ in range(TRIES):
            try:
                return _push(run_dir, place)
            except (Changed, FileNotFoundError):  # a checkpoint that was put away, a log that went on
                continue
    raise UserError(f"{run_dir}: its files change all the while; push again when the step has ended")


def _push(run_dir: Path, place: Place) -> Pushed:
    known = (place.manifest() or {}).get("files", {})
    there = place.there()
    listed = {name: _entry(run_dir / name, known.get(name, {}), again) for name, again in files(run_dir)}
    _keep_what_was_trained(run_dir, place, known, listed)
    _carry_what_has_no_twin(listed)
    missing = {
        item["sha256"]: (run_dir / name, item["bytes"])
        for name, item in listed.items()
        if not item.get("again") and there.get(item["sha256"]) != item["bytes"]
    }
    sent = 0
    with screen().doing(f"copying {len(missing)} files to {place.name}") as doing:
        total = sum(size for _, size in missing.values()) or 1
        for digest, (path, size) in missing.items():
            if doing.is_heeded():
                doing.at(sent, total, f"{sent >> 20:,} of {total >> 20:,} MiB")
            place.put(path, digest)
            sent += size
    place.finish({"run": run_dir.name, "pushed": time.strftime("%Y-%m-%d %H:%M:%S"), "files": listed}, there)
    return Pushed(len(listed), len(missing), sent, sum(bool(item.get("again")) for item in listed.values()))


def _keep_what_was_trained(run_dir: Path, place: Place, known: dict[str, Any], listed: dict[str, Any]) -> None:
    """A run that was begun anew here must not take the place of one that is further there."""
    if os.environ.get("FRESH", "") not in ("", "0"):
        return
    for stage in STAGES:
        folder = f"saves/{stage}/"
        trained = f"{folder}.done" in known or _has_checkpoint(known, folder)
        if trained and f"{folder}.done" not in listed and not _has_checkpoint(listed, folder):
            raise UserError(
                f"{place.name}: {run_dir.name} has a trained stage {stage} there, and none here; make pull FROM= into"
                f" an empty {run_dir}, give another RUN, or FRESH=1 to replace it"
            )


def _has_checkpoint(listed: dict[str, Any], folder: str) -> bool:
    return any(name.startswith(f"{folder}checkpoint-") for name in listed)


def _carry_what_has_no_twin(listed: dict[str, dict[str, Any]]) -> None:
    """An export is a copy of a stage's model, and made again from that; one of a hub's model is not."""
    made = {item["sha256"] for name, item in listed.items() if item.get("again") and not name.startswith("export/")}
    for name, item in listed.items():
        if name.startswith("export/") and item["sha256"] not in made:
            item.pop("again", None)


def _entry(path: Path, known: dict[str, Any], again: bool) -> dict[str, Any]:
    state = path.stat()
    same = known.get("bytes") == state.st_size and known.get("mtime_ns") == state.st_mtime_ns
    digest = known["sha256"] if same else sha256(path)
    entry = {"sha256": digest, "bytes": state.st_size, "mtime_ns": state.st_mtime_ns}
    return {**entry, "again": True} if again else entry


@contextmanager
def _alone(run_dir: Path) -> Iterator[None]:
    """One push of a run after the other: a checkpoint's may still be on its way when the stage ends."""
    lock = run_dir.parent / f".{run_dir.name}.push"
    try:
        import fcntl
    except ImportError:  # Windows: two pushes at once send some files twice
        yield
        return
    with lock.open("w") as handle:
        with suppress(OSError):  # a mount that knows no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
