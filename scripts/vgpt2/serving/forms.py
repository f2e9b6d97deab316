"""Answers in OpenAI's forms: whole, and in the chunks of a stream."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from vgpt2.serving.desk import Reply


def new_id() -> str:
    """That of an answer; no two are alike."""
    return f"chatcmpl-{time.time_ns():x}"


def content_of(reply: Reply, whole: bool) -> str:
    """What a client reads as the answer; `whole`: with what the guard says, as one JSON object. Its `sql` is one that
    may leave: a program runs what stands there."""
    if not whole:
        return reply.text
    said = {"text": reply.text, **reply.guard()}
    del said["schema"]
    if reply.status not in ("valid", "unknown"):
        said["sql"] = ""
    return json.dumps(said, ensure_ascii=False)


def completion(id_: str, replies: Sequence[Reply], name: str, whole: bool = False) -> dict[str, Any]:
    """Replies to one question. The field `vgpt2` is the first one's; of several each choice has its own too."""
    choices = []
    for index, reply in enumerate(replies):
        message = {"role": "assistant", "content": content_of(reply, whole)}
        choice: dict[str, Any] = {"index": index, "finish_reason": _reason(reply), "message": message}
        choices.append(choice | _own(reply, len(replies)))
    return {
        "id": id_,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": name,
        "choices": choices,
        "usage": usage(replies),
        "vgpt2": replies[0].guard(),
    }


def usage(replies: Sequence[Reply]) -> dict[str, int]:
    """The tokens that were read and decoded, second attempts too."""
    read, written = sum(reply.prompt_tokens for reply in replies), sum(reply.tokens for reply in replies)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


class Chunks:
    """The chunks of one stream, of `count` choices; `usage`: a last one has the tokens; `whole`: each choice is one
    JSON object."""

    def __init__(self, id_: str, name: str, count: int, usage: bool, whole: bool = False) -> None:
        self._head = {"id": id_, "object": "chat.completion.chunk", "created": int(time.time()), "model": name}
        self._count, self._usage, self._whole = count, usage, whole

    def content(self, reply: Reply) -> str:
        """All that the pieces of a choice make up."""
        return content_of(reply, self._whole)

    def role(self, index: int) -> dict[str, Any]:
        """The first of a choice: who speaks."""
        return self._of(index, {"role": "assistant", "content": ""}, None)

    def text(self, index: int, piece: str) -> dict[str, Any]:
        """The text goes on."""
        return self._of(index, {"content": piece}, None)

    def end(self, index: int, reply: Reply) -> dict[str, Any]:
        """The last of a choice, with the guard's word."""
        made = self._of(index, {}, _reason(reply))
        made["choices"][0] |= _own(reply, self._count)
        return made | ({"vgpt2": reply.guard()} if index == 0 else {})

    def tokens(self, replies: Sequence[Reply]) -> list[dict[str, Any]]:
        """The last of all, where it was asked for."""
        return [{**self._head, "choices": [], "usage": usage(replies)}] if self._usage else []

    def _of(self, index: int, delta: dict[str, str], reason: str | None) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": index, "delta": delta, "finish_reason": reason}
        # OpenAI's own streams say null until the end, where the tokens were asked for
        return {**self._head, "choices": [choice], **({"usage": None} if self._usage else {})}


def _reason(reply: Reply) -> str:
    return "length" if reply.cut else "stop"


def _own(reply: Reply, count: int) -> dict[str, Any]:
    return {"vgpt2": reply.guard()} if count > 1 else {}
