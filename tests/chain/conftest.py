"""Fixtures: chains that make and run_pipeline.ps1 walk alike."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .walked import ORCHESTRATORS, Chain, new_chain

# A call of PowerShell ends before it is worth its while that .NET compiles code a second time, and better.
for name, value in {"DOTNET_TieredPGO": "0", "DOTNET_TC_CallCountThreshold": "FFFF"}.items():
    os.environ.setdefault(name, value)


@pytest.fixture(params=ORCHESTRATORS, scope="session")
def orchestrator(request: pytest.FixtureRequest) -> str:
    """What walks the chain: both pass the same tests."""
    return request.param


@pytest.fixture
def chain(tmp_path: Path, orchestrator: str) -> Chain:
    """A chain with nothing made yet."""
    return new_chain(tmp_path / "new", orchestrator)


@pytest.fixture
def make_chain(tmp_path: Path) -> Chain:
    """A chain with nothing made yet, for make alone."""
    return new_chain(tmp_path / "new")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A chain that `make all` has walked; not to be changed."""
    made = new_chain(tmp_path_factory.mktemp("made") / "chain")
    done = made.make("all")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def made(made_once: Chain, tmp_path: Path, orchestrator: str) -> Chain:
    """A copy of a walked chain, ages kept: nothing is left to do, whichever of the two looks."""
    shutil.copytree(made_once.folder / "runs", tmp_path / "runs")
    return Chain(tmp_path, {**made_once.variables, "RUNS": str(tmp_path / "runs")}, orchestrator)


@pytest.fixture
def own(made_once: Chain, tmp_path: Path, orchestrator: str) -> Chain:
    """A walked chain with source and settings of its own, which may be changed; nothing is left to do."""
    folder = tmp_path / "own"
    shutil.copytree(made_once.folder, folder)
    settings = folder / "runs" / "r" / "settings.json"
    age = settings.stat().st_mtime_ns
    settings.write_text(settings.read_text().replace(str(made_once.folder), str(folder)))
    os.utime(settings, ns=(age, age))
    variables = {key: value.replace(str(made_once.folder), str(folder)) for key, value in made_once.variables.items()}
    return Chain(folder, variables, orchestrator)
