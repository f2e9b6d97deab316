"""Say what a run has so far: each step's file, when it was written, and its figure.

**Reads** the run's folder.
**Writes** nothing.
**Run as** `python scripts/show_status.py --run-dir runs/my-run`
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from vgpt2.cli import FOLDER, closing_line

STAGES = ("sft", "dpo", "kto")


@click.command(help=__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
def main(run_dir: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("step", "file", "written", "figure", box=None, title=f"{run_dir}")
    files = outputs()
    there = 0
    for step, name in files:
        path = run_dir / name
        there += path.is_file()
        written = time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime)) if path.is_file() else "-"
        table.add_row(step, name, written, figure(path) if path.is_file() else "")
    Console().print(table)
    closing_line(
        "status", f"{there} of {len(files)} steps have been run; `make plan` says what is missing or out of date"
    )


def outputs() -> list[tuple[str, str]]:
    """The steps in their order, each with the file that it writes last."""
    data = [(f"audit {stage}", f"audit/{stage}.json") for stage in STAGES]
    stages = [
        row
        for stage in STAGES
        for row in (
            (f"train {stage}", f"saves/{stage}/.done"),
            (f"exam {stage}", f"exam/{stage}.json"),
            (f"gate {stage}", f"gates/{stage}.json"),
        )
    ]
    return [
        ("catalog", "catalog.json"),
        ("suite", "suite/full.jsonl"),
        *[(f"data {stage}", f"data/{stage}.jsonl") for stage in STAGES],
        *data,
        ("register", "data/dataset_info.json"),
        ("base", "base/.done"),
        *[(f"preflight {stage}", f"preflight/{stage}.json") for stage in STAGES],
        ("exam base", "exam/base.json"),
        *stages,
        ("export", "export/.done"),
        ("report", "report.html"),
    ]


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
        return value["verdict"].replace("_", " ")
    if kind == "audit":
        return f"{sum(rule['ok'] for rule in value['rules'])} of {len(value['rules'])} rules hold"
    if path.name == "catalog.json":
        return f"{value['counts']['tables']:,} tables, {value['counts']['columns']:,} columns"
    return ""


if __name__ == "__main__":
    main()
