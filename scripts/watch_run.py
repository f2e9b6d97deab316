"""Watch a run's stages train: loss, evaluation, rewards and margin as curves, here and on a page that renews itself.

**Reads** saves/<stage>/train.log and trainer_log.jsonl of the run, again and again until Ctrl-C.
**Writes** nothing. Where the output is no terminal, the curves of now are shown once.
**Run as** `python scripts/watch_run.py --run-dir runs/R --port 8000`
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from vgpt2.cli import FOLDER, click

EVERY = 2.0  # seconds


@click.command(help=__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@click.option("--port", default=8000, show_default=True, help="of the page")
@click.option(
    "--address", default="127.0.0.1", show_default=True, help="of the page; 0.0.0.0 shows it to other machines"
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="another name of the page's server (several times)")
def main(run_dir: Path, port: int, address: str, allow_host: tuple[str, ...]) -> None:
    from rich.console import Console

    from vgpt2.errors import UserError
    from vgpt2.report.watching.curves import read_curves
    from vgpt2.report.watching.terminal import table

    if not run_dir.is_dir():
        raise UserError(f"{run_dir}: no such run; make status names those that there are (RUN=name)")
    console = Console()
    if not sys.stdout.isatty():
        stages = read_curves(run_dir)
        console.print(table(stages) if stages else f"{run_dir}: no stage has begun to train")
        return
    from rich.live import Live

    from vgpt2.report.watching.page import serve

    try:
        serve(run_dir, port, address, allow_host)
        console.print(f"{run_dir}: http://{address}:{port} shows the same; Ctrl-C ends it")
    except OSError as error:
        console.print(f"{run_dir}: no page, port {port} is taken ({error.strerror}); PORT=number takes another")
    try:
        with Live(console=console, auto_refresh=False) as live:
            while True:
                stages = read_curves(run_dir)
                live.update(table(stages) if stages else "no stage has begun to train", refresh=True)
                time.sleep(EVERY)
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
