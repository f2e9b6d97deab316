"""A gate's report: under its own name only if the gate is open, so that no kill and no age of files can open one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.files import write_json


def write_verdict(path: Path, ok: bool, value: Any) -> Path:
    """Write a gate's report and take away the one that no longer holds; returns the file that was written.

    An open gate writes `path` and removes `<name>.failed.json`; a shut one first removes `path`, then writes
    `<name>.failed.json`.
    """
    failed = path.with_suffix(".failed.json")
    if ok:
        write_json(path, value)
        failed.unlink(missing_ok=True)
        return path
    path.unlink(missing_ok=True)
    write_json(failed, value)
    return failed
