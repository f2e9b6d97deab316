"""An OpenAI-compatible endpoint over a desk: `/v1/models`, `/v1/chat/completions` (whole, or as a stream), `/health`,
`/metrics`; with a log `/v1/feedback`; the page of `vgpt2.serving.page` at `/`.

The last thing that the user said is the question; the schema that it needs is added here. An exam has put it into the
prompt already and says so (`"vgpt2": {"prompt": "as_is"}`). `/v1/models` says which template and weights answer.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request  # FastAPI reads it from the annotations
from starlette.responses import Response

from vgpt2.errors import UserError
from vgpt2.serving.asked import (
    LONGEST_QUESTION,
    TURNS,
    check_messages,
    check_model,
    earlier,
    question_of,
    whole_prompt,
)
from vgpt2.serving.desk import Desk, Reply
from vgpt2.serving.door.ending import Ending, Open
from vgpt2.serving.door.limits import Limits as Limits
from vgpt2.serving.door.limits import admit, body_of
from vgpt2.serving.door.names import Door
from vgpt2.serving.forms import Chunks, completion, new_id
from vgpt2.serving.meters import Meters
from vgpt2.serving.page.routes import Lookups, page_routes
from vgpt2.serving.places import Heard, Places, Talk, Work
from vgpt2.serving.refused import Asking, Refused, no_model, no_page
from vgpt2.serving.streaming import PATIENCE, Stream, events
from vgpt2.serving.use.entry import VERDICTS, entry_of
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.wishes import Form, check_fields, form_of, token_limit, wish_of

if TYPE_CHECKING:
    from fastapi import FastAPI


def build_app(desk: Desk, name: str, limits: Limits | None = None, log: UseLog | None = None) -> FastAPI:
    """The application. Questions are answered together, as many as the model takes; the others wait in a bounded queue.
    `log` keeps questions and answers (not those that are answered as they are), and what users say of them."""
    from fastapi import FastAPI
    from fastapi.exceptions import HTTPException
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import JSONResponse, PlainTextResponse
    from starlette.exceptions import HTTPException as AnyHTTPException

    limits = limits or Limits()
    places, meters, requests = Places(limits.queue), Meters(), Open()

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        places.close()
        await requests.over()

    app = FastAPI(title="vgpt2", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    about, since = desk.about(), int(time.time())
    served = tuple(dict.fromkeys((name, *limits.aliases)))
    listed = {
        id_: {"id": id_, "object": "model", "created": since, "owned_by": "vgpt2", "vgpt2": about} for id_ in served
    }
    if limits.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(limits.origins), allow_methods=["GET", "POST"], allow_headers=["*"]
        )

    if limits.names:
        app.add_middleware(Door, names=limits.names, counted=meters.counted)
    app.add_middleware(Ending, counted=meters.counted, requests=requests)

    @app.exception_handler(Refused)
    async def refuse(_request: Request, error: Refused) -> JSONResponse:
        meters.counted(error.code)
        return JSONResponse(error.body(), error.code, {"Retry-After": "2"} if error.code == 429 else None)

    @app.exception_handler(AnyHTTPException)
    async def no_such_page(request: Request, error: HTTPException) -> JSONResponse:
        allowed = (error.headers or {}).get("Allow", "")
        return await refuse(request, no_page(error.status_code, str(error.detail), request.url.path, allowed))

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> JSONResponse:
        return await refuse(request, Refused(500, f"a fault of the server ({type(error).__name__})", "server_error"))

    lookups = Lookups(desk, name, logs=log is not None)
    app.include_router(page_routes(lookups, lambda request: admit(request, limits), lambda it: body_of(it, limits)))

    @app.get("/health")
    async def health() -> dict:
        return {"status": "ok", "model": name, "waiting": len(places)}

    @app.get("/metrics")
    async def metrics(request: Request) -> PlainTextResponse:
        admit(request, limits)
        return PlainTextResponse(meters.text(len(places)))

    @app.get("/v1/models")
    async def models(request: Request) -> dict:
        admit(request, limits)
        return {"object": "list", "data": list(listed.values())}

    @app.get("/v1/models/{id_:path}")
    async def one_model(request: Request, id_: str) -> dict:
        admit(request, limits)
        if id_ not in listed:
            raise no_model(id_, served)
        return listed[id_]

    @app.post("/v1/chat/completions")
    async def completions(request: Request) -> Response:
        admit(request, limits)
        body = await body_of(request, limits)
        try:
            check_model(body, served)
            form = form_of(body)
            works = works_of(desk, body, limits, form, about["max_new_tokens"])
        except ValueError as error:
            raise Refused(400, str(error), param=getattr(error, "param", None)) from None
        talk, id_ = Talk(limits.seconds, form.stream and not form.whole), new_id()

        def done(replies: Sequence[Reply]) -> None:
            for index, reply in enumerate(replies):
                meters.answered(reply, time.monotonic() - talk.began)
                if log and whole_prompt(body) is None:
                    log.add(entry_of(f"{id_}-{index}" if index else id_, question_of(body), reply))

        def over(whole: bool) -> None:
            places.give_back(talk)
            if not whole:
                meters.counted(499)

        places.take(talk, works)
        first: list[Heard] = []
        try:
            if form.stream:
                async for heard in talk.listen(request, PATIENCE):
                    first.append(heard)
                    break
                chunks = Chunks(id_, name, form.count, form.usage, form.whole)
                return Stream(events(talk, first, form.count, chunks, done), over)
            replies = await whole(talk, request, form.count)
        except BaseException:
            places.give_back(talk)
            raise
        places.give_back(talk)
        done(replies)
        return JSONResponse(completion(id_, replies, name, form.whole))

    if log:

        @app.post("/v1/feedback")
        async def feedback(request: Request) -> dict:
            """What a user says of an answer: `{"id": "chatcmpl-...", "verdict": "wrong"}`."""
            admit(request, limits)
            body = await body_of(request, limits)
            if body.get("verdict") not in VERDICTS or not isinstance(body.get("id"), str):
                raise Refused(400, "'id' is that of an answer, 'verdict' is right or wrong")
            try:
                log.judge(body["id"], body["verdict"])
            except UserError:
                raise Refused(503, "the server cannot write its log; nothing was kept", "server_error") from None
            return {"id": body["id"], "verdict": body["verdict"]}

    return app


async def whole(talk: Talk, request: Request, count: int) -> list[Reply]:
    """All `count` answers.

    Raises:
        Refused: there will be none; it took too long; the client has gone.
    """
    replies = dict[int, Reply]()
    async for heard in talk.listen(request):
        if heard.reply:
            replies[heard.index] = heard.reply
            if len(replies) == count:
                break
    return [replies[index] for index in range(count)]


def works_of(desk: Desk, body: dict[str, Any], limits: Limits, form: Form, most: int) -> list[Work]:
    """What is to be done for a request, an answer each.

    Raises:
        ValueError: what is asked for is not supported.
    """
    check_fields(body)
    check_messages(body)
    wish, prompt = wish_of(body, limits.guard, desk.care.answers), whole_prompt(body)
    if prompt is not None and not limits.exams:
        raise ValueError(
            "prompts are answered as they are only by a server that was started for exams: serve.py --exams"
        )
    tokens = token_limit(body, most)
    # each answer of several is drawn with a seed of its own
    wishes = [replace(wish, seed=wish.seed + number) for number in range(form.count)]
    if prompt is not None:
        return [partial(desk.complete, prompt, tokens, wish) for wish in wishes]
    question, turns = question_of(body), earlier(body)
    length = len(question) + sum(len(asked) + len(said) for asked, said in turns[-TURNS:]) + len(wish.system)
    if length > LONGEST_QUESTION:
        raise Asking(
            "messages",
            f"have {length:,} characters in question, system message and turns; {LONGEST_QUESTION:,} are read",
        )
    return [partial(desk.ask, question, tokens, wish, turns) for wish in wishes]
