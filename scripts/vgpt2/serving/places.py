"""Who waits for an answer: a bounded number of places, each with a thread that makes an answer and a client that may
go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from starlette.requests import Request

from vgpt2.inference.live.generation import GenerationError, Gone, Listener
from vgpt2.serving.desk import Reply
from vgpt2.serving.refused import Refused

Work = Callable[[Listener], Reply]
LOOK = 0.5  # seconds between two looks whether a client is still there


@dataclass(slots=True, frozen=True)
class Heard:
    """Something about the answer `index` of a request: it was `begun`, a `piece` of it, or all of it (`reply`)."""

    index: int
    begun: bool = False
    piece: str = ""
    reply: Reply | None = None


class Ear:
    """What the thread of an answer tells goes to the request that waits for it."""

    def __init__(self, talk: Talk, index: int) -> None:
        self._talk, self._index, self._begun = talk, index, False
        self.hears = talk.hears

    @property
    def gone(self) -> bool:
        """Whether the client went, or waited too long."""
        return self._talk.left.is_set()

    def begun(self) -> None:
        """The prompt was taken."""
        if not self._begun:
            self._begun = True
            self._talk.tell(Heard(self._index, begun=True))

    def heard(self, piece: str) -> None:
        """The text goes on."""
        if self.hears:
            self._talk.tell(Heard(self._index, piece=piece))


class Talk:
    """The answers to one request while they are made."""

    def __init__(self, seconds: float, hears: bool) -> None:
        """`seconds`: the longest that they may take; `hears`: whether pieces are wanted."""
        self.hears, self.left = hears, Event()
        self.began = time.monotonic()
        self._seconds, self._loop = seconds, asyncio.get_running_loop()
        self._said: asyncio.Queue[Heard | Refused] = asyncio.Queue()

    def tell(self, said: Heard | Refused) -> None:
        """From any thread."""
        try:
            self._loop.call_soon_threadsafe(self._said.put_nowait, said)
        except RuntimeError:  # the server has ended, and nobody is left
            self.left.set()

    async def next(self, seconds: float) -> Heard | None:
        """What is said next; None where nothing is for so long.

        Raises:
            Refused: there will be no answer; or it took too long.
        """
        left = self.began + self._seconds - time.monotonic()
        try:
            said = await asyncio.wait_for(self._said.get(), max(0.0, min(seconds, left)))
        except TimeoutError:
            if left <= seconds:
                raise Refused(504, f"no answer within {self._seconds:g} s", "timeout_error") from None
            return None
        if isinstance(said, Refused):
            raise said
        return said

    async def listen(self, request: Request, seconds: float = float("inf")) -> AsyncIterator[Heard]:
        """All that is said, for so many seconds, while the client is there.

        Raises:
            Refused: there will be no answer; it took too long; or the client has gone.
        """
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if (heard := await self.next(min(LOOK, left))) is not None:
                yield heard
            elif await request.is_disconnected():
                raise Refused(499, "the client has gone")


class Places:
    """At most `most` answers are waited for."""

    def __init__(self, most: int) -> None:
        self._most, self._waiting = most, set[Future[None]]()
        self._talks = set[Talk]()
        self._pool = ThreadPoolExecutor(max(1, most), "answer")

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, talk: Talk, works: Sequence[Work]) -> None:
        """Have a request's answers made; each takes a place until it is made, or until the client leaves.

        Raises:
            Refused: there is no place.
        """
        if len(self._waiting) + len(works) > self._most:
            raise Refused(429, f"{self._most} questions wait already; ask again later", "rate_limit_error")
        self._talks.add(talk)
        for index, work in enumerate(works):
            place = self._pool.submit(_answer, talk, index, work)
            self._waiting.add(place)
            place.add_done_callback(self._waiting.discard)

    def give_back(self, talk: Talk) -> None:
        """A request is over: what is still made for it is given up."""
        talk.left.set()
        self._talks.discard(talk)

    def close(self) -> None:
        """The server ends: nobody waits any more."""
        for talk in self._talks:
            talk.left.set()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _answer(talk: Talk, index: int, work: Work) -> None:
    """Make one answer, and say so, or why there is none."""
    ear = Ear(talk, index)
    if ear.gone:
        return
    try:
        talk.tell(Heard(index, reply=work(ear)))
    except Gone:
        pass
    except GenerationError as error:
        talk.tell(Refused(error.code, str(error), error.kind))
    except Exception as error:
        # no request may take the server with it, and none may wait for ever
        logging.getLogger("vgpt2").exception("an answer failed")
        talk.tell(Refused(500, f"the answer failed ({type(error).__name__})", "server_error"))
