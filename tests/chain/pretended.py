"""run_pipeline.ps1 among programs that only pretend, and note what they are asked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .walked import PWSH, ROOT


def program(folder: Path, name: str, body: str) -> None:
    """A program that only pretends."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def power(*words: str, cwd: Path = ROOT, path: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    """Run the script by its own name, a program of `path` before all others."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("VGPT2_", "HF_"))}
    kept["PATH"] = f"{path}:{kept['PATH']}" if path else kept["PATH"]
    command = [PWSH, "-NoProfile", "-NonInteractive", "-File", ROOT / "run_pipeline.ps1", *words]
    return subprocess.run(
        command, cwd=cwd, env=kept | environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def noted(folder: Path) -> list[list[str]]:
    """What the pretended programs were asked, word by word."""
    text = (folder / "log").read_text() if (folder / "log").exists() else ""
    return [line.split("\x1f")[:-1] for line in text.splitlines()]


NOTE = """{ printf '%s\\037' "$@"; echo; } >> "$NOTES" """
