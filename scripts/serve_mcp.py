"""Offer catalog and guard to any assistant as tools of the Model Context Protocol: find tables, describe one, check a
SQL text, ask the model.

It speaks over standard input and output, so the assistant starts it. The model is loaded when it is first asked;
without one the other tools are offered. The package `mcp` is needed beside the others: requirements-mcp.txt.

**Reads** the catalog; the exported model and the run's settings where they are given.
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


@click.command(help=__doc__)
@catalog_option
@click.option("--model", type=FOLDER, help="folder of the model; without it there is no tool `ask`")
@click.option("--settings", type=EXISTING, help="settings.json of the run, with --model")
def main(catalog: Path, model: Path | None, settings: Path | None) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.serving.mcp_server import serve
    from vgpt2.serving.tools import Tools

    if (model is None) != (settings is None):
        raise UserError("--model and --settings belong together; give both, or neither")
    if model is not None and not model.is_dir():
        raise UserError(f"{model}: no model yet: make all; without --model the other tools are offered")
    if importlib.util.find_spec("mcp") is None:
        raise UserError(
            "the package mcp is not there, which only this needs: "
            f"{sys.executable} -m pip install --require-hashes -r requirements-mcp.txt"
        )
    loaded = load(catalog)

    def desk() -> Desk:
        from vgpt2.serving.desk import Desk
        from vgpt2.settings import load_settings

        assert model is not None and settings is not None
        return Desk(model, loaded, load_settings(settings).profile)

    serve(Tools(loaded, desk if model else None))


if __name__ == "__main__":
    main()
