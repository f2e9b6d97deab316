"""Serve the exported model as an OpenAI-compatible endpoint, or talk to it at the terminal.

Each question gets the schema that it needs. All SQL of an answer is checked against the catalog: with `--guard strict`
one proved SELECT leaves or the reason why there is none, with `mark` the findings stand behind the answer; both stand
in the response's `vgpt2` field as well.

**Reads** the exported model, the catalog, the run's settings.
**Writes** nothing.
**Run as** `python scripts/serve.py --model runs/cpu/export --catalog runs/cpu/catalog.json
--settings runs/cpu/settings.json`
"""

from __future__ import annotations

import socket
from pathlib import Path

from vgpt2.cli import FOLDER, click

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--model", required=True, type=FOLDER, help="folder of the model")
@click.option("--catalog", required=True, type=FILE, help="catalog.json of extract_catalog.py")
@click.option("--settings", required=True, type=FILE, help="settings.json of the run")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--guard", type=click.Choice(["strict", "mark"]), default="strict", show_default=True, help="what leaves")
@click.option(
    "--api-key", default="", envvar="VGPT2_SERVE_KEY", help="what clients have to show; needed beyond this host"
)
@click.option("--cors", multiple=True, metavar="ORIGIN", help="pages of this origin may ask (several times)")
@click.option("--queue", default=32, show_default=True, type=click.IntRange(1), help="questions that may wait")
@click.option("--seconds", default=120.0, show_default=True, help="the longest that an answer may take")
@click.option(
    "--log", type=FILE, help="keep questions and answers in this file, for review_log.py; nothing leaves here"
)
@click.option("--mask", is_flag=True, help="keep ? in the log in the place of values")
@click.option("--exams", is_flag=True, help="answer an exam's prompts as they are, past the guard")
@click.option("--chat", is_flag=True, help="questions at the terminal instead")
def main(
    model: Path,
    catalog: Path,
    settings: Path,
    host: str,
    port: int,
    guard: str,
    api_key: str,
    cors: tuple[str, ...],
    queue: int,
    seconds: float,
    log: Path | None,
    mask: bool,
    exams: bool,
    chat: bool,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.serving.desk import Desk
    from vgpt2.serving.use.log import UseLog
    from vgpt2.settings import load_settings

    if mask and not log:
        raise UserError("--mask is of the log; give --log FILE too")
    if not model.is_dir():
        raise UserError(f"{model}: no model yet: make all")
    if not chat:
        check_address(host, port, api_key)
    run = load_settings(settings)
    loaded = load(catalog)
    kept = UseLog(log, loaded.database.name, masked=mask) if log else None
    desk = Desk(model, loaded, run.profile)
    if chat:
        from vgpt2.serving.chat import Chat

        Chat(desk, run.run, guard, kept).talk()
        return
    import uvicorn

    from vgpt2.serving.app import Limits, build_app

    limits = Limits(queue=queue, seconds=seconds, key=api_key, guard=guard, origins=cors, exams=exams)
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    click.echo(f"page: http://{shown}:{port}/  endpoint: http://{shown}:{port}/v1")
    # answers that are on their way when the signal to end comes have these seconds
    uvicorn.run(build_app(desk, run.run, limits, kept), host=host, port=port, timeout_graceful_shutdown=10)


def check_address(host: str, port: int, key: str) -> None:
    """That the server may listen, said before a model is loaded.

    Raises:
        UserError: the port is in use or may not be had, or others could ask without a key.
    """
    from vgpt2.errors import UserError

    if host not in ("127.0.0.1", "localhost", "::1") and not key:
        raise UserError(f"{host}: others can reach this address, so a key is needed: --api-key, or VGPT2_SERVE_KEY")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UserError(
            f"{host}:{port}: cannot listen there ({error.strerror or error}); take another --port"
        ) from None


if __name__ == "__main__":
    main()
