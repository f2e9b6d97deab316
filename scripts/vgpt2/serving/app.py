"""An OpenAI-compatible endpoint over a desk: `/v1/models`, `/v1/chat/completions`, `/health`, `/metrics`; with a
log `/v1/feedback`; the page of `vgpt2.serving.page` at `/`; no streams.

The last thing that the user said is the question; the schema that it needs is added here. Who has put the schema into
the prompt already (an exam does) says so with a field of its own: `"vgpt2": {"prompt": "as_is"}`, and one system and
one user message are answered as they are. `/v1/models` says which chat template and weights answer.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request  # FastAPI reads it from the annotations

from vgpt2.serving.asked import (
    LONGEST_QUESTION,
    check_messages,
    earlier,
    question_of,
    read_body,
    token_limit,
    whole_prompt,
    wish_of,
)
from vgpt2.serving.desk import Desk, Reply, TooLong
from vgpt2.serving.meters import Meters
from vgpt2.serving.page.routes import Lookups, page_routes
from vgpt2.serving.use.log import VERDICTS, UseLog, entry_of

if TYPE_CHECKING:
    from fastapi import FastAPI


@dataclass(slots=True, frozen=True)
class Limits:
    """What one endpoint takes: bytes of a body, questions that wait or are answered, seconds for an answer. `key`: what
    clients show as a bearer; empty: none. `guard`: `strict` or `mark`. `origins`: of pages that may ask. `exams`:
    prompts are answered as they are, past the guard, as an exam of the model needs it."""

    body: int = 256 * 1024
    queue: int = 32
    seconds: float = 120.0
    key: str = ""
    guard: str = "strict"
    origins: tuple[str, ...] = ()
    exams: bool = False


class Refused(Exception):
    """A request that is not answered: status code, reason, and OpenAI's type of the error."""

    def __init__(self, code: int, message: str, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.code, self.kind = code, kind


def build_app(desk: Desk, name: str, limits: Limits | None = None, log: UseLog | None = None) -> FastAPI:
    """The application. One question is answered at a time, for the model is one; the others wait in a bounded queue.

    Args:
        log: keeps questions and answers (not those that are answered as they are), and what users say of them.
    """
    from fastapi import FastAPI
    from fastapi.exceptions import HTTPException
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import JSONResponse, PlainTextResponse
    from starlette.exceptions import HTTPException as AnyHTTPException

    limits = limits or Limits()
    pool, meters, waiting = ThreadPoolExecutor(1), Meters(), set[Future]()

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        pool.shutdown(wait=False, cancel_futures=True)

    app = FastAPI(title="vgpt2", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    about = desk.about()
    if limits.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(limits.origins), allow_methods=["GET", "POST"], allow_headers=["*"]
        )

    def refusal(code: int, message: str, kind: str = "invalid_request_error") -> JSONResponse:
        # the form in which clients of OpenAI look for the reason
        meters.counted(code)
        error = {"message": message, "type": kind, "param": None, "code": None}
        return JSONResponse({"error": error}, code, {"Retry-After": "2"} if code == 429 else None)

    @app.exception_handler(Refused)
    async def refuse(_request: Request, error: Refused) -> JSONResponse:
        return refusal(error.code, str(error), error.kind)

    @app.exception_handler(AnyHTTPException)
    async def no_such_page(_request: Request, error: HTTPException) -> JSONResponse:
        return refusal(error.status_code, str(error.detail))

    lookups = Lookups(desk, name, logs=log is not None)
    app.include_router(page_routes(lookups, lambda request: admit(request, limits), lambda it: body_of(it, limits)))

    @app.get("/health")
    async def health() -> dict:
        return {"status": "ok", "model": name, "waiting": len(waiting)}

    @app.get("/metrics")
    async def metrics(request: Request) -> PlainTextResponse:
        admit(request, limits)
        return PlainTextResponse(meters.text(len(waiting)))

    @app.get("/v1/models")
    async def models(request: Request) -> dict:
        admit(request, limits)
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "vgpt2", "vgpt2": about}]}

    @app.post("/v1/chat/completions")
    async def completions(request: Request) -> dict:
        admit(request, limits)
        body = await body_of(request, limits)
        try:
            work = work_of(desk, body, limits, about["max_new_tokens"])
        except ValueError as error:
            raise Refused(400, str(error)) from None
        if len(waiting) >= limits.queue:
            raise Refused(429, f"{limits.queue} questions wait already; ask again later", "rate_limit_error")
        began = time.monotonic()
        place = pool.submit(work)
        waiting.add(place)
        place.add_done_callback(waiting.discard)
        try:
            reply = await answer_of(place, request, limits.seconds)
        except TooLong as error:
            raise Refused(400, str(error)) from None
        meters.answered(reply.status, time.monotonic() - began)
        said = completion(reply, name)
        if log and whole_prompt(body) is None:
            log.add(entry_of(said["id"], question_of(body), reply))
        return said

    if log:

        @app.post("/v1/feedback")
        async def feedback(request: Request) -> dict:
            """What a user says of an answer: `{"id": "chatcmpl-...", "verdict": "wrong"}`."""
            admit(request, limits)
            body = await body_of(request, limits)
            if body.get("verdict") not in VERDICTS or not isinstance(body.get("id"), str):
                raise Refused(400, "'id' is that of an answer, 'verdict' is right or wrong")
            log.judge(body["id"], body["verdict"])
            return {"id": body["id"], "verdict": body["verdict"]}

    return app


