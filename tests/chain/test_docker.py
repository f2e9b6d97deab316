"""The image and the compose file, without an engine: they are linted and parsed, and `docker run` is only pretended."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
BIN = Path(sysconfig.get_path("scripts"))


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, value)."""
    from dockerfile_parse import DockerfileParser

    parser = DockerfileParser(path=str(DOCKERFILE))
    return [(item["instruction"], item["value"]) for item in parser.structure if item["instruction"] != "COMMENT"]


def test_hadolint_finds_nothing():
    done = subprocess.run([BIN / "hadolint", DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_one_base_image_by_tag(instructions):
    bases = [value for name, value in instructions if name == "FROM"]
    assert len(bases) == 1
    assert re.fullmatch(r"nvidia/cuda:[\w.-]+", bases[0])


def test_its_install_step_is_that_of_make_setup(instructions):
    [install] = [value for name, value in instructions if name == "RUN" and "venv" in value and "apt-get" not in value]
    recipe = subprocess.run(
        ["make", "-n", "setup", "PROFILE=multi", "VENV=/opt/vgpt2-venv", "PYTHON="],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    command = install.split("cache/pip ", 1)[1]
    assert command in recipe.splitlines()
    assert "--mount=type=cache" in install


def test_source_comes_after_the_packages_and_the_user_is_not_root(instructions):
    names = [name for name, _ in instructions]
    install = next(i for i, (name, value) in enumerate(instructions) if name == "RUN" and "setup_venv" in value)
    source = next(i for i, (name, value) in enumerate(instructions) if (name, value) == ("COPY", ". ."))
    assert install < source
    assert names.index("USER") > source
    assert dict(instructions)["USER"] not in ("root", "0")


def test_it_is_make_below_an_init_that_passes_signals_on(instructions):
    last = dict(instructions)
    assert last["ENTRYPOINT"] == '["tini", "-g", "--", "make"]'
    [packages] = [value for name, value in instructions if name == "RUN" and "apt-get install" in value]
    assert " tini " in f"{packages} "
    assert last["CMD"] == '["help"]'
    assert "/cache/huggingface" in last["VOLUME"]
    assert "PYTHON=" in last["ENV"]


def test_compose_shares_memory_one_way_and_keeps_runs_and_hub():
    compose = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
    service = compose["services"]["vgpt2"]
    assert service["ipc"] == "host"
    assert "shm_size" not in service
    assert service["stop_grace_period"] == "5m"
    named = {
        mount.split(":")[0]: mount.split(":")[1]
        for mount in service["volumes"]
        if mount.split(":")[0] in compose["volumes"]
    }
    assert named == {"runs": "/app/runs", "hub": "/cache/huggingface"}
    context = ROOT / "docker" / service["build"]["context"]
    assert (context / service["build"]["dockerfile"]).resolve() == DOCKERFILE


def test_the_context_leaves_out_what_is_made():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "runs"} <= set(ignored)
