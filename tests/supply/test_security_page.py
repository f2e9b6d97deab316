"""SECURITY.md: each threat has a test, and the tests are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!threat|---)(.+) \|$", PAGE, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)`", PAGE)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[:40])
def test_every_threat_names_a_test(row):
    cells = re.split(r" (?<!\\)\| ", row)
    assert len(cells) == 3
    assert re.findall(r"`tests/[\w/]+\.py`", cells[2])


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_is_there_and_has_tests(name):
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    tests = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert [one for one in tests if one.startswith("test_")]


def test_the_three_kinds_are_there():
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert {"Poisoned sources", "Malicious models, adapters and runs", "The endpoint", "The packages"} <= set(headings)
    assert len(ROWS) >= 15
