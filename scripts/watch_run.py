"""Watch a run's stages train: loss, evaluation, rewards and margin as curves, here and on a page that renews itself.

**Reads** saves/<stage>/train.log and trainer_log.jsonl of the run, again and again until Ctrl-C or SIGTERM.
**Writes** nothing. Where the output is no terminal (a pipe, nohup, a service), the curves of now are shown once; with
--page the page is served there too, and a line says how far the training is, at most one a minute.
**Run as** `python scripts/watch_run.py --run-dir runs/R --port 8000`
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import FOLDER, click

if TYPE_CHECKING:
    from vgpt2.report.watching.curves import Curves

EVERY = 2.0  # seconds
LINE_EVERY = 60.0


@click.command(help=__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@click.option("--port", default=8000, show_default=True, help="of the page")
@click.option(
    "--address", default="127.0.0.1", show_default=True, help="of the page; 0.0.0.0 shows it to other machines"
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="another name of the page's server (several times)")
@click.option("--page", is_flag=True, help="serve the page where the output is no terminal, too")
def main(run_dir: Path, port: int, address: str, allow_host: tuple[str, ...], page: bool) -> None:
    from rich.console import Console

    from vgpt2.errors import UserError
    from vgpt2.report.watching.curves import read_curves
    from vgpt2.report.watching.page import serve
    from vgpt2.report.watching.terminal import table

    if not run_dir.is_dir():
        raise UserError(f"{run_dir}: no such run; make status names those that there are (RUN=name)")
    console = Console()
    draws = sys.stdout.isatty()
    if not (draws or page):
        stages = read_curves(run_dir)
        console.print(table(stages) if stages else f"{run_dir}: no stage has begun to train")
        click.echo("watch: no terminal, so this was shown once; PAGE=1 (--page) serves the page without one", err=True)
        return
    try:
        server = serve(run_dir, port, address, allow_host)
    except OSError as error:
        if not draws:
            raise UserError(f"PORT={port}: no page: {error.strerror or error}; PORT=number takes another") from None
        console.print(f"{run_dir}: no page, port {port} is taken ({error.strerror}); PORT=number takes another")
    else:
        url = f"http://{address}:{server.server_address[1]}"
        click.echo(f"{run_dir}: {url} shows {'the same' if draws else 'the curves'}; Ctrl-C or SIGTERM ends it")
    # As Ctrl-C: a supervisor that ends this finds nothing amiss.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        (draw if draws else tell)(lambda: read_curves(run_dir))
    except KeyboardInterrupt:
        return


def draw(curves: Callable[[], list[Curves]]) -> None:
    """Curves on the terminal, drawn anew until an interruption."""
    from rich.console import Console
    from rich.live import Live

    from vgpt2.report.watching.terminal import table

    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            stages = curves()
            live.update(table(stages) if stages else "no stage has begun to train", refresh=True)
            time.sleep(EVERY)


def tell(curves: Callable[[], list[Curves]]) -> None:
    """A line about the newest stage whenever it says something new, for a log, until an interruption."""
    said, at, stage = "", float("-inf"), ""
    while True:
        stages = curves()
        newest = stages[-1] if stages else None
        line = f"{newest.stage}: {newest.progress}" if newest else "no stage has begun to train"
        # Another stage, and that one is done, is said at once.
        soon = newest is not None and (newest.done or newest.stage != stage)
        if line != said and (soon or time.monotonic() - at >= LINE_EVERY):
            click.echo(line)
            said, at, stage = line, time.monotonic(), newest.stage if newest else ""
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
