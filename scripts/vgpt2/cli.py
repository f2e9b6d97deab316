"""What the scripts share: options, and the closing line of figures."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import click

# Where a step stands in the chain, in its environment.
PLACE = "VGPT2_STEP"
STARTED = time.perf_counter()

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
    """The one line of figures that every step ends with: `dedupe: 12,000 in, 11,420 kept -> data/sft.jsonl`.

    Within the chain, which says in VGPT2_STEP where the step stands, the same as one of its lines:
    `[ 7/30] audit sft        32 rows, 23 of 23 rules hold     4 s`.
    """
    place = os.environ.get(PLACE, "")
    click.echo(chain_line(place, text, time.perf_counter() - STARTED) if place else f"{step}: {text}")


def details() -> bool:
    """Whether tables and reasons are shown that a file holds as well: alone yes, within the chain only with V=1."""
    return not os.environ.get(PLACE) or os.environ.get("VGPT2_DETAILS") == "1"


def chain_line(place: str, text: str, seconds: float) -> str:
    """A step's line on the screen of the chain; `place`: `7/30 audit sft`, without a number for what is beside it."""
    number, _, name = place.partition(" ")
    figures = text.rpartition(" -> ")[0] or text
    took = f"{seconds:,.0f} s" if seconds < 120 else f"{seconds / 60:,.1f} min"
    return f"[{number:>5}] {name:<16} {figures}  {took:>6}"
