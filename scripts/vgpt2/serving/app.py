"""An OpenAI-compatible endpoint over a desk: `/v1/models` and `/v1/chat/completions` (not streamed)."""

from __future__ import annotations

import threading
import time
from typing import Any

from vgpt2.serving.desk import Desk


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


def build_app(desk: Desk, name: str):
    """The application. One question is answered at a time: the model is one."""
    from fastapi import Body, FastAPI, HTTPException

    app = FastAPI(title="vgpt2")
    turn = threading.Lock()

    @app.get("/v1/models")
    def models() -> dict:
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "vgpt2"}]}

    @app.post("/v1/chat/completions")
    def completions(body: dict = Body()) -> dict:  # noqa: B008
        question = question_of(body)
        if not question:
            raise HTTPException(400, "no message of role 'user' with text in it")
        if body.get("stream"):
            raise HTTPException(400, "streaming is not supported; leave 'stream' out")
        with turn:
            reply = desk.ask(question)
        return {
            "id": f"chatcmpl-{time.time_ns():x}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": name,
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": reply.text}}],
            "usage": {"prompt_tokens": 0, "completion_tokens": reply.tokens, "total_tokens": reply.tokens},
            "vgpt2": reply.guard(),
        }

    return app
