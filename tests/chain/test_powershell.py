"""run_pipeline.ps1: the same steps as make, in a dialect that 5.1 and 7 share; run by the PowerShell that is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import pytest

from .walked import PWSH, Chain, needs_pwsh, new_chain

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "run_pipeline.ps1").read_bytes()


@cache
def tree():
    """The parsed script."""
    import tree_sitter
    import tree_sitter_powershell

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(TEXT).root_node


def nodes(node):
    """A node and all below it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def steps() -> list[dict[str, str]]:
    """The literal table `$Steps`, row by row."""
    table = next(n for n in nodes(tree()) if n.type == "assignment_expression" and n.text.startswith(b"$Steps ="))
    rows = []
    for literal in (n for n in nodes(table) if n.type == "hash_literal_expression"):
        entries = [n for n in nodes(literal) if n.type == "hash_entry"]
        pairs = [entry.text.decode().split("=", 1) for entry in entries]
        rows.append({key.strip(): value.strip(" ;'") for key, value in pairs})
    return rows


def test_it_parses_and_is_ascii():
    assert not tree().has_error
    assert TEXT.isascii()


def test_it_uses_nothing_that_only_version_7_has():
    for operator in ("&&", "||", "??", "?:"):
        assert operator not in {n.type for n in nodes(tree())}
        assert operator.encode() not in TEXT
    assert b"2>" not in TEXT
    assert TEXT.startswith(b"#Requires -Version 5.1")


@pytest.fixture(scope="module")
def filled() -> dict[str, str]:
    """What stands for the names in braces."""
    options = "SourceOptions UnreadOption ChooseOption TeacherOption TeacherBase TeacherNeeds ExtraOption Against"
    harvest = "HarvestDpo HarvestDpoOption HarvestKto HarvestKtoOption RegisteredDpo RegisteredKto"
    stages = ("sft", "dpo", "kto")
    lists = {"StageGates": "gates", "StageAudits": "audit", "StageExams": "exam", "DataAudits": "audit"}
    full = [f"RUNS/r/exam/full/{name}.json" for name in ("base", *stages)]
    return {
        "Run": "RUNS/r",
        "Suite": "RUNS/r/suite/quick.jsonl",
        "LastGate": "RUNS/r/gates/kto.json",
        **{name: " ".join(f"RUNS/r/{part}/{stage}.json" for stage in stages) for name, part in lists.items()},
        "FullExams": " ".join(full),
        "SameAs": " ".join(f"--same-as {path}" for path in full),
        **dict.fromkeys([*options.split(), *harvest.split()], ""),
    }


def fill(text: str, names: dict[str, str]) -> list[str]:
    """Words of the table, names replaced."""
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text.split()


def test_its_steps_are_those_of_make_in_order_with_the_same_arguments(make_chain, filled):
    chain = make_chain
    chain.make("all")
    made = [shlex.split(line.replace(str(chain.run), "RUNS/r")) for line in chain.log.read_text().splitlines()]
    names = {**filled, "Source": chain.variables["SOURCE"], "Database": chain.variables["DATABASE"]}
    chained = [row for row in steps() if "$true" not in (row.get("Beside"), row.get("Harvest"))]
    assert [[row["Script"], *fill(row["Arguments"], names)] for row in chained] == made


def test_its_inputs_and_needs_are_the_prerequisites_of_make(made_once, filled):
    database = made_once.make("-pnq", "all", "regression").stdout.replace(str(made_once.run), "RUNS/r")
    rules = {}
    for line in database.splitlines():
        targets, colon, needed = line.partition(": ")
        if colon and targets.startswith("RUNS/r/") and "=" not in targets:
            aged, _, existing = needed.partition("|")
            for target in targets.removesuffix(" &").split():
                rules[target] = (set(aged.split()) - {"FORCE"}, set(existing.split()))
    for row in steps():
        for output in fill(row["Outputs"], filled):
            assert rules[output] == (set(fill(row["Inputs"], filled)), set(fill(row["Needs"], filled))), output


def test_every_input_is_made_by_an_earlier_step(filled):
    from vgpt2.chain.inputs import WATCHED

    there = {f"RUNS/r/{name}" for name in WATCHED}
    for row in steps():
        assert set(fill(row["Inputs"] + " " + row["Needs"], filled)) <= there
        there |= set(fill(row["Outputs"], filled))


def test_a_mistake_is_one_line_and_an_exit_code():
    tried = [n for n in nodes(tree()) if n.type == "try_statement" and n.parent.parent == tree()]
    assert len(tried) == 1
    assert tree().children[-1].children[-1] == tried[0]
    caught = tried[0].text[tried[0].text.rindex(b"catch {") :]
    assert b'[Console]::Error.WriteLine("error: $($_.Exception.Message)")' in caught
    assert b"exit $script:ExitCode" in caught


def test_the_messages_of_the_four_gates_are_there():
    for message in (b"Missing input", b"Missing output", b"Out-of-date output", b"Up to date"):
        assert message in TEXT


