"""The same curves as a page that renews itself, served from this machine alone while `make watch` runs."""

from __future__ import annotations

import html
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from vgpt2.report.plots import loss_curves, reward_curves
from vgpt2.report.watching.curves import read_curves
from vgpt2.serving.door.names import Names
from vgpt2.serving.refused import Refused

EVERY = 5  # seconds
CSS = (Path(__file__).parents[1] / "assets" / "page.css").read_text(encoding="utf-8")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{every}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{run}: {title}</title>
<style>{css}
.curves {{ display: flex; flex-wrap: wrap; gap: 1rem }} .curves svg {{ width: 22rem; max-width: 100% }}</style></head>
<body><main><h1>{run}</h1>{stages}</main></body></html>
"""


def render(run_dir: Path) -> str:
    """The page as it is now."""
    stages = read_curves(run_dir)
    blocks = []
    for stage in stages:
        figures = {"loss": [], "eval_loss": [], **stage.series}
        pictures = [*loss_curves({stage.stage: figures}).values(), *reward_curves({stage.stage: figures}).values()]
        head = f"<h2>{stage.stage.upper()}</h2><p>{html.escape(stage.progress)}</p>"
        blocks.append(f'{head}<div class="curves">{"".join(pictures)}</div>')
    title = stages[-1].progress if stages else "no stage has begun"
    shown = "".join(blocks) or f"<p>{title}</p>"
    return PAGE.format(every=EVERY, run=html.escape(run_dir.name), title=html.escape(title), css=CSS, stages=shown)


def names_of(address: str, more: tuple[str, ...] = ()) -> Names:
    """By which names the page may be asked for: this machine's, and, where others can reach it, its name and number
    in their network. A page of elsewhere that has its own name lead here (DNS rebinding) would read it otherwise."""
    if address in ("127.0.0.1", "::1", "localhost"):
        return Names(more)
    return Names((address, socket.gethostname(), socket.getfqdn(), *more), numbers=True)


def serve(
    run_dir: Path, port: int, address: str = "127.0.0.1", more_names: tuple[str, ...] = ()
) -> ThreadingHTTPServer:
    """Serve the page on the loopback interface, in a thread of its own.

    Args:
        more_names: others by which it may be asked for, such as that of a proxy before it.

    Raises:
        OSError: the port is taken.
    """

    names = names_of(address, more_names)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                names.check(self.headers.get("Host", ""), self.headers.get("Origin"))
            except Refused as error:
                self.send_error(error.code, explain=str(error))
                return
            if self.path != "/":
                self.send_error(404)
                return
            content = render(run_dir).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Nothing: the terminal shows curves."""

    server = ThreadingHTTPServer((address, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
