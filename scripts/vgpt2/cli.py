"""What the scripts share: options, and the closing line of figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

catalog_option = click.option("--catalog", required=True, type=EXISTING, help="catalog.json of extract_catalog.py")
settings_option = click.option("--settings", required=True, type=EXISTING, help="settings.json of the run")
output_option = click.option("--output", required=True, type=OUTPUT, help="file to write")
held_out_option = click.option("--held-out", type=EXISTING, help="held_out.json of build_suite.py")


def options(*decorators: Callable) -> Callable:
    """Several shared options as one decorator, in the order given."""

    def apply(function: Callable) -> Callable:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


def closing_line(step: str, text: str) -> None:
    """The one line of figures that every step ends with: `dedupe: 12,000 in, 11,420 kept -> data/sft.jsonl`."""
    click.echo(f"{step}: {text}")
