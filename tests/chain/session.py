"""One session of PowerShell in which run_pipeline.ps1 is called again and again, as a user does at a prompt.

To start `pwsh` costs more than most calls do. That the script can be called by `pwsh -File` is seen elsewhere: in
test_powershell.py, by `pretended.power`, and in the real chain.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import subprocess
import tempfile
from pathlib import Path

HOST = Path(__file__).with_name("session.ps1")


class Session:
    """A running `pwsh`, in the folder `cwd`."""

    def __init__(self, pwsh: str, cwd: Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self._said = folder / "stdout", folder / "stderr"
        # Opened for both ways, a pipe waits for nobody at its other end.
        self._calls, self._answers = (self._pipe(folder / name) for name in ("calls", "answers"))
        with self._said[0].open("ab") as out, self._said[1].open("ab") as error:
            self._process = subprocess.Popen(
                [pwsh, "-NoProfile", "-NonInteractive", "-File", HOST, folder / "calls", folder / "answers"],
                cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=error,
            )  # fmt: skip
        atexit.register(self.end)

    def call(self, words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess:
        """Run a script with its words, as they are typed at a prompt, and with these variables alone."""
        before = [path.stat().st_size for path in self._said]
        command = f"& {' '.join(map(_typed, words))}"
        self._calls.write(json.dumps({"command": command, "environment": environment}).encode() + b"\n")
        while not select.select([self._answers], [], [], 1)[0]:
            assert self._process.poll() is None, self._said[1].read_text()
        code = int(self._answers.readline())
        out, error = (path.read_bytes()[size:].decode() for path, size in zip(self._said, before, strict=True))
        return subprocess.CompletedProcess(words, code, out, error)

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    @staticmethod
    def _pipe(path: Path):
        os.mkfifo(path)
        return os.fdopen(os.open(path, os.O_RDWR), "r+b", buffering=0)


def _typed(word: str) -> str:
    """A word as it is typed: the name of a parameter plainly, all else in quotes."""
    return word if re.fullmatch(r"-[A-Za-z]\w*", word) else "'" + word.replace("'", "''") + "'"
