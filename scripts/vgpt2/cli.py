"""What the scripts share: click, options, a step's line on the screen, and its closing line of figures."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# The scripts have click from here: where there is none, `vgpt2` has said so in a line by then.
import click as click
from click.core import ParameterSource

from vgpt2 import pushing

# Where a step stands in the chain, and the folder of its run, in its environment.
PLACE, RUN = "VGPT2_STEP", "VGPT2_RUN"
# In `Context.meta`: how much a step had to do, where that can be counted.
WORK = "vgpt2.work"
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


class EnvOption(click.Option):
    """An option that a variable of the environment may give. Where a wrong value came from there, the message names the
    variable: whoever set it gave no option."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """What a value is said to be of."""
        hint = super().get_error_hint(ctx)
        source = ctx.get_parameter_source(self.name) if ctx and self.name else None
        return f"{self.envvar} ({hint})" if source == ParameterSource.ENVIRONMENT else hint


def env_option(name: str, variable: str, **settings: Any) -> Callable:
    """An option that the variable gives where it is not given itself."""
    return click.option(name, envvar=variable, cls=EnvOption, **settings)


class Step(click.Command):
    """A step's command: within the chain the screen shows where it stands while it works, and how long it took is
    kept, so that the next one can be foretold."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        place, run_dir = os.environ.get(PLACE, ""), os.environ.get(RUN, "")
        if not (place and run_dir):
            return super().invoke(ctx)
        from vgpt2.pace import Pace
        from vgpt2.screen import screen

        number, _, name = place.partition(" ")
        what = f"{step_label(number, name)} {first_phrase(self.help or '')}"
        screen().place = step_label(number, name).rstrip()
        with screen().doing(what, Pace.of_run(Path(run_dir)).seconds(name)):
            found = super().invoke(ctx)
        # Not the one from before: the step may have written what this goes by.
        Pace.of_run(Path(run_dir)).learn(name, time.perf_counter() - STARTED, ctx.meta.get(WORK, 0.0))
        if pushing.wanted() and name.split()[0] in pushing.AFTER:
            with screen().doing(f"copying the run to {pushing.wanted()}"):
                pushing.push_now(Path(run_dir))
        return found


def step(about: str | None) -> Callable[[Callable], Step]:
    """The decorator of a step's `main`; `about`: the script's docstring."""
    return click.command(cls=Step, help=about)


def closing_line(step: str, text: str) -> None:
    """The one line of figures that every step ends with: `dedupe: 12,000 in, 11,420 kept -> data/sft.jsonl`.

    Within the chain, which says in VGPT2_STEP where the step stands, the same as one of its lines:
    `[ 7/30] audit sft        32 rows, 23 of 23 rules hold     4 s`.
    """
    place = os.environ.get(PLACE, "")
    if not place:
        click.echo(f"{step}: {text}")
        return
    from vgpt2.screen import screen

    screen().rest()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() and not details() else None
    click.echo(chain_line(place, text, time.perf_counter() - STARTED, width))


def first_phrase(text: str) -> str:
    """What a docstring says before its first stop, comma or colon.

    >>> first_phrase("Audit datasets, our own and anyone's: Alpaca.")
    'Audit datasets'
    """
    return re.split(r"[.,:](?:\s|$)", " ".join(text.split()), maxsplit=1)[0]


def details() -> bool:
    """Whether tables and reasons are shown that a file holds as well: alone yes, within the chain only with V=1."""
    return not os.environ.get(PLACE) or os.environ.get("VGPT2_DETAILS") == "1"


def step_label(number: str, name: str) -> str:
    """`[ 7/30] audit sft       `, as every line of the chain begins."""
    return f"[{number:>5}] {name:<16}"


def chain_line(place: str, text: str, seconds: float, width: int | None = None) -> str:
    """A step's line on the screen of the chain; `place`: `7/30 audit sft`, without a number for what is beside it.

    Args:
        text: its figures; the file behind an arrow is left out.
        width: of the terminal; figures that do not fit are left out from the end.
    """
    number, _, name = place.partition(" ")
    figures = text.rpartition(" -> ")[0] or text
    took = f"{seconds:,.0f} s" if seconds < 120 else f"{seconds / 60:,.1f} min"
    label = step_label(number, name)
    if width is not None:
        figures = shortened(figures, width - len(label) - 10)
    return f"{label} {figures}  {took:>6}"


def shortened(text: str, width: int) -> str:
    """As many of the figures between commas and semicolons as fit into `width` signs, and dots for the others."""
    if len(text) <= width:
        return text
    ends = [place for place, sign in enumerate(text[: max(width - 3, 1)]) if sign in ",;:" and text[place + 1] == " "]
    kept = text[: ends[-1]] if ends else text[: max(width - 4, 1)]
    if kept.count("(") > kept.count(")"):
        kept = kept[: kept.rindex("(")].rstrip()
    return f"{kept} ..."
