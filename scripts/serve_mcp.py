"""Offer catalog and guard to any assistant as tools of the Model Context Protocol: find tables, describe one, check a
SQL text, ask the model.

It speaks over standard input and output, so the assistant starts it. The model is loaded, or the upstream reached, when
it is first asked; without one the other tools are offered. The package `mcp` is needed beside the others:
requirements-mcp.txt.

**Reads** the catalog; the exported model and the run's settings where they are given; the upstream's key from
VGPT2_API_KEY.
**Writes** nothing.
**Run as** `python scripts/serve_mcp.py --catalog runs/cpu/catalog.json --model runs/cpu/export
--settings runs/cpu/settings.json`
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import EXISTING, FOLDER, catalog_option, click

if TYPE_CHECKING:
    from vgpt2.serving.desk import Desk

SECONDS = 120.0  # the longest that an upstream may take for an answer


@click.command(help=__doc__)
@catalog_option
@click.option("--model", type=FOLDER, help="folder of the model; without it there is no tool `ask`")
@click.option("--upstream", metavar="URL#MODEL", help="who makes the answers instead, such as http://host:8000/v1#name")
@click.option("--settings", type=EXISTING, help="settings.json of the run, with --model or --upstream")
def main(catalog: Path, model: Path | None, upstream: str | None, settings: Path | None) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.inference.live.source import check_source, generator_of
    from vgpt2.serving.mcp_server import serve
    from vgpt2.serving.tools import Tools

    asks = bool(model or upstream)
    if asks != (settings is not None):
        raise UserError("--settings belongs to --model or --upstream; give both, or neither")
    if asks:
        check_source(model, upstream)
    if importlib.util.find_spec("mcp") is None:
        raise UserError(
            "the package mcp is not there, which only this needs: "
            f"{sys.executable} -m pip install --require-hashes -r requirements-mcp.txt"
        )
    loaded = load(catalog)

    def desk() -> Desk:
        from vgpt2.serving.desk import Desk
        from vgpt2.settings import load_settings

        assert settings is not None
        profile = load_settings(settings).profile
        return Desk(generator_of(model, upstream, loaded, profile, SECONDS), loaded, profile)

    serve(Tools(loaded, desk if asks else None))


if __name__ == "__main__":
    main()
