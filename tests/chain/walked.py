"""A folder to run make or run_pipeline.ps1 in, with an interpreter that only pretends."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from .session import Session

ROOT = Path(__file__).parents[2]
# PowerShell on the path, or the one that lies beside the project and needs nothing installed.
PWSH = shutil.which("pwsh") or next(
    (str(path) for path in [ROOT.parent / "shared/tools/powershell/pwsh"] if path.is_file()), ""
)
POWERSHELL = [PWSH, "-NoProfile", "-NonInteractive", "-File"]
needs_pwsh = pytest.mark.skipif(not PWSH, reason="no pwsh here: run_pipeline.ps1 was not run")
ORCHESTRATORS = ["make", pytest.param("powershell", marks=needs_pwsh)]


@cache
def session() -> Session:
    """The session of this process."""
    return Session(PWSH, ROOT)


@dataclass
class Chain:
    """make or run_pipeline.ps1 in this project, with its own RUNS folder, a one-file source and a fake PYTHON."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    orchestrator: str = "make"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        return self.folder / "runs" / "r"

    def make(self, *arguments: str, fail: str = "", **variables: str) -> subprocess.CompletedProcess:
        """Run it; `steps` then gives what the fake interpreter was asked to do."""
        self.log.unlink(missing_ok=True)
        command, environment = self.command(*arguments, **variables), self.environment_of(fail, **variables)
        if self.orchestrator == "powershell":
            return session().call(command[len(POWERSHELL) :], environment)
        return subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def command(self, *arguments: str, **variables: str) -> list[str]:
        """The command line, with `variables` over those of the chain."""
        named = {**self.variables, **variables}
        if self.orchestrator == "make":
            return ["make", "--no-print-directory", *arguments, *(f"{key}={value}" for key, value in named.items())]
        words = [*POWERSHELL, str(ROOT / "run_pipeline.ps1"), *arguments]
        for key, value in named.items():
            words += power_words(key, value)
        return words

    def environment_of(self, fail: str = "", **variables: str) -> dict[str, str]:
        """That of the tests, without what an outer make hands down."""
        named = {**self.variables, **variables, "MAKEFLAGS": "", "MAKELEVEL": ""}
        kept = {key: value for key, value in os.environ.items() if key not in named}
        return {**kept, **self.environment, "FAKE_LOG": str(self.log), "FAKE_FAIL": fail}

    def has_gpu(self, there: bool) -> None:
        """Put an `nvidia-smi` on the path that shows one GPU, or none."""
        program = self.folder / "bin" / "nvidia-smi"
        program.parent.mkdir(exist_ok=True)
        says = '[ "$1" = -L ] && echo "GPU 0: one" || echo 49140'
        program.write_text(f"#!/bin/sh\n{says}\n" if there else "#!/bin/sh\nexit 9\n")
        program.chmod(0o755)
        self.environment["PATH"] = f"{program.parent}:{os.environ['PATH']}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def steps(self) -> list[str]:
        """What ran, short: `dedupe sft`, `run_validation base`."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [short(line) for line in lines]

    def touch(self, name: str) -> None:
        """Make a file of the run newer than all others."""
        later = time.time_ns()
        for path in (self.run / name).parent.glob("*"):
            later = max(later, path.stat().st_mtime_ns + 1_000_000)
        os.utime(self.run / name, ns=(later, later))

    def state(self) -> dict[str, tuple[str, int]]:
        """`state_of` the run's folder."""
        return state_of(self.run)


def state_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Hash and time of every file below a folder; that there is no folder is a state too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in files
    }


def power_words(name: str, value: str) -> list[str]:
    """`STOP_AFTER=sft` as PowerShell takes it: `-StopAfter sft`; a switch alone."""
    from vgpt2.chain.powershell import power_name
    from vgpt2.chain.table import variables

    known = variables().get(name)
    if known and known.switch:
        return [f"-{power_name(name)}"] if value else []
    return [f"-{power_name(name)}", value]


def short(line: str) -> str:
    """A step's name with what tells it from others of the same script."""
    script, *arguments = line.split()
    name = script.removesuffix(".py")
    if "--stage" in arguments:
        return f"{name} {arguments[arguments.index('--stage') + 1]}"
    if name in ("train_stage", "harvest_answers"):
        return f"{name} {arguments[0]}"
    if name in ("run_validation", "compare_checkpoints"):
        return f"{name} {Path(arguments[arguments.index('--output') + 1]).stem}"
    return name


def new_chain(folder: Path, orchestrator: str = "make") -> Chain:
    """A source of one file, its settings, and the interpreter that pretends."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "tables.sql").write_text("CREATE TABLE dbo.Vendor (VendorID int NOT NULL);\nGO\n")
    database = folder / "database.yaml"
    database.write_text("name: own\nprefix: own\ntitle: a database\n")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {ROOT}/tests/chain/fake_python.py "$@"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    names = {"PROFILE": "tiny", "SOURCE": source, "DATABASE": database, "RUNS": folder / "runs", "RUN": "r"}
    return Chain(folder, {key: str(value) for key, value in {**names, "PYTHON": python}.items()}, orchestrator)
