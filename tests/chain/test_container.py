"""`-Container`: the same target in the image, by a docker that only notes what it is asked."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest

from .pretended import NOTE, noted, power, program
from .walked import PWSH, ROOT, needs_pwsh

INDEX = "https://download.pytorch.org/whl/cu128"


@pytest.fixture
def docker(tmp_path):
    """Runs the script with a docker that notes what it is asked; gives what was said and what was asked."""
    bins = tmp_path / "bin"
    program(bins, "docker", NOTE)

    def call(*words: str, gpu: bool = True, **environment: str) -> tuple[subprocess.CompletedProcess, list[list[str]]]:
        program(bins, "nvidia-smi", "echo 24564" if gpu else "exit 9")
        (tmp_path / "log").unlink(missing_ok=True)
        (tmp_path / "home").mkdir(exist_ok=True)
        done = power(*words, cwd=tmp_path / "home", path=bins, NOTES=str(tmp_path / "log"), **environment)
        return done, noted(tmp_path)

    return call


def mounts(words: list[str]) -> list[str]:
    return [words[place + 1] for place, word in enumerate(words) if word == "--mount"]


VOLUMES = [
    "type=volume,source=vgpt2-runs,target=/app/runs",
    "type=volume,source=vgpt2-hub,target=/cache/huggingface",
]


@needs_pwsh
def test_the_same_target_runs_in_the_image_with_runs_and_hub_as_volumes(docker):
    done, (build, run) = docker("-Container", "-Profile", "tiny", "-StopAfter", "sft", "-Fresh", HF_TOKEN="secret")
    assert done.returncode == 0, done.stderr
    assert shlex.join(build) == "build -f docker/Dockerfile -t vgpt2 ."
    assert run[:5] == ["run", "--rm", "--ipc=host", "--stop-timeout", "300"]
    assert run[run.index("--gpus") + 1] == "all"
    assert mounts(run) == VOLUMES
    assert run[run.index("-e") + 1] == "HF_TOKEN" and "secret" not in str(run)
    assert run[run.index("vgpt2") :] == ["vgpt2", "all", "PROFILE=tiny", "STOP_AFTER=sft", "FRESH=1"]
    assert "volume vgpt2-runs" in done.stdout
    assert "--gpus" not in docker("-Container", gpu=False)[1][1]


@needs_pwsh
def test_paths_are_mounted_and_translated(docker, tmp_path):
    source = tmp_path / "home/my sources/VGPT2"
    source.mkdir(parents=True)
    (tmp_path / "home/mine.yaml").write_text("name: own\n")
    given = ["-Source", "my sources/VGPT2", "-Database", "mine.yaml", "-Against", str(ROOT / "runs/old/catalog.json")]
    done, (_, run) = docker("diff", "-Container", *given, "-Runs", str(tmp_path / "runs"), "-Model", "owner/model")
    assert done.returncode == 0, done.stderr
    assert sorted(mounts(run)) == sorted(
        [
            f"type=bind,source={tmp_path}/runs,target=/app/runs",
            VOLUMES[1],
            f"type=bind,source={source},target=/given/source/VGPT2,readonly",
            f"type=bind,source={tmp_path}/home/mine.yaml,target=/given/database/mine.yaml,readonly",
        ]
    )
    assert set(run[run.index("vgpt2") + 1 :]) == {
        "diff", "MODEL=owner/model", "SOURCE=/given/source/VGPT2", "DATABASE=/given/database/mine.yaml",
        "AGAINST=runs/old/catalog.json",
    }  # fmt: skip


@needs_pwsh
def test_what_the_image_holds_and_what_is_no_path_goes_as_it_is(docker):
    given = [
        "-Source",
        str(ROOT / "data/sample"),
        "-Database",
        "vista.yaml",
        "-To",
        "s3://bucket/runs",
        "-Model",
        "qwen",
    ]
    _, (_, run) = docker("push", "-Container", *given)
    assert mounts(run) == VOLUMES
    assert set(run[run.index("vgpt2") + 1 :]) == {
        "push", "SOURCE=data/sample", "DATABASE=vista.yaml", "TO=s3://bucket/runs", "MODEL=qwen",
    }  # fmt: skip


@needs_pwsh
def test_what_is_written_is_mounted_to_be_written(docker, tmp_path):
    _, (_, run) = docker("push", "-Container", "-To", "copies")
    assert f"type=bind,source={tmp_path}/home/copies,target=/given/to/copies" in mounts(run)
    assert (tmp_path / "home/copies").is_dir()
    _, (_, run) = docker("serve", "-Container", "-Log", "use.jsonl", "-Port", "9000", VGPT2_SERVE_KEY="k")
    assert f"type=bind,source={tmp_path}/home,target=/given/log" in mounts(run)
    assert run[run.index("-p") + 1] == "127.0.0.1:9000:9000"
    assert run[-2:] == ["LOG=/given/log/use.jsonl", "PORT=9000"]


@needs_pwsh
def test_looking_shows_the_commands_and_does_nothing(docker):
    done, asked = docker("-Container", "-WhatIf", "-Profile", "tiny")
    assert asked == []
    shown = [line for line in done.stdout.splitlines() if line.startswith("What if: docker ")]
    assert shown[0].startswith("What if: docker build ") and shown[1].endswith("vgpt2 all PROFILE=tiny")


@needs_pwsh
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-Source", "no/such"], "Source=.*no/such: no such file or folder"),
        (["-Source", "a,b"], "a,b: Docker cannot mount a path with a comma or a quote; give one without"),
        (["-Python", "python3"], "Python: the image has packages of its own; leave -Python or -Container out"),
        (["-TorchIndex", INDEX], "TorchIndex: the image has packages of its own"),
        (["-Target", "test"], "Target=test: the image has no tests; leave -Container out"),
        (["-Source", "mssql://erp/Vista"], "the image has no driver for a live server; give a .dacpac of it"),
        (["-Target", "chat", "-Log", "none/use.jsonl"], "Log=.*: no such folder"),
    ],
)
def test_a_mistake_is_one_line_and_no_image_is_built(docker, tmp_path, words, message):
    (tmp_path / "home/a,b").mkdir(parents=True)
    done, asked = docker("-Container", *words)
    assert done.returncode == 2
    [error] = done.stderr.splitlines()
    assert error.startswith("error: ") and re.search(message, error)
    assert asked == []


@needs_pwsh
def test_no_docker_is_one_line_with_the_way_out(tmp_path):
    # A path with make's own programs and no docker.
    program(tmp_path / "bin", "python3", "exit 1")
    for name in ("dirname", "uname"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        [PWSH, "-NoProfile", "-NonInteractive", "-File", ROOT / "run_pipeline.ps1", "-Container"],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "error: docker: no such program; install Docker Desktop with WSL 2 (docs/windows.md), or leave -Container out\n"
    )


def test_what_the_code_reads_of_the_environment_is_handed_on():
    text = (ROOT / "scripts/container.ps1").read_text()
    assert text.isascii() and not re.search(r"&&|\|\||\?\?|2>", text)
    handed = set(re.findall(r"'((?:VGPT2|HF)_\w+)'", text))
    read = {
        name
        for path in (ROOT / "scripts").rglob("*.py")
        for name in re.findall(r"[\"'](VGPT2_\w+)[\"']", path.read_text(encoding="utf-8"))
    }
    # Of a live server, which the image cannot read; of the chain itself; of this machine alone.
    apart = {"VGPT2_SQL_USER", "VGPT2_SQL_PASSWORD", "VGPT2_SQL_TRUST_CERTIFICATE", "VGPT2_STEP", "VGPT2_RUN"}
    assert read - apart - {"VGPT2_DETAILS", "VGPT2_CACHE"} <= handed, read
