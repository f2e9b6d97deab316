"""Serve the exported model as an OpenAI-compatible endpoint, or talk to it at the terminal.

With `--upstream` answers are made by any OpenAI-compatible server (vLLM, llama.cpp, Ollama, LLaMA-Factory's API), while
schema, prompt, guard and second attempt are this one's.

Each question gets the schema that it needs. All SQL of an answer is checked against the catalog: with `--guard strict`
one proved SELECT leaves or the reason why there is none, with `mark` the findings stand behind the answer; both stand
in the response's `vgpt2` field as well.

**Reads** the exported model, the catalog, the run's settings; the upstream's key from VGPT2_API_KEY, and from
VGPT2_SERVE_* what `make serve`, PowerShell and the image have no variable of their own for.
**Writes** nothing.
**Run as** `python scripts/serve.py --model runs/cpu/export --catalog runs/cpu/catalog.json
--settings runs/cpu/settings.json`
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import FOLDER, click, env_option

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog
    from vgpt2.serving.door.names import Names
    from vgpt2.serving.sure.council import Care
    from vgpt2.serving.use.log import UseLog

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--model", type=FOLDER, help="folder of the model")
@click.option("--upstream", metavar="URL#MODEL", help="who makes the answers instead, such as http://host:8000/v1#name")
@click.option("--catalog", required=True, type=FILE, help="catalog.json of extract_catalog.py")
@click.option("--settings", required=True, type=FILE, help="settings.json of the run")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="port to listen on")
@env_option(
    "--guard",
    "VGPT2_SERVE_GUARD",
    type=click.Choice(["strict", "mark"]),
    default="strict",
    show_default=True,
    help="what leaves",
)
@env_option("--api-key", "VGPT2_SERVE_KEY", default="", help="what clients have to show; needed beyond this host")
@env_option(
    "--alias", "VGPT2_SERVE_ALIAS", multiple=True, metavar="NAME", help="another name of the model (several times)"
)
@env_option(
    "--cors", "VGPT2_SERVE_CORS", multiple=True, metavar="ORIGIN", help="pages of this origin may ask (several times)"
)
@env_option(
    "--allow-host",
    "VGPT2_SERVE_ALLOW_HOST",
    multiple=True,
    metavar="NAME",
    help="another name of this server (several times)",
)
@env_option(
    "--queue",
    "VGPT2_SERVE_QUEUE",
    default=64,
    show_default=True,
    type=click.IntRange(1),
    help="questions that wait or are answered",
)
@env_option(
    "--together",
    "VGPT2_SERVE_TOGETHER",
    default=32,
    show_default=True,
    type=click.IntRange(1),
    help="answers that the model makes at once",
)
@env_option(
    "--seconds",
    "VGPT2_SERVE_SECONDS",
    default=120.0,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="the longest that an answer may take",
)
@env_option(
    "--grace",
    "VGPT2_SERVE_GRACE",
    default=10,
    show_default=True,
    type=click.IntRange(0),
    help="seconds for answers that are being made when the server is told to end",
)
@click.option(
    "--answers",
    type=click.IntRange(1, 16),
    help="so many to each question, of which the one leaves on which most agree",
)
@click.option(
    "--sure-from", default=0, type=click.IntRange(0), help="where fewer of them agree an answer says it is not sure"
)
@click.option(
    "--log", type=FILE, help="keep questions and answers in this file, for review_log.py; nothing leaves here"
)
@click.option("--mask", is_flag=True, help="keep ? in the log in the place of numbers, codes, names and quoted texts")
@click.option("--exams", is_flag=True, help="answer an exam's prompts as they are, past the guard")
@click.option("--chat", is_flag=True, help="questions at the terminal instead")
def main(
    model: Path | None,
    upstream: str | None,
    catalog: Path,
    settings: Path,
    host: str,
    port: int,
    guard: str,
    api_key: str,
    alias: tuple[str, ...],
    cors: tuple[str, ...],
    allow_host: tuple[str, ...],
    queue: int,
    together: int,
    seconds: float,
    grace: int,
    answers: int | None,
    sure_from: int,
    log: Path | None,
    mask: bool,
    exams: bool,
    chat: bool,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.inference.live.source import check_source, generator_of
    from vgpt2.serving.desk import Desk
    from vgpt2.settings import load_settings

    if mask and not log:
        raise UserError("--mask is of the log; give --log FILE too")
    check_source(model, upstream)
    if not chat:
        check_address(host, port, api_key)
    check_catalog(catalog, settings)
    run = load_settings(settings)
    care = care_of(answers or run.profile.exam.answers, sure_from)
    loaded = load(catalog)
    kept = kept_in(log, loaded, mask) if log else None
    generator = generator_of(model, upstream, loaded, run.profile, seconds, together)
    desk = Desk(generator, loaded, run.profile, care)
    if chat:
        from vgpt2.serving.chat import Chat

        try:
            Chat(desk, run.run, guard, kept).talk()
        finally:
            desk.close()
        return
    import uvicorn

    from vgpt2.serving.app import Limits, build_app

    names = names_of(host, api_key, allow_host, cors)
    limits = Limits(
        queue=queue,
        seconds=seconds,
        key=api_key,
        guard=guard,
        origins=cors,
        exams=exams,
        names=names,
        aliases=alias,
    )
    desk.warm()
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    click.echo(f"page: http://{shown}:{port}/  endpoint: http://{shown}:{port}/v1")
    try:
        uvicorn.run(build_app(desk, run.run, limits, kept), host=host, port=port, timeout_graceful_shutdown=grace)
    finally:
        desk.close()


def care_of(answers: int, sure_from: int) -> Care:
    """How sure answers have to be.

    Raises:
        UserError: more are to agree than there are.
    """
    from vgpt2.errors import UserError
    from vgpt2.serving.sure.council import Care

    if sure_from and (answers < 2 or sure_from > answers):
        more = max(2, sure_from)
        raise UserError(f"--sure-from {sure_from}: --answers is {answers}, so no {more} can agree; give {more} or more")
    return Care(answers, sure_from)


def names_of(host: str, key: str, more: tuple[str, ...], origins: tuple[str, ...]) -> Names | None:
    """By which names the server may be asked, and by which pages. With a key by any: no foreign page has it."""
    from vgpt2.serving.door.names import Names

    if key and not more:
        return None
    return Names((host, *more), ("*",) if key else origins)


def kept_in(path: Path, catalog: Catalog, mask: bool) -> UseLog:
    """The log that is begun, or gone on with; what is to be said of it is said.

    Raises:
        UserError: the file cannot be written, or is no log of this database.
    """
    from vgpt2.serving.use.log import UseLog

    hide = None
    if mask:
        from vgpt2.catalog.retrieval import Retriever
        from vgpt2.serving.use.mask import Mask

        hide = Mask(catalog, Retriever(catalog))
    log = UseLog(path, catalog.database.name, hide)
    if log.note:
        click.echo(f"note: {log.note}", err=True)
    return log


def check_catalog(catalog: Path, settings: Path) -> None:
    """Raises: UserError: the catalog is another than that of the settings' own run: the model would not know it."""
    from vgpt2.errors import UserError

    own = settings.parent / "catalog.json"
    if catalog.is_file() and own.is_file() and not own.samefile(catalog) and own.read_bytes() != catalog.read_bytes():
        raise UserError(f"{catalog}: not the catalog of the run of {settings}; give {own}")


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