def power(script: str, *, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """Run lines of PowerShell in a session of their own."""
    return subprocess.run(
        [PWSH, "-NoProfile", "-NonInteractive", "-Command", script],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@needs_pwsh
def test_its_help_describes_every_parameter_and_shows_examples():
    shown = power(
        "$h = Get-Help ./run_pipeline.ps1 -Full; $h.Synopsis; $h.examples.example.Count;"
        "$h.parameters.parameter | Where-Object { -not $_.description } | ForEach-Object { $_.name }"
    ).stdout.split("\n")
    assert shown[0].startswith("The chain of the Makefile for Windows")
    assert int(shown[1]) == 6
    assert set(shown[2:]) <= {"WhatIf", "Confirm", ""}


OFFERED = {
    "-Profile ": sorted(path.stem for path in (ROOT / "automation/configs/profiles").glob("[!_]*.yaml")),
    "-Profile cpu-n": ["cpu-night"],
    "-Database v": ["vista.yaml"],
    "-StopAfter ": ["baseline", "data", "dpo", "kto", "sft"],
    "-Target st": ["status"],
}


@needs_pwsh
def test_it_offers_the_values_of_its_parameters():
    lines = ", ".join(f"'./run_pipeline.ps1 {typed}'" for typed in OFFERED)
    done = power(
        f'foreach ($line in {lines}) {{ "$((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText)" }}'
    )
    assert [sorted(line.split()) for line in done.stdout.splitlines()] == list(OFFERED.values())


@needs_pwsh
@pytest.mark.parametrize("mistake", ["", "-Seed x"])
def test_the_session_is_as_it_was_before(chain_folder, mistake):
    """Location, environment and PowerShell's own $PROFILE, after a run and after an error."""
    done = power(
        f"$env:PYTHONUTF8 = 'mine'; $before = $PROFILE; & '{ROOT}/run_pipeline.ps1' data -Profile tiny -Source source"
        f" -Database database.yaml -Runs runs -Run r -Python ./python {mistake};"
        '"$LASTEXITCODE $(Get-Location) $env:PYTHONUTF8 $(Test-Path Env:VGPT2_STEP) $($before -eq $PROFILE)"',
        cwd=chain_folder,
        FAKE_LOG=str(chain_folder / "log"),
    )
    assert done.stdout.splitlines()[-1] == f"{2 if mistake else 0} {chain_folder} mine False True"
    # Relative paths were those of the user.
    assert (chain_folder / "runs/r/catalog.json").exists() == (not mistake)


@pytest.fixture
def chain_folder(tmp_path) -> Path:
    """A folder with a source, its settings and the interpreter that pretends."""
    return new_chain(tmp_path / "new").folder


@needs_pwsh
def test_what_if_says_all_that_would_follow_and_writes_nothing(chain_folder):
    chain = Chain(chain_folder, new_chain(chain_folder / "other").variables, "powershell")
    chain.variables["RUNS"] = str(chain_folder / "runs")
    fresh = chain.make("-WhatIf")
    assert "30 steps would run" in fresh.stdout, fresh.stderr
    assert not (chain_folder / "runs").exists()
    chain.make("all")
    before = chain.state()
    assert "0 steps would run" in chain.make("-WhatIf").stdout
    other = chain.make("-WhatIf", SEED="5")
    assert "29 steps would run" in other.stdout
    assert "settings.json" in other.stdout
    assert "-Fresh" in other.stderr
    assert chain.state() == before
    assert chain.steps() == []


@needs_pwsh
def test_on_windows_packages_go_into_the_local_folder_and_a_failure_says_so(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    body = 'case "$2" in venv) mkdir -p "$3/Scripts"; cp "$0" "$3/Scripts/python.exe";; pip) exit 1;; esac'
    (programs / "python3").write_text(f"#!/bin/sh\n{body}\n")
    (programs / "python3").chmod(0o755)
    environment = {"OS": "Windows_NT", "LOCALAPPDATA": str(tmp_path / "data"), "XDG_CACHE_HOME": ""}
    done = power("./run_pipeline.ps1 setup; $LASTEXITCODE", PATH=f"{programs}:{os.environ['PATH']}", **environment)
    assert done.stdout.split()[-1] == "2"
    [error] = done.stderr.splitlines()
    assert "could not be installed" in error and "the next start begins anew" in error
    assert not list((tmp_path / "data/vgpt2").glob("venv-*/.done"))


@needs_pwsh
def test_it_has_every_target_of_make():
    listed = {line.split()[0] for line in power("./run_pipeline.ps1 help 6>&1").stdout.splitlines() if line[:2] == "  "}
    makefile = (ROOT / "Makefile").read_text()
    assert listed == set(re.findall(r"^([a-z][a-z-]*):.*## ", makefile, re.MULTILINE))


@needs_pwsh
def test_on_windows_two_at_once_do_not_interleave(chain_folder):
    chain = Chain(chain_folder, new_chain(chain_folder / "other").variables, "powershell", {"OS": "Windows_NT"})
    commands = [chain.command("all"), chain.command("all")]
    running = [
        subprocess.Popen(words, cwd=ROOT, env=chain.environment_of(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for words in commands
    ]
    said = [process.communicate()[1].decode() for process in running]
    codes = sorted(process.returncode for process in running)
    # The second may come when the first has ended: then it finds nothing to do.
    assert codes in ([0, 2], [0, 0])
    assert codes == [0, 0] or any("in use by process" in text for text in said)
    assert len(chain.steps()) == 30
