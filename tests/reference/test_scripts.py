"""The page of the scripts: each command with its docstring and options, whatever signs stand in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from vgpt2.reference.scripts import commands, page, section

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "scripts.md").read_text(encoding="utf-8")


def test_every_script_that_is_a_command_is_on_the_page_with_all_its_options():
    found = commands(ROOT / "scripts")
    assert len(found) > 30
    for path, command in found:
        part = PAGE.split(f"\n## {path.name}\n", 1)[1].split("\n## ", 1)[0]
        for parameter in command.params:
            assert all(f"`{word}" in part or f", {word}" in part for word in parameter.opts if word[0] == "-"), path


def test_what_help_says_is_what_the_page_says():
    """Asked as a user asks it."""
    said = subprocess.run([sys.executable, ROOT / "scripts/serve.py", "--help"], capture_output=True, text=True).stdout
    part = PAGE.split("\n## serve.py\n", 1)[1].split("\n## ", 1)[0]
    for text in ("the longest that an answer may take [default: 120.0; x&gt;0]", "pages of this origin may ask"):
        assert text.replace("&gt;", ">") in " ".join(said.split())
        assert text.replace("&gt;", ">") in part


def test_signs_of_markdown_are_text_and_paragraphs_stay():
    @click.command(help="Do it,\nall of it.\n\n**Reads** a file.\n**Writes** nothing.")
    @click.argument("files", nargs=-1)
    @click.option("--kind", type=click.Choice(["a", "b"]), help="one of <two> | none")
    @click.option("--key", envvar="THE_KEY", help="what is shown")
    def main(files, kind, key):
        pass

    assert section("do.py", main).splitlines() == [
        "## do.py",
        "",
        "Do it, all of it.",
        "",
        "**Reads** a file.",
        "",
        "**Writes** nothing.",
        "",
        "| option | means |",
        "|---|---|",
        "| `[FILES]...` | see above; may be left out |",
        "| `--kind [a\\|b]` | one of &lt;two> \\| none |",
        "| `--key TEXT` | what is shown; else from `THE_KEY` |",
    ]


def test_a_file_that_is_no_command_is_left_out(tmp_path):
    (tmp_path / "tool.py").write_text("X = 1\n")
    (tmp_path / "do.py").write_text("import click\n\n@click.command(help='Do.')\ndef main():\n    pass\n")
    assert page(tmp_path).endswith("## do.py\n\nDo.\n")
