"""Say what a run has so far: each step's file, when it was written, and its figure.

**Reads** the run's folder; with `--runs` instead that of the run that was last worked on, and the names of the others.
With `--ended` it says the last line of a chain instead: the report, and how much the last promoted model answers.
**Writes** nothing.
**Run as** `python scripts/show_status.py --run-dir runs/my-run`
"""

from __future__ import annotations

import time
from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line

SHOWN = 10


@click.command(help=__doc__)
@click.option("--run-dir", type=FOLDER, help="folder of the run")
@click.option("--runs", type=FOLDER, help="folder of all runs: the last one is shown")
@click.option("--ended", default="", help="what the chain came to (all, data, sft ...): only the last line")
def main(run_dir: Path | None, runs: Path | None, ended: str) -> None:
    if ended and run_dir:
        from vgpt2.chain.ending import last_line

        click.echo(last_line(run_dir, ended))
        return
    from rich.console import Console
    from rich.table import Table

    from vgpt2.chain.plan import made_with
    from vgpt2.chain.table import STAGES, expand, run_values, steps

    run_dir, others = chosen(run_dir, runs)
    table = Table("step", "file", "written", "figure", box=None, title=f"{run_dir}")
    made = made_with(run_dir)
    values = run_values(str(run_dir), "quick", STAGES, **made)
    mine = [step for step in steps() if step.counted or (step.harvest and made.get("harvests"))]
    files = [(step.name, Path(expand(step.first_output, values)[0])) for step in mine]
    there = 0
    for step, path in files:
        there += path.is_file()
        written = time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime)) if path.is_file() else "-"
        table.add_row(step, str(path.relative_to(run_dir)), written, figure(path) if path.is_file() else "")
    Console().print(table)
    if others:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        click.echo(f"other runs: {', '.join(others[:SHOWN])}{more}; RUN=name shows one")
    closing_line(
        "status", f"{there} of {len(files)} steps have been run; `make plan` says what is missing or out of date"
    )


def chosen(run_dir: Path | None, runs: Path | None) -> tuple[Path, list[str]]:
    """The run to show, and the names of the others, the newest first.

    Raises:
        UserError: no such run, or none at all.
    """
    from vgpt2.errors import UserError, did_you_mean

    if run_dir is None and runs is None:
        raise click.UsageError("Missing option '--run-dir' (or '--runs').")
    folder = runs if run_dir is None else run_dir.parent
    marks = list(folder.glob("[!.]*/settings.json")) if folder and folder.is_dir() else []
    newest = sorted(marks, key=lambda mark: _latest(mark.parent), reverse=True)
    names = [mark.parent.name for mark in newest]
    if run_dir is None:
        if not newest:
            raise UserError(f"{folder}: no run yet: make all PROFILE=tiny")
        return newest[0].parent, names[1:]
    if not run_dir.is_dir():
        known = f"; there are {', '.join(names[:SHOWN])}" if names else "; there is none yet"
        raise UserError(f"{run_dir}: no such run{did_you_mean(run_dir.name, names) or known}")
    return run_dir, []


def _latest(run_dir: Path) -> float:
    """When something was last written into a run, two levels deep; seconds since 1970."""
    return max(path.stat().st_mtime for pattern in ("*", "*/*") for path in run_dir.glob(pattern))


def figure(path: Path) -> str:
    """One figure of a step's file."""
    from vgpt2.files import read_json

    if path.suffix == ".jsonl":
        with path.open("rb") as handle:
            return f"{sum(1 for _ in handle):,} rows"
    if path.suffix != ".json":
        return ""
    value = read_json(path)
    kind = path.parent.name
    if kind == "exam":
        rate = value["rates"]["right"]
        return f"{rate['count']} of {rate['of']} right"
    if kind == "gates":
        return verdict(value)
    if kind == "audit":
        return f"{sum(rule['ok'] for rule in value['rules'])} of {len(value['rules'])} rules hold"
    if path.name == "catalog.json":
        return f"{value['counts']['tables']:,} tables, {value['counts']['columns']:,} columns"
    return ""


def verdict(gate: dict) -> str:
    """A gate's verdict in words, and whether it came of an override."""
    said = gate["verdict"].replace("_", " ")
    return f"{said} by override" if gate.get("override") and gate.get("by_rules") != gate["verdict"] else said


if __name__ == "__main__":
    main()
