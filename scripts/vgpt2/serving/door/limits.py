"""What one endpoint takes, and from whom: its limits, the key, and the body of a request."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request

from vgpt2.serving.asked import read_body
from vgpt2.serving.door.names import Names
from vgpt2.serving.refused import Refused


@dataclass(slots=True, frozen=True)
class Limits:
    """What one endpoint takes: bytes of a body, seconds in which all of it comes, questions that wait or are answered,
    seconds for an answer. `key`: what clients show as a bearer; empty: none. `guard`: `strict` or `mark`. `origins`: of
    pages that may ask. `exams`: prompts are answered as they are, past the guard, as an exam of the model needs it.
    `names`: by which names the server may be asked; None: by any. `aliases`: of the model, beside its own name."""

    body: int = 256 * 1024
    arrival: float = 30.0
    queue: int = 64
    seconds: float = 120.0
    key: str = ""
    guard: str = "strict"
    origins: tuple[str, ...] = ()
    exams: bool = False
    names: Names | None = None
    aliases: tuple[str, ...] = ()


def admit(request: Request, limits: Limits) -> None:
    """Raises: Refused: the client does not show the key."""
    if limits.key:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(shown.encode(), limits.key.encode()):
            raise Refused(401, "no key, or a wrong one: send it as a bearer", "authentication_error")


async def body_of(request: Request, limits: Limits) -> dict[str, Any]:
    """Raises: Refused: the body is too large, no JSON object, or not there in time."""
    raw = b""
    try:
        async with asyncio.timeout(limits.arrival):
            async for part in request.stream():
                raw += part
                if len(raw) > limits.body:
                    raise Refused(413, f"the body has more than {limits.body:,} bytes")
        return read_body(raw)
    except TimeoutError:
        raise Refused(408, f"the body did not come to its end within {limits.arrival:g} s", "timeout_error") from None
    except ClientDisconnect:
        raise Refused(499, "the client has gone") from None
    except ValueError as error:
        raise Refused(400, str(error)) from None
