"""The script, as a user runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import load

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "catalog"


def extract(source, output, database="generic.yaml"):
    command = [sys.executable, ROOT / "scripts" / "extract_catalog.py", "--source", source, "--database", database]
    return subprocess.run([*command, "--output", output], capture_output=True, text=True)


def test_it_ends_with_a_line_of_counts_and_says_what_it_did_not_find(tmp_path):
    done = extract(FIXTURES / "vgpt2", tmp_path / "catalog.json", "vista.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("catalog: VGPT2 folder: 3 tables, 4 views, 18 columns")
    assert done.stderr.count("_ai_orchestration/reference/*.md") == 1
    assert "listed object without columns" in done.stderr
    assert load(tmp_path / "catalog.json").counts()["views"] == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "not there"),
        ({}, "nothing readable"),
        ({"a.txt": "x"}, "nothing readable"),
        ({"a.sql": ""}, "no CREATE TABLE"),
        ({"Viewpoint_Database/_Metadata/columns.json": "[{"}, "columns.json:1:3: not JSON"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_line_and_leaves_nothing(tmp_path, content, message):
    source = tmp_path / "source"
    for name, text in (content or {}).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    if content is not None:
        source.mkdir(exist_ok=True)
    done = extract(source, tmp_path / "out" / "catalog.json")
    assert done.returncode == 2
    assert message in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
