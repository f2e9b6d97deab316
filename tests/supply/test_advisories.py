"""Known vulnerabilities: what pip-audit answers, and that silence is no answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.supply.advisories import Accepted, accepted_list, ask, faults, read_answer

ROOT = Path(__file__).parents[2]
PACKAGES = {"jinja2": ["2.10"], "click": ["8.0"], "torch": ["2.9.1"]}
# As pip-audit 2.10 writes it.
REPORT = {
    "dependencies": [
        {
            "name": "jinja2",
            "version": "2.10",
            "vulns": [
                {"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"], "aliases": ["CVE-2019-10906"], "description": "x"},
                {"id": "PYSEC-2021-66", "fix_versions": [], "aliases": [], "description": "y"},
            ],
        },
        {"name": "click", "version": "8.0", "vulns": []},
        {"name": "torch", "skip_reason": "Dependency not found on PyPI and could not be audited: torch (2.9.1)"},
    ],
    "fixes": [],
}


def test_what_is_found_is_a_line_each_with_the_way_out():
    answer = read_answer(json.dumps(REPORT))
    assert answer.known == {"jinja2", "click"} and answer.silent == {"torch"}
    assert faults(answer, PACKAGES, {}) == [
        "jinja2 2.10: PYSEC-2019-217; 2.10.1 mends it (make lock); else list it with a reason in advisories.yaml",
        "jinja2 2.10: PYSEC-2021-66; no version mends it yet; else list it with a reason in advisories.yaml",
    ]


def test_what_is_accepted_is_no_fault_until_it_is_gone():
    answer = read_answer(json.dumps(REPORT))
    accepted = {key: Accepted(package="jinja2", reason="no template of others") for _, key in answer.found}
    assert faults(answer, PACKAGES, accepted) == []
    accepted["PYSEC-1"] = Accepted(package="click", reason="x")
    assert faults(answer, PACKAGES, accepted) == [
        "click: PYSEC-1 is accepted and is there no more; take it out of advisories.yaml"
    ]
    # Of one that was not asked nothing is known.
    accepted = {**accepted, "PYSEC-2": Accepted(package="torch", reason="x")}
    assert len(faults(answer, PACKAGES, accepted)) == 1


@pytest.mark.parametrize("text", ["", "ERROR: Failed to connect", "[]", '{"dependencies": []}'])
def test_no_answer_is_none(text):
    assert not read_answer(text).known


def audit(tmp_path: Path, body: str) -> subprocess.CompletedProcess:
    """The script with an interpreter that answers in place of pip-audit."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{body}\n")
    python.chmod(0o755)
    pins = ["jinja2==2.10", "click==8.0 ; python_version < '3'", "click==9.0", "torch==2.9.1"]
    (tmp_path / "requirements.txt").write_text("".join(f"{pin} \\\n" for pin in pins))
    (tmp_path / "automation" / "tools").mkdir(parents=True, exist_ok=True)
    (tmp_path / "automation" / "tools" / "docs.txt").write_text("mkdocs==1.6.1 \\\n")
    words = [sys.executable, ROOT / "scripts/audit_packages.py", "--by", python, "--root", tmp_path]
    return subprocess.run(words, capture_output=True, text=True)


def test_a_service_that_cannot_be_reached_is_a_line_and_no_verdict(tmp_path):
    done = audit(tmp_path, "exit 1")
    assert done.returncode == 0
    assert "no service of advisories could be reached; nothing was checked" in done.stdout
    # A mirror without advisories skips every package, and pip-audit then says that there is no vulnerability.
    skipped = {"dependencies": [{"name": name, "skip_reason": "not found"} for name in PACKAGES], "fixes": []}
    done = audit(tmp_path, f"echo '{json.dumps(skipped)}'")
    assert "nothing was checked" in done.stdout


def test_the_second_service_is_asked_where_the_first_is_silent(tmp_path):
    (tmp_path / "report.json").write_text(json.dumps(REPORT))
    answer = f'grep -E "click|mkdocs" "${{10}}" >> {tmp_path}/asked; cat {tmp_path}/report.json'
    done = audit(tmp_path, f'case "$*" in *"service osv") {answer};; esac; exit 1')
    assert done.returncode == 1
    assert "jinja2 2.10: PYSEC-2019-217" in done.stdout
    assert "not known there, and not checked: torch" in done.stdout
    # Two versions of click are two lists; the packages of tools are asked for as well.
    assert (tmp_path / "asked").read_text().splitlines() == ["click==8.0", "mkdocs==1.6.1", "click==9.0"]
    assert "2 of the advisories are not settled" in done.stderr


def test_a_service_that_hangs_is_given_up(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    assert ask(python, PACKAGES, seconds=0.2).known == set()


def test_the_list_is_read():
    assert all(one.reason for one in accepted_list().values())
