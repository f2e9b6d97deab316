"""Which steps are due, by the table and the ages of a run's files, as make sees it; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.chain.table import Step, expand, leading_to


@dataclass(frozen=True, slots=True)
class Due:
    """A step that would run, and why: `runs/r/catalog.json: missing`, `...: older than runs/r/source.stamp`."""

    step: Step
    reason: str


def due_steps(goals: Iterable[str], values: dict[str, list[str]], changed: Iterable[str] = ()) -> list[Due]:
    """The steps that lead to `goals` and would run, in their order.

    Args:
        goals: names of steps.
        values: as `table.run_values` gives them.
        changed: files of the run that would be written before the first step.
    """
    new = set(changed)
    due = []
    for step in leading_to(goals, values):
        outputs = expand(step.outputs, values)
        reason = _reason(step, expand(step.inputs, values), outputs, new)
        if reason:
            due.append(Due(step, reason))
            new.update(outputs)
    return due


def made_with(run_dir: Path) -> dict[str, Any]:
    """What a run's settings say that changes the table, as arguments of `table.run_values`."""
    found: dict[str, Any] = {}
    try:
        settings = json.loads((run_dir / "settings.json").read_bytes())
        found["teacher"] = settings["teacher"]
        found["harvests"] = settings["profile"]["harvest"]["count"] > 0
    except (OSError, ValueError, LookupError, TypeError):  # of another version, or not there: as far as was read
        pass
    return found


def _reason(step: Step, inputs: list[str], outputs: list[str], new: set[str]) -> str:
    ages = {path: _age(path) for path in (*inputs, *outputs)}
    for output in outputs:
        if ages[output] is None:
            return f"{output}: missing"
    if step.always:
        return f"{outputs[0]}: made anew each time"
    for output in outputs:
        made = ages[output] or 0
        for path in inputs:
            if path in new or (ages[path] or 0) > made:
                return f"{output}: older than {path}"
    return ""


def _age(path: str) -> int | None:
    """Nanoseconds since 1970, None where there is no such file."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None
