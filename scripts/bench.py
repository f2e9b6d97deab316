"""Measure the budgets that need no model: checking SQL against bare parsing, and the start of every script.

**Reads** the run's catalog and SFT rows.
**Writes** nothing.
**Run as** `python scripts/bench.py --run-dir runs/my-run`
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import click

from vgpt2.cli import closing_line


@click.command(help=__doc__)
@click.option(
    "--run-dir", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="folder of the run"
)
def main(run_dir: Path) -> None:
    import sqlglot

    from vgpt2.catalog.store import load
    from vgpt2.files import read_jsonl
    from vgpt2.records.extract import last_sql
    from vgpt2.tsql.check import Checker

    rows = read_jsonl(run_dir / "data" / "sft.jsonl")
    queries = [sql for row in rows if (sql := last_sql(row["output"]))]
    checker = Checker(load(run_dir / "catalog.json"))
    parse = best(lambda: [sqlglot.parse_one(sql, read="tsql") for sql in queries])
    check = best(lambda: [checker.check(sql) for sql in queries])
    closing_line("bench", f"check: {check / parse:.2f} times the bare parse of {len(queries):,} queries (budget 3)")
    scripts = sorted(Path(__file__).parent.glob("*.py"))
    starts = {
        script.name: best(
            lambda script=script: subprocess.run(
                [sys.executable, script, "--help"], stdout=subprocess.DEVNULL, check=True
            )
        )
        for script in scripts
    }
    slowest = max(starts, key=starts.get)
    closing_line("bench", f"--help: slowest {slowest}, {starts[slowest]:.2f} s (budget 0.5 s)")


def best(work, times: int = 3) -> float:
    """Seconds of the fastest of some tries."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
