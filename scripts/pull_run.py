"""Bring a run from where it was pushed, with the times of its files: what was up to date there is so here.

**Reads** `<from>/<run>/manifest.json` and `<from>/<run>/files/`; every file is compared with its checksum.
**Writes** the run's folder, whole or not at all; a pull that was cut off goes on. Weights that were left out are made
again from the base and the adapters, and compared too. A run that is here already is left alone.
**Run as** `python scripts/pull_run.py --from s3://bucket/runs --run-dir runs/R`
"""

from __future__ import annotations

import os
from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line


@click.command(help=__doc__)
@click.option("--from", "source", required=True, help="where push_run.py has brought it")
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@click.option("--if-there", is_flag=True, help="that there is no such run yet is no mistake")
def main(source: str, run_dir: Path, if_there: bool) -> None:
    from vgpt2.chain.carry.pull import NoRun, pull
    from vgpt2.chain.lock import hold
    from vgpt2.errors import UserError

    if not source:
        raise UserError("FROM: empty; give the place that the run was pushed to")
    if os.name == "posix":  # run_pipeline.ps1 holds it on Windows
        hold(run_dir)
    try:
        done = pull(source, run_dir)
    except NoRun as none:
        if not if_there:
            raise
        closing_line("pull", f"nothing yet: {none.message}")
        return
    if done is None:
        closing_line("pull", f"all files are here and the same, nothing to do -> {run_dir}")
        return
    for name in done.other:
        click.echo(
            f"note: {name} was made again with other bytes than it had: other packages or another processor", err=True
        )
    figures = f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB fetched, {done.again} made again"
    closing_line("pull", f"{figures} -> {run_dir}")


if __name__ == "__main__":
    main()
