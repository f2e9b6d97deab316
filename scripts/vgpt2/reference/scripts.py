"""A page of all scripts, by click's own help: what each does, reads and writes, and its options."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import click

HEAD = """# Reference: the scripts

What `python scripts/NAME.py --help` says of each. The steps of [the chain](../chain.md) call them with the files of a
run; by hand they take any files. `make reference` writes this page from click's help.
"""


def page(folder: Path) -> str:
    """The page of the scripts in a folder that are commands."""
    parts = [section(path.name, command) for path, command in commands(folder)]
    return "\n".join([HEAD, *parts])


def commands(folder: Path) -> list[tuple[Path, click.Command]]:
    """The scripts of a folder whose `main` is a command of click, by name."""
    found = []
    for path in sorted(folder.glob("*.py")):
        main = runpy.run_path(str(path)).get("main")
        if isinstance(main, click.Command):
            found.append((path, main))
    return found


def section(name: str, command: click.Command) -> str:
    """One script: its docstring, and a table of what it takes."""
    context = click.Context(command, info_name=name)
    rows = [(words, said) for parameter in command.params for words, said in [_of(parameter, context)]]
    lines = [f"## {name}", "", _plain(command.help or ""), ""]
    if rows:
        lines += ["| option | means |", "|---|---|", *(f"| `{words}` | {said} |" for words, said in rows), ""]
    return "\n".join(lines)


def _of(parameter: click.Parameter, context: click.Context) -> tuple[str, str]:
    """How a parameter is written, and what it means."""
    record = parameter.get_help_record(context)
    words, said = record or (parameter.make_metavar(context), "")
    given = getattr(parameter, "envvar", None)
    if given:
        said = f"{said}; else from `{given}`"
    if not said and isinstance(parameter, click.Argument):
        said = "see above" if parameter.required else "see above; may be left out"
    return words.replace("|", "\\|"), _cell(said)


def _plain(text: str) -> str:
    """A docstring as Markdown: each paragraph, and each of its bold beginnings, a paragraph of its own."""
    paragraphs = re.sub(r"\n(?=\*\*)", "\n\n", text.replace("\b", "").strip())
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", paragraphs))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
