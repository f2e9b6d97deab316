"""The one table of steps: what is written from it is up to date, and what is asked of YAML is what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vgpt2.chain import make_rules, marks, powershell
from vgpt2.chain.table import expand, leading_to, make_words, run_values, steps, targets, variables
from vgpt2.errors import UserError
from vgpt2.settings import CONFIGS, profile_names

from .walked import ROOT

DEFAULTS = CONFIGS / "profiles" / "_defaults.yaml"


def test_the_makefile_and_the_script_are_what_the_table_says():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/write_chain.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_stale_is_named_and_written_anew(tmp_path):
    for name in ("Makefile", "run_pipeline.ps1"):
        text = (ROOT / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("build_suite.py", "build_suites.py"), encoding="utf-8")
    words = [sys.executable, ROOT / "scripts/write_chain.py", "--root", tmp_path]
    stale = subprocess.run([*words, "--check"], capture_output=True, text=True)
    assert stale.returncode == 1
    assert "Makefile, run_pipeline.ps1: not what scripts/vgpt2/chain says; run make chain" in stale.stderr
    assert subprocess.run(words, capture_output=True).returncode == 0
    assert (tmp_path / "Makefile").read_bytes() == (ROOT / "Makefile").read_bytes()
    assert (tmp_path / "run_pipeline.ps1").read_bytes() == (ROOT / "run_pipeline.ps1").read_bytes()


def test_marks_that_are_missing_are_said():
    with pytest.raises(UserError, match=r"Makefile: the marks of 'variables' are missing"):
        marks.with_parts("all:\n", make_rules.parts(), "Makefile")
    with pytest.raises(UserError, match=r"no \.PARAMETER before"):
        powershell.with_help("param()\n")


def test_every_word_in_braces_stands_for_something_in_make_and_in_powershell():
    script = (ROOT / "run_pipeline.ps1").read_text(encoding="utf-8")
    used = {
        word
        for step in steps()
        for text in (step.inputs, step.needs, step.outputs, step.arguments)
        for word in make_rules.ONE_NAME.findall(text)
    }
    assert used <= set(make_words())
    for word in make_words():
        assert f"{word} = " in script, word


def test_steps_and_goals_have_names_of_their_own():
    names = [step.name for step in steps()]
    assert len(names) == len(set(names))
    assert {goal for target in targets().values() for goal in target.goals} <= set(names)
    for step in steps():
        assert (ROOT / "scripts" / step.script).is_file()
    with pytest.raises(UserError, match="no step 'exam'"):
        leading_to(["exam"], run_values("runs/r", "quick"))


def test_names_within_words_and_names_that_are_several_words():
    values = run_values("runs/r", "full", ("sft", "dpo"))
    assert expand("{Run}/a {StageGates} {Other} b", values) == [
        "runs/r/a", "runs/r/gates/sft.json", "runs/r/gates/dpo.json", "{Other}", "b",
    ]  # fmt: skip


def test_every_variable_is_listed_by_help():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    listed = {line.split()[0] for line in shown.partition("Variables")[2].splitlines() if line.startswith("  ")}
    assert set(variables()) <= listed


# ---- What is asked of a YAML ---------------------------------------------------------------------------------------


def ask(python: list[str], *arguments: object) -> dict[str, str]:
    """The answers of ask_yaml.py, by key."""
    words = [*python, ROOT / "scripts/ask_yaml.py", *arguments]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(line.split("=", 1) for line in lines)


# Without site packages there is no PyYAML: so it is before set-up.
PYTHONS = {"with PyYAML": [sys.executable], "without": [sys.executable, "-I", "-S"]}


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_read_alike_with_and_without_pyyaml(python, name):
    path = CONFIGS / "profiles" / f"{name}.yaml"
    merged = {**yaml.safe_load(DEFAULTS.read_text()), **yaml.safe_load(path.read_text())}
    keys = ("exam.suite", "launch.deepspeed", "quantization_bit", "model.source", "description")
    found = ask(python, *keys, "--", DEFAULTS, path)
    own = yaml.safe_load(path.read_text())
    assert found["exam.suite"] == own.get("exam", {}).get("suite", "full")
    assert found.get("launch.deepspeed", "") == merged["launch"].get("deepspeed", "")
    assert found.get("quantization_bit") == {"gpu24": "4"}.get(name)
    assert found["model.source"] == merged["model"]["source"]
    assert found["description"] == own["description"]


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_blocks_braces_quotes_and_comments(python, tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "# quantization_bit: 8\n"
        "train:\n  common: {lora: {rank: 4}, quantization_bit: 4}  # bits\n  sft:\n    rate: '1e-3'\n"
        'exam: {suite: "quick"}\nlist: [a, b]\nlaunch:\n  deepspeed: # none\n'
    )
    keys = ("quantization_bit", "train.common.lora.rank", "train.sft.rate", "exam.suite", "launch.deepspeed")
    assert ask(python, *keys, "--", path, tmp_path / "none.yaml") == {
        "quantization_bit": "4",
        "train.common.lora.rank": "4",
        "train.sft.rate": "1e-3",
        "exam.suite": "quick",
    }
