"""What a client hears whose request is given up because the server ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vgpt2.serving.refused import Refused


class Open:
    """The requests that are not over yet."""

    def __init__(self) -> None:
        self.count = 0

    async def over(self, seconds: float = 2.0) -> None:
        """Wait until all are, for so many seconds: who is told that the server ends must hear it before it does."""
        ends = time.monotonic() + seconds
        while self.count and time.monotonic() < ends:
            await asyncio.sleep(0.02)


class Ending:
    """Around an application: a request that is cancelled ends with 503 in OpenAI's form, or, where its answer has
    begun, breaks off. `counted` is told of each refusal; `requests` counts those that are open."""

    def __init__(self, app: ASGIApp, counted: Callable[[int], None], requests: Open) -> None:
        self._app, self._counted, self._requests = app, counted, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        self._requests.count += 1
        try:
            await self._app(scope, receive, sent)
        except asyncio.CancelledError:
            # the server cancels what is left behind its time of grace
            if not begun:
                error = Refused(503, "the server ends; ask again later", "server_error")
                self._counted(error.code)
                await JSONResponse(error.body(), error.code)(scope, receive, send)
        finally:
            self._requests.count -= 1
