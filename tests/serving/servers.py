"""Real servers for the tests of serving: an application on a port, and an upstream that says what data tell it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from vgpt2.catalog.store import save
from vgpt2.files import write_json
from vgpt2.settings import Settings, load_profile


@contextmanager
def listening(app):
    """The application on a port of this machine; gives its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def write_run(folder, catalog, max_new_tokens=None):
    """A run as far as who serves it reads it, with free answers: its catalog and settings."""
    save(catalog, folder / "catalog.json")
    profile = load_profile("tiny")
    profile.decode = "free"
    profile.exam.max_new_tokens = max_new_tokens or profile.exam.max_new_tokens
    settings = Settings(run="t", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=profile)
    write_json(folder / "settings.json", settings.model_dump())
    return folder


class Said:
    """An OpenAI-compatible upstream: each request is answered by the next of `turns` (the last one stays).

    A turn has `pieces` of text, or a `status` (`grammar`: only where a grammar is sent); `then` is how it ends: `stop`,
    `length`, `cut` (without a word), `break` (the connection), `hang` (nothing comes any more), `error` (an event that
    says so), `wait` (before the last piece, until `go` is set). `owner`: what its list of models says.
    """

    def __init__(self, *turns, owner=""):
        self.turns, self.asked, self.left, self.go = list(turns), [], threading.Event(), threading.Event()
        self.owner, self.connections = owner, set()
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self.answer, methods=["POST"]),
                Route("/v1/models", self.models),
            ]
        )

    async def models(self, _request):
        return JSONResponse({"object": "list", "data": [{"id": "m", "object": "model", "owned_by": self.owner}]})

    async def answer(self, request):
        self.asked.append(await request.json())
        self.connections.add(request.client)
        turn = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        if "status" in turn and ("grammar" in self.asked[-1] or not turn.get("grammar")):
            message = turn.get("message", "no")
            return JSONResponse({"error": {"message": message}}, turn["status"])
        if "raw" in turn:
            return StreamingResponse(iter([turn["raw"]]), media_type="text/html")
        return StreamingResponse(self.events(turn), media_type="text/event-stream")

    async def events(self, turn):
        then, pieces = turn.get("then", "stop"), turn["pieces"]
        try:
            for number, piece in enumerate(pieces):
                if then == "wait" and number == len(pieces) - 1:
                    while not self.go.is_set():
                        await asyncio.sleep(0.01)
                yield chunk({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
            if then == "hang":
                await asyncio.sleep(30)
            if then == "error":
                yield chunk({"error": {"message": "out of memory", "code": 500}})
            if then == "break":
                raise ConnectionError
            if then in ("cut", "error"):
                return
            reason = "length" if then == "length" else "stop"
            yield chunk({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
            yield chunk({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}})
            yield b"data: [DONE]\n\n"
        except asyncio.CancelledError:
            self.left.set()
            raise


def chunk(data):
    return f"data: {json.dumps({'id': 'c', 'object': 'chat.completion.chunk', **data})}\n\n".encode()


def events_of(response):
    """The events of a stream as they come: objects, and `[DONE]`."""
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield line[6:] if line == "data: [DONE]" else json.loads(line[6:])