def admit(request: Request, limits: Limits) -> None:
    """Raises: Refused: the client does not show the key."""
    if limits.key:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(shown.encode(), limits.key.encode()):
            raise Refused(401, "no key, or a wrong one: send it as a bearer", "authentication_error")


async def body_of(request: Request, limits: Limits) -> dict[str, Any]:
    """Raises: Refused: the body is larger than the limit, or is no JSON object."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > limits.body:
            raise Refused(413, f"the body has more than {limits.body:,} bytes")
    try:
        return read_body(raw)
    except ValueError as error:
        raise Refused(400, str(error)) from None


def work_of(desk: Desk, body: dict[str, Any], limits: Limits, most: int) -> Callable[[], Reply]:
    """What is to be done for a request.

    Raises:
        ValueError: what is asked for is not supported.
    """
    check_messages(body)
    wish, prompt = wish_of(body, limits.guard), whole_prompt(body)
    if prompt is not None and not limits.exams:
        raise ValueError(
            "prompts are answered as they are only by a server that was started for exams: serve.py --exams"
        )
    tokens = token_limit(body, most, prompt is not None)
    if prompt is not None:
        return lambda: desk.complete(prompt, tokens, wish)
    question, turns = question_of(body), earlier(body)
    length = len(question) + sum(len(asked) + len(said) for asked, said in turns) + len(wish.system)
    if length > LONGEST_QUESTION:
        raise ValueError(
            f"question, system message and turns have {length:,} characters; {LONGEST_QUESTION:,} are read"
        )
    return lambda: desk.ask(question, tokens, wish, turns)


async def answer_of(place: Future, request: Request, seconds: float) -> Reply:
    """The answer; a client that has gone, or has waited too long, gives its place back.

    Raises:
        Refused: it took too long.
    """
    ends = time.monotonic() + seconds
    while not place.done():
        await asyncio.wait([asyncio.wrap_future(place)], timeout=0.5)
        if place.done():
            break
        if await request.is_disconnected():
            place.cancel()
            raise Refused(499, "the client has gone")
        if time.monotonic() > ends:
            place.cancel()
            raise Refused(504, f"no answer within {seconds:g} s", "timeout_error")
    return place.result()


def completion(reply: Reply, name: str) -> dict[str, Any]:
    """A reply in OpenAI's form."""
    message = {"role": "assistant", "content": reply.text}
    return {
        "id": f"chatcmpl-{time.time_ns():x}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": name,
        "choices": [{"index": 0, "finish_reason": "length" if reply.cut else "stop", "message": message}],
        "usage": {
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.tokens,
            "total_tokens": reply.prompt_tokens + reply.tokens,
        },
        "vgpt2": reply.guard(),
    }
