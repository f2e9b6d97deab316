"""The page's files, and what it asks for beside answers: `/v1/about`, and `/v1/sql` for what one SQL text is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request  # FastAPI reads it from the annotations

from vgpt2.errors import UserError

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from vgpt2.serving.desk import Desk
    from vgpt2.serving.made_up import MadeUp

Admit = Callable[[Request], None]
Read = Callable[[Request], Awaitable[dict[str, Any]]]

FILES = {
    "page.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "answer.js": "text/javascript",
    "highlight.js": "text/javascript",
    "stored.js": "text/javascript",
}
# Nothing but these files is loaded, nobody else is asked, no text becomes markup, and no other page frames this one.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# Texts that are looked at or run one after another, and that may wait for it.
MOST_WAITING = 8
LONGEST_SQL = 20_000


class Lookups:
    """What the page asks for beside answers, one after another in a thread of their own.

    `name`: the model's; `logs`: whether the endpoint keeps what users say of an answer.
    """

    def __init__(self, desk: Desk, name: str, logs: bool) -> None:
        self._desk, self._name, self._logs = desk, name, logs
        self._pool, self._waiting = ThreadPoolExecutor(1), set[Future]()

    @cached_property
    def made_up(self) -> MadeUp:
        """The rows, once somebody asks for them."""
        from vgpt2.serving.made_up import MadeUp

        return MadeUp(self._desk.catalog)

    @cached_property
    def about(self) -> dict[str, Any]:
        """Whose database this is, and questions to begin with."""
        from vgpt2.serving.examples import examples

        catalog = self._desk.catalog
        counts = catalog.counts()
        return {
            "model": self._name,
            "log": self._logs,
            "database": catalog.database.title,
            "tables": counts["tables"],
            "views": counts["views"],
            "examples": examples(catalog),
        }

    def sql(self, text: str, rows: bool) -> dict[str, Any]:
        """What one SQL text is; with rows, where it is proved and they are asked for.

        Raises:
            UserError: the process that runs it does not start.
        """
        from vgpt2.serving.about_sql import about_sql

        found = about_sql(text, self._desk.catalog)
        said = found.as_json()
        if rows and found.judged.status == "valid":
            said["rows"] = self.made_up.rows(found.judged.sql).as_json()
        return said

    async def wait_for(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Its result, when its turn has come.

        Raises:
            HTTPException: too many wait, or it cannot be done.
        """
        from fastapi.exceptions import HTTPException

        if len(self._waiting) >= MOST_WAITING:
            raise HTTPException(429, f"{MOST_WAITING} texts wait already; ask again later")
        place = self._pool.submit(work)
        self._waiting.add(place)
        place.add_done_callback(self._waiting.discard)
        try:
            return await asyncio.wrap_future(place)
        except UserError as error:
            raise HTTPException(503, str(error)) from None

    def close(self) -> None:
        """End the thread, and the process of the rows."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if "made_up" in self.__dict__:
            self.made_up.close()


def page_routes(lookups: Lookups, admit: Admit, read: Read) -> APIRouter:
    """The routes, to be included in the endpoint. `admit`, `read`: its own, who may ask and a request's body."""
    from fastapi import APIRouter
    from fastapi.exceptions import HTTPException
    from fastapi.responses import Response

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        lookups.close()

    routes = APIRouter(lifespan=life)

    @routes.get("/")
    async def page() -> Response:
        return Response(content_of("page.html"), media_type="text/html", headers=HEADERS)

    @routes.get("/page/{name}")
    async def file_of_page(name: str) -> Response:
        if name not in FILES:
            raise HTTPException(404, "Not Found")
        return Response(content_of(name), media_type=FILES[name], headers=HEADERS)

    @routes.get("/v1/about")
    async def about(request: Request) -> dict:
        """What the page begins with."""
        admit(request)
        return await lookups.wait_for(lambda: lookups.about)

    @routes.post("/v1/sql")
    async def sql(request: Request) -> dict:
        """`{"sql": "SELECT ...", "rows": true}`: the guard's word on it, its tables and joins, and, where it is proved,
        what it gives on made-up rows."""
        admit(request)
        body = await read(request)
        text, rows = body.get("sql"), body.get("rows", False)
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_SQL or not isinstance(rows, bool):
            raise HTTPException(400, f"'sql' is a text of up to {LONGEST_SQL:,} characters, 'rows' is true or false")
        return await lookups.wait_for(lambda: lookups.sql(text, rows))

    return routes


@cache
def content_of(name: str) -> bytes:
    """One of the page's files."""
    return (Path(__file__).parent / name).read_bytes()
