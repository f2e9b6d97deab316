"""A folder to run make in, with an interpreter that only pretends."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Chain:
    """`make` in this project with its own RUNS folder, a one-file source and a fake PYTHON."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        return self.folder / "runs" / "r"

    def make(self, *arguments: str, fail: str = "", **variables: str) -> subprocess.CompletedProcess:
        """Run make; `steps` then gives what the fake interpreter was asked to do."""
        self.log.unlink(missing_ok=True)
        named = {**self.variables, **variables}
        environment = {key: value for key, value in os.environ.items() if key not in named and key != "MAKEFLAGS"}
        return subprocess.run(
            ["make", "--no-print-directory", *arguments, *(f"{key}={value}" for key, value in named.items())],
            cwd=ROOT,
            env={**environment, "FAKE_LOG": str(self.log), "FAKE_FAIL": fail},
            capture_output=True,
            text=True,
        )

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


def short(line: str) -> str:
    """A step's name with what tells it from others of the same script."""
    script, *arguments = line.split()
    name = script.removesuffix(".py")
    if "--stage" in arguments:
        return f"{name} {arguments[arguments.index('--stage') + 1]}"
    if name == "train_stage":
        return f"{name} {arguments[0]}"
    if name in ("run_validation", "compare_checkpoints"):
        return f"{name} {Path(arguments[arguments.index('--output') + 1]).stem}"
    return name


def new_chain(folder: Path) -> Chain:
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
    return Chain(folder, {key: str(value) for key, value in {**names, "PYTHON": python}.items()})


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    """A chain with nothing made yet."""
    return new_chain(tmp_path / "new")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A chain that `make all` has walked; not to be changed."""
    made = new_chain(tmp_path_factory.mktemp("made") / "chain")
    done = made.make("all")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def made(made_once: Chain, tmp_path: Path) -> Chain:
    """A copy of a walked chain, ages kept: nothing is left to do."""
    shutil.copytree(made_once.folder / "runs", tmp_path / "runs")
    return Chain(tmp_path, {**made_once.variables, "RUNS": str(tmp_path / "runs")})
