"""A stream of server-sent events: what is heard of an answer as it is made, and a sign of life where nothing is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from vgpt2.serving.desk import Reply
from vgpt2.serving.forms import Chunks
from vgpt2.serving.places import Heard, Talk
from vgpt2.serving.refused import Refused

# A stream begins when the answer does, or after so many seconds: until then a refusal still has a status code.
PATIENCE = 5.0
ALIVE = 5.0  # seconds after which a stream in which nothing happens gives a sign of life
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # nothing on the way may keep pieces back


class Stream(StreamingResponse):
    """A response of events; `over` is called when it ends, and told whether all of it left: a client that goes ends
    it too."""

    def __init__(self, content: AsyncIterator[bytes], over: Callable[[bool], None]) -> None:
        super().__init__(content, headers=HEADERS, media_type="text/event-stream")
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        whole = False

        async def sent(message: Message) -> None:
            nonlocal whole
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body")

        try:
            await super().__call__(scope, receive, sent)
        finally:
            self._over(whole)


async def events(
    talk: Talk, first: Sequence[Heard], count: int, chunks: Chunks, done: Callable[[Sequence[Reply]], None]
) -> AsyncIterator[bytes]:
    """The events of one stream.

    Args:
        first: what was heard before it began.
        count: of choices.
        done: is called with the replies once all have left.
    """
    said, replies = [""] * count, dict[int, Reply]()
    for index in range(count):
        yield _event(chunks.role(index))
    waiting = list(first)
    try:
        while len(replies) < count:
            heard = waiting.pop(0) if waiting else await talk.next(ALIVE)
            if heard is None:
                yield b": the answer is being made\n\n"
            elif heard.piece:
                said[heard.index] += heard.piece
                yield _event(chunks.text(heard.index, heard.piece))
            elif heard.reply:
                # under a strict guard nothing was heard before: the text leaves now, for now it is proved
                if rest := chunks.content(heard.reply)[len(said[heard.index]) :]:
                    yield _event(chunks.text(heard.index, rest))
                yield _event(chunks.end(heard.index, heard.reply))
                replies[heard.index] = heard.reply
    except Refused as error:
        # the status code has left already: clients of OpenAI look for this
        yield _event(error.body())
    else:
        ordered = [replies[index] for index in range(count)]
        for chunk in chunks.tokens(ordered):
            yield _event(chunk)
        done(ordered)
    yield b"data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"
