"""Measure the budgets, and print them beside what was asked.

Checking SQL against bare parsing of the same queries, what stands before the first token of an answer, hostile texts
through the guard, reading a large made-up schema, the start of every script, and the data of a night made, deduplicated
and audited on the catalog of the run. With `--exam`, instead: the questions of the run's quick suite answered by
SmolLM2 on the CPU, here and by LLaMA-Factory. With `--serving`, instead: the endpoint over the run's export, asked by
50 clients at once and by one, and how much later than the bare model's its first text comes.

**Reads** the run's catalog and SFT rows, or its catalog and quick suite; for `--serving` its export too.
**Writes** nothing (the made-up schema and the data go into a temporary folder).
**Run as** `python scripts/bench.py --run-dir runs/my-run`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from vgpt2.cli import click, closing_line


@click.command(help=__doc__)
@click.option(
    "--run-dir", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="folder of the run"
)
@click.option("--exam", is_flag=True, help="instead, half an hour: an exam's answers against LLaMA-Factory's predict")
@click.option("--serving", is_flag=True, help="instead: 1,000 questions to the endpoint by 50 clients at once")
@click.option("--large", is_flag=True, help="half an hour more: 1,500 tables, and the way to a million records")
def main(run_dir: Path, large: bool, exam: bool, serving: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from vgpt2.bench import exam as exams
    from vgpt2.bench import serving as endpoint

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures: Sequence[tuple[str, str, str]]
        if serving:
            figures = endpoint.measure(run_dir)
        elif exam:
            figures = exams.measure(run_dir, Path(folder))
        else:
            figures = data_side(run_dir, Path(folder), large)
    table = Table("work", "measured", "budget", box=None)
    for figure in figures:
        table.add_row(*figure)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    closing_line("bench", f"{len(figures)} figures on {time.strftime('%Y-%m-%d')}")


def data_side(run_dir: Path, folder: Path, large: bool) -> list[tuple[str, str, str]]:
    """All that needs no model."""
    from vgpt2.bench import catalog, data, guard, retrieval

    figures = [
        checking(run_dir),
        starts(),
        *retrieval.measure(run_dir),
        *guard.measure(run_dir),
        *catalog.measure(folder),
        *data.measure(run_dir, folder),
    ]
    if large:
        figures += data.measure_large(run_dir, folder / "catalog.json", folder / "large")
    return figures


def checking(run_dir: Path) -> tuple[str, str, str]:
    """Parse, resolve and lint against the bare parse of the same queries."""
    import sqlglot

    from vgpt2.catalog.store import load
    from vgpt2.files import read_jsonl
    from vgpt2.records.answers.extract import last_sql
    from vgpt2.tsql.check.check import Checker

    rows = read_jsonl(run_dir / "data" / "sft.jsonl")
    queries = [sql for row in rows if (sql := last_sql(row["output"]))]
    checker = Checker(load(run_dir / "catalog.json"))
    parse = best(lambda: [sqlglot.parse_one(sql, read="tsql") for sql in queries])
    check = best(lambda: [checker.check(sql) for sql in queries])
    return f"checking {len(queries):,} queries", f"{check / parse:.2f} times their bare parse", "3 times"


def starts() -> tuple[str, str, str]:
    """`--help` of every script."""

    def show_help(script: Path) -> None:
        subprocess.run([sys.executable, script, "--help"], stdout=subprocess.DEVNULL, check=True)

    scripts = sorted(Path(__file__).parent.glob("*.py"))
    seconds = {script.name: best(partial(show_help, script)) for script in scripts}
    slowest = max(seconds, key=seconds.__getitem__)
    return f"--help, the slowest ({slowest})", f"{seconds[slowest]:.2f} s", "0.5 s"


def best(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of some tries."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
