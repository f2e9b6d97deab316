"""An OpenAI-compatible endpoint over a desk: `/v1/models` and `/v1/chat/completions` (not streamed).

The last thing that the user said is the question; the schema that it needs is added here. Who has put the schema into
the prompt already (an exam does) says so with a field of its own: `"vgpt2": {"prompt": "as_is"}`, and one system and
one user message are answered as they are. `/v1/models` says which chat template and weights answer.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from vgpt2.inference.prompts import Prompt
from vgpt2.serving.desk import Desk

if TYPE_CHECKING:
    from fastapi import FastAPI

AS_IS = "as_is"


def question_of(body: dict[str, Any]) -> str:
    """The last thing that the user said; empty where there is none. Content may be text or a list of text parts."""
    messages = body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                content = "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
            return str(content or "").strip()
    return ""


def whole_prompt(body: dict[str, Any]) -> Prompt | None:
    """The prompt of a request that is to be answered as it is; None where its question is.

    Raises:
        ValueError: the field `vgpt2` or the messages are not what they should be.
    """
    own = body.get("vgpt2")
    if own is None:
        return None
    if own != {"prompt": AS_IS}:
        raise ValueError(f'the field "vgpt2" can be {{"prompt": "{AS_IS}"}} only')
    messages = body.get("messages")
    match [message for message in messages or [] if isinstance(message, dict)]:
        case [{"role": "system", "content": str(system)}, {"role": "user", "content": str(user)}]:
            return Prompt(system, user)
    raise ValueError("a prompt as it is has one message of role 'system' and one of role 'user', both text")


def token_limit(body: dict[str, Any], limit: int, whole: bool) -> int:
    """The tokens that an answer may have: `max_tokens`, up to `limit`.

    Raises:
        ValueError: not a positive number; or over the limit for a prompt as it is, whose exam would say what was not.
    """
    wanted = body.get("max_tokens") or body.get("max_completion_tokens") or limit
    if not isinstance(wanted, int) or wanted < 1:
        raise ValueError("'max_tokens' is a positive number")
    if whole and wanted > limit:
        raise ValueError(f"'max_tokens' is {wanted}, but this server's answers end at {limit}; ask for so many")
    return min(wanted, limit)


def build_app(desk: Desk, name: str) -> FastAPI:
    """The application. One question is answered at a time: the model is one."""
    from fastapi import Body, FastAPI, HTTPException, Request
    from fastapi.responses import JSONResponse

    app = FastAPI(title="vgpt2")
    turn = threading.Lock()
    about = desk.about()

    @app.exception_handler(HTTPException)
    def refuse(_request: Request, error: HTTPException) -> JSONResponse:
        # the form in which clients of OpenAI look for the reason
        return JSONResponse({"error": {"message": error.detail, "type": "invalid_request_error"}}, error.status_code)

    @app.get("/v1/models")
    def models() -> dict:
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "vgpt2", "vgpt2": about}]}

    @app.post("/v1/chat/completions")
    def completions(body: dict = Body()) -> dict:  # noqa: B008
        question = question_of(body)
        if not question:
            raise HTTPException(400, "no message of role 'user' with text in it")
        if body.get("stream"):
            raise HTTPException(400, "streaming is not supported; leave 'stream' out")
        try:
            prompt = whole_prompt(body)
            limit = token_limit(body, about["max_new_tokens"], prompt is not None)
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        with turn:
            reply = desk.complete(prompt, limit) if prompt else desk.ask(question, limit)
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

    return app
