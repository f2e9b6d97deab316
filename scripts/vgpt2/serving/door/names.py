"""Requests that a foreign page makes a browser send are refused.

A server of this machine needs no key, for nobody else reaches it. But a browser does, for any page that it shows: the
page may have its own name lead to 127.0.0.1 (DNS rebinding), and then reads the answers too; or it posts from where it
is and never sees them. The first is told by the name that is asked (`Host`), the second by the page (`Origin`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vgpt2.serving.refused import Refused

# Letters of a name that are shown: a header may hold a lot.
SHOWN = 80


@dataclass(slots=True, frozen=True)
class Names:
    """`hosts`: names of this server beside those of this machine; `origins`: of pages that may ask, `*`: of all.
    `numbers`: any address in figures is its own, for a server that others can reach: no foreign name leads to one."""

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    numbers: bool = False

    def check(self, host: str, origin: str | None) -> None:
        """Look at the headers of one request; `origin` is None where no page asks.

        Raises:
            Refused: 421 it asks another server; 403 a page of elsewhere asks.
        """
        name = _name(f"//{host}")
        if not self._own(name):
            shown = host[:SHOWN] or "(none)"
            raise Refused(421, f"this server is not called {shown}; start it with --allow-host to take that name")
        if origin is None or origin in self.origins or "*" in self.origins:
            return
        scheme, _, page = origin.partition("://")
        here = page.lower() == host.lower() or _name(origin) in self._given()
        if scheme not in ("http", "https") or not here:
            shown = origin[:SHOWN]
            raise Refused(403, f"a page of {shown} asks, which may not; start the server with --cors to let it")

    def _own(self, name: str) -> bool:
        if name in self._given() or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            return ip_address(name).is_loopback or self.numbers
        except ValueError:
            return False

    def _given(self) -> set[str]:
        return {_name(f"//{host}") for host in self.hosts}


def _name(url: str) -> str:
    """The name in an address, in lower case, without port, brackets and the dot at its end; empty: there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


class Door:
    """In front of an application: what `names` do not take is answered here. `counted` is told of each refusal."""

    def __init__(self, app: ASGIApp, names: Names, counted: Callable[[int], None]) -> None:
        self._app, self._names, self._counted = app, names, counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        answer: Callable[[Scope, Receive, Send], Awaitable[None]] = self._app
        if scope["type"] == "http":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
            try:
                self._names.check(headers.get("host", ""), headers.get("origin"))
            except Refused as error:
                self._counted(error.code)
                answer = JSONResponse(error.body(), error.code)
        await answer(scope, receive, send)
