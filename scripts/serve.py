"""Serve the exported model as an OpenAI-compatible endpoint, or talk to it at the terminal.

Each question gets the schema that it needs; the SQL of an answer is checked against the catalog, and what is wrong
with it stands in the response's `vgpt2` field.

**Reads** the exported model, the catalog, the run's settings.
**Writes** nothing.
**Run as** `python scripts/serve.py --model runs/cpu/export --catalog runs/cpu/catalog.json
--settings runs/cpu/settings.json`
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import FOLDER, click

if TYPE_CHECKING:
    from vgpt2.serving.desk import Desk

# What the guard says of an answer's SQL, and the colour for it.
GUARD = {
    "valid": ("valid: it is T-SQL, and every table and column in it exists", "green"),
    "invalid": ("invalid: do not run it", "red"),
    "unknown": ("unknown: it could not be followed to its end", "yellow"),
    "none": ("no SQL in this answer", None),
}
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--model", required=True, type=FOLDER, help="folder of the model")
@click.option("--catalog", required=True, type=FILE, help="catalog.json of extract_catalog.py")
@click.option("--settings", required=True, type=FILE, help="settings.json of the run")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--chat", is_flag=True, help="questions at the terminal instead")
def main(model: Path, catalog: Path, settings: Path, host: str, port: int, chat: bool) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.serving.desk import Desk
    from vgpt2.settings import load_settings

    if not model.is_dir():
        raise UserError(f"{model}: no model yet: make all")
    run = load_settings(settings)
    desk = Desk(model, load(catalog), run.profile)
    if chat:
        talk(desk)
        return
    import uvicorn

    from vgpt2.serving.app import build_app

    uvicorn.run(build_app(desk, run.run), host=host, port=port)


def talk(desk: Desk) -> None:
    """Read a question a line until an empty one or the end."""
    while question := asked():
        reply = desk.ask(question)
        click.echo(reply.text)
        said, colour = GUARD[reply.status]
        click.secho(f"  guard: {said}", fg=colour)
        for finding in reply.findings:
            hint = f" (nearest: {finding['nearest']})" if finding["nearest"] else ""
            click.secho(f"  ! {finding['message']}{hint}", fg="yellow")


def asked() -> str:
    """The next question; empty where there is none, and at the end of what is typed or piped in."""
    try:
        return click.prompt("question (empty to end)", default="", show_default=False).strip()
    except click.Abort:
        click.echo()
        return ""


if __name__ == "__main__":
    main()
