"""The lock files: which packages in which version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.files import read_text

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def lock_files(root: Path) -> list[Path]:
    """Those of the project, by name.

    Raises:
        UserError: there is none.
    """
    found = sorted(root.glob("requirements*.txt"))
    if not found:
        raise UserError(f"{root}: no requirements*.txt here; give the project's folder")
    return found


def tool_locks(root: Path) -> list[Path]:
    """Those of tools that have environments of their own and are no part of the chain, by name."""
    return sorted(root.glob("automation/tools/*.txt"))


def canonical(name: str) -> str:
    """A package's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(paths: Iterable[Path]) -> dict[str, list[str]]:
    """The versions of each package that lock files pin, by its name; several where markers choose by Python."""
    found: dict[str, set[str]] = {}
    for path in paths:
        for line in read_text(path).splitlines():
            pin = PIN.match(line)
            if pin:
                found.setdefault(canonical(pin[1]), set()).add(pin[2])
    return {name: sorted(versions) for name, versions in sorted(found.items())}
