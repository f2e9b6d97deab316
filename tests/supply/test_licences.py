"""The licences of the locked packages, and what is said where one is not in the list."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.supply.licences import Licences, check_licences, installed_licence, is_free, licence_list, licence_of
from vgpt2.supply.locks import lock_files, locked, tool_locks

ROOT = Path(__file__).parents[2]


def test_every_locked_package_may_be_used():
    tools = locked(tool_locks(ROOT))
    assert {"pip-audit", "mkdocs-material", "cyclonedx-bom"} <= tools.keys()
    packages = locked([*lock_files(ROOT), *tool_locks(ROOT)])
    found = check_licences(packages, licence_list())
    assert found.faults == []
    assert found.free + found.accepted == len(packages) > 240


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MPL-2.0 OR MIT", True),
        ("MPL-2.0 AND MIT", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("MIT AND (GPL-2.0-only OR BSD-3-Clause)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("(MIT", False),
        ("MIT BSD", False),
        ("", False),
    ],
)
def test_an_expression_is_free_if_it_can_be_met_with_free_ones(licence, free):
    assert is_free(licence, ["MIT", "Apache-2.0", "BSD-3-Clause"]) == free


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        (("Apache-2.0 AND MIT", ["MIT License"], "GPL"), "Apache-2.0 AND MIT"),
        (("", ["MIT License", "Apache Software License"], "MIT"), "Apache-2.0 OR MIT"),
        (("", [], "3-Clause BSD License\nCopyright ..."), "BSD-3-Clause"),
        (("", [], "Our own licence"), "Our own licence"),
        (("", [], ""), None),
    ],
)
def test_the_licence_of_a_package_is_the_most_exact_that_it_gives(fields, licence):
    assert licence_of(*fields, licence_list().called) == licence


def test_a_package_that_is_not_installed_has_none():
    assert installed_licence("no-such-package-anywhere", {}) is None
    assert installed_licence("pytest", {}) == "MIT"


KNOWN = Licences.model_validate(
    {
        "free": ["MIT"],
        "called": {},
        "accepted": {"weak": {"licence": "MPL-2.0", "reason": "unchanged"}, "gone": {"licence": "X", "reason": "y"}},
        "by_hand": {"other": "MIT"},
    }
)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"new": "GPL-3.0-only"}, "new: its licence is GPL-3.0-only; take another package, or accept it with a reason"),
        ({"new": None}, "new: not installed, or saying nothing; read its licence, write it under `by_hand`"),
        ({"weak": "GPL-3.0-only"}, "weak: its licence is GPL-3.0-only, and MPL-2.0 was accepted; read it anew"),
        ({"weak": "MIT"}, "weak: MIT is free; take it out of `accepted`"),
        ({"other": "GPL-3.0-only"}, "other: its licence is GPL-3.0-only; take another package"),
        ({}, "gone: in no lock file any more; take it out of licences.yaml"),
    ],
)
def test_what_is_not_settled_is_a_line(said, fault):
    packages = {"weak": "MPL-2.0", "other": None, **said}
    assert [line for line in check_licences(packages, KNOWN, packages.get).faults if line.startswith(fault)]


def test_a_new_package_under_another_licence_fails_lint(tmp_path):
    (tmp_path / "requirements.txt").write_text("pytest==1.0 \\\n    --hash=sha256:0\nmercurial==6.0 \\\n")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/check_licences.py", "--root", tmp_path], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "mercurial: not installed" in done.stdout and "licences.yaml" in done.stderr


def test_a_tool_of_its_own_environment_is_asked_for_too(tmp_path):
    (tmp_path / "automation" / "tools").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("pytest==1.0 \\\n")
    (tmp_path / "automation" / "tools" / "docs.txt").write_text("mercurial==6.0 \\\n")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/check_licences.py", "--root", tmp_path], capture_output=True, text=True
    )
    assert (done.returncode, "mercurial: not installed" in done.stdout) == (1, True)


def test_lint_asks_for_licences():
    for name in ("Makefile", "run_pipeline.ps1"):
        assert "scripts/check_licences.py" in (ROOT / name).read_text()
