"""Trained stages are not thrown away in passing: what a change would cost, and how the old run is moved aside."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vgpt2.chain.inputs import DATABASE, SEEN, SETTINGS, WATCHED, Inputs
from vgpt2.chain.plan import due_steps, made_with
from vgpt2.chain.table import STAGES, expand, run_values, steps, targets
from vgpt2.errors import UserError
from vgpt2.files import writing
from vgpt2.settings import read_yaml

SHOWN = 3


def trained_stages(run_dir: Path) -> list[str]:
    """The stages with something trained in them: a finished model, or a checkpoint."""
    found = []
    for stage in STAGES:
        folder = run_dir / "saves" / stage
        if (folder / ".done").is_file() or any(folder.glob("checkpoint-*")):
            found.append(stage)
    return found


def lost_stages(run_dir: Path, suite: str, changed: Iterable[str]) -> list[str]:
    """The trained stages that the change of these inputs would have trained anew."""
    trained = trained_stages(run_dir)
    paths = _paths(run_dir, changed)
    if not trained or not paths:
        return []
    due = due_steps(targets()["all"].goals, _run_values(run_dir, suite), paths)
    names = {item.step.name for item in due}
    return [stage for stage in trained if f"train {stage}" in names]


def _run_values(run_dir: Path, suite: str) -> dict[str, list[str]]:
    """By the settings that the run was made with: a change of them, and all is due."""
    return run_values(run_dir.as_posix(), suite, **made_with(run_dir))


def require_fresh(run_dir: Path, lost: list[str], what: str) -> UserError:
    """The error that says what changed, what it costs and how to go on."""
    stages = "the trained stage " if len(lost) == 1 else "the trained stages "
    return UserError(
        f"{run_dir}: {what}; that would cost {stages}{', '.join(lost)}."
        f" FRESH=1 (PowerShell: -Fresh) moves the old run aside and goes on; RUN=name makes another run"
    )


def move_aside(run_dir: Path, suite: str, changed: Iterable[str]) -> Path:
    """Rename the run to `<run>.<time>`, and keep here a copy of what the change leaves as it is.

    Raises:
        UserError: the folder cannot be moved, or the disk is full.
    """
    changed = set(changed)
    values = _run_values(run_dir, suite)
    due = {item.step.name for item in due_steps(targets()["all"].goals, values, _paths(run_dir, changed))}
    stamp = time.strftime("%Y%m%d-%H%M%S")
    old = run_dir.with_name(f"{run_dir.name}.{stamp}")
    number = 1
    while old.exists():
        number += 1
        old = run_dir.with_name(f"{run_dir.name}.{stamp}.{number}")
    with writing(run_dir):
        run_dir.rename(old)
        for name in (*WATCHED, SEEN):
            if name not in changed and (old / name).is_file():
                _copy(old / name, run_dir / name)
        for step in steps():
            if step.name not in due and not step.beside:
                for output in expand(step.outputs, values):
                    _copy_output(old, run_dir, Path(output).relative_to(run_dir))
    return old


def _copy_output(old: Path, new: Path, name: Path) -> None:
    """A step's file with what lies beside it under the same name (`sft.jsonl`, `sft.meta.jsonl`); of a model, all."""
    if name.name == ".done":
        shutil.copytree(old / name.parent, new / name.parent, dirs_exist_ok=True)
        return
    for path in (old / name.parent).glob(f"{name.stem}.*"):
        if path.is_file():
            _copy(path, new / name.parent / path.name)


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, to)


def _paths(run_dir: Path, names: Iterable[str]) -> list[str]:
    return [f"{run_dir.as_posix()}/{name}" for name in names if name in WATCHED]


def describe(run_dir: Path, inputs: Inputs, changed: Iterable[str]) -> str:
    """What changed, in one phrase: `seed 20260 -> 5`, `tables.sql changed`."""
    said = [phrase for name in WATCHED if name in changed for phrase in _phrases(run_dir, inputs, name)]
    more = f" and {len(said) - SHOWN:,} more" if len(said) > SHOWN else ""
    return f"{', '.join(said[:SHOWN])}{more}"


def _phrases(run_dir: Path, inputs: Inputs, name: str) -> Iterator[str]:
    path, content = run_dir / name, inputs.files[name]
    if not path.is_file():
        yield f"{name} is new"
        return
    old, new = path.read_bytes(), content if isinstance(content, bytes) else content.read_bytes()
    try:
        if name == SETTINGS:
            yield from _values(json.loads(old), json.loads(new))
        elif name == DATABASE and isinstance(content, Path):
            yield from (f"{content.name}: {phrase}" for phrase in _values(read_yaml(path), read_yaml(content)))
        elif name.endswith(".json"):
            yield f"{content.name if isinstance(content, Path) else name} changed"
        else:
            yield from _lines(old.decode("utf-8", "replace"), new.decode("utf-8", "replace"))
    except (ValueError, UserError):
        yield f"{name} cannot be read"


def _values(old: Any, new: Any, above: str = "") -> Iterator[str]:
    """Where two nested mappings differ: `exam.suite quick -> full`."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"{above.removeprefix('profile.')} {_short(old)} -> {_short(new)}"
        return
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _values(old.get(key), new.get(key), f"{above}.{key}".lstrip("."))


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "", [], {}) else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _lines(old: str, new: str) -> Iterator[str]:
    """Which files, or packages, of a list are new, gone or changed; a line begins with the name."""
    before, after = (dict(_named(line) for line in text.splitlines()) for text in (old, new))
    for name in sorted({*before, *after}):
        if name not in before:
            yield f"{name} is new"
        elif name not in after:
            yield f"{name} is gone"
        elif before[name] != after[name]:
            yield f"{name} changed"


def _named(line: str) -> tuple[str, str]:
    for mark in ("\t", "=="):
        name, found, rest = line.partition(mark)
        if found:
            return name, rest
    return line, ""
