"""What the README says is there."""

from __future__ import annotations

import re
from pathlib import Path

from vgpt2.settings import profile_names

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()
CHAIN = (ROOT / "docs" / "chain.md").read_text()
# Scripts that the Makefile calls and that are no step.
BESIDE = "serve.py serve_mcp.py bench.py show_status.py write_reference.py write_chain.py ask_yaml.py soak.py".split()


def test_every_script_that_it_names_exists():
    for name in set(re.findall(r"`(?:scripts/)?(\w+\.py)`", TEXT + CHAIN)):
        assert (ROOT / "scripts" / name).exists(), name


def test_every_step_of_the_chain_is_in_its_table():
    for name in set(re.findall(r"scripts/(\w+\.py)", (ROOT / "Makefile").read_text())) - {"prepare_run.py"}:
        if name not in BESIDE:
            assert f"`{name}`" in CHAIN, name


def test_every_profile_is_in_its_table():
    for name in profile_names():
        assert f"| `{name}` |" in TEXT


def test_every_target_that_it_names_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z][a-z-]+)\b", TEXT)) - {"plan"} <= targets


def test_the_lines_of_the_makefile_in_its_messages_are_right():
    lines = (ROOT / "Makefile").read_text().splitlines()
    shown = re.findall(r"^Makefile:(\d+): \*\*\* (\w+=)", TEXT, re.MULTILINE)
    assert shown
    for number, name in shown:
        assert lines[int(number) - 1].startswith(f"$(error {name}")


def test_nothing_is_left_to_fill_in():
    assert "TODO" not in TEXT


def test_it_is_read_in_ten_minutes():
    assert len(TEXT.splitlines()) <= 150


def test_its_pictures_are_there_and_small():
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT)
    assert pictures
    for name in pictures:
        picture = ROOT / name
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size < 100_000
