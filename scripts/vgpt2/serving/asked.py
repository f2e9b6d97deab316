"""What a request asks for: OpenAI's form read strictly; what is not supported is refused and never ignored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from vgpt2.inference.prompts import Prompt

AS_IS = "as_is"
GUARDS = ("strict", "mark")
# A question beyond this is no question: the search for its tables takes time by its words.
LONGEST_QUESTION = 8_000
# Earlier questions of a conversation that the prompt shows.
TURNS = 2
# Fields that change nothing here.
_INERT = frozenset(("model", "messages", "user", "metadata", "vgpt2", "max_tokens", "max_completion_tokens", "stop"))
# Fields that may stand with these values alone: all others ask for what is not supported.
_ONLY: dict[str, tuple[Any, ...]] = {
    "stream": (False, None),
    "n": (1, None),
    "top_p": (1, None),
    "presence_penalty": (0, None),
    "frequency_penalty": (0, None),
    "logprobs": (False, None),
    "logit_bias": (None, {}),
    "response_format": (None, {"type": "text"}),
    "tools": (None, []),
    "store": (False, None),
    "stream_options": (None,),
}


@dataclass(slots=True, frozen=True)
class Wish:
    """How an answer is to be made: `guard` (`strict`, `mark`), `temperature` with its `seed` (0: the likeliest tokens),
    `stop` (the answer ends before these), `system`: what the client's system message says."""

    guard: str = "strict"
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    system: str = ""


def read_body(raw: bytes) -> dict[str, Any]:
    """The object of a body.

    Raises:
        ValueError: no UTF-8, no JSON, no object, or a half of a surrogate pair in it.
    """
    try:
        body = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise ValueError("the body is no JSON object")
    try:
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("the body holds half of a surrogate pair, which is no character") from None
    return body


def text_of(message: dict[str, Any]) -> str:
    """The text of a message: a text, or a list of text parts.

    Raises:
        ValueError: a part that is no text.
    """
    content = message.get("content")
    if isinstance(content, list):
        if any(not isinstance(part, dict) or part.get("type", "text") != "text" for part in content):
            raise ValueError("only parts of type 'text' are supported")
        content = "\n".join(str(part.get("text", "")) for part in content)
    return str(content or "").strip()


def question_of(body: dict[str, Any]) -> str:
    """The last thing that the user said; empty where there is none."""
    messages = body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            return text_of(message)
    return ""


def earlier(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The questions before the last one, each with what was answered; the last `TURNS` of them."""
    turns: list[tuple[str, str]] = []
    for message in body["messages"]:
        if message.get("role") == "user":
            turns.append((text_of(message), ""))
        elif message.get("role") == "assistant" and turns:
            turns[-1] = (turns[-1][0], text_of(message))
    return turns[:-1][-TURNS:]


def wish_of(body: dict[str, Any], guard: str) -> Wish:
    """How the answer is to be made. `guard`: the server's own.

    Raises:
        ValueError: a field that is not supported, or a value that is none.
    """
    for name, value in body.items():
        known = name in _INERT or name in ("temperature", "seed")
        if not known and name not in _ONLY:
            raise ValueError(f"'{name}' is not supported")
        if name in _ONLY and value not in _ONLY[name]:
            raise ValueError(f"'{name}': {json.dumps(value)[:60]} is not supported")
    temperature, seed = body.get("temperature") or 0, body.get("seed") or 0
    if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not 0 <= temperature <= 2:
        raise ValueError("'temperature' is a number from 0 to 2")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError("'seed' is a whole number")
    stop = body.get("stop") or ()
    stop = (stop,) if isinstance(stop, str) else tuple(stop) if isinstance(stop, (list, tuple)) else None
    if stop is None or len(stop) > 4 or any(not isinstance(one, str) or not one for one in stop):
        raise ValueError("'stop' is a text, or up to four")
    own = body.get("vgpt2")
    if isinstance(own, dict) and "guard" in own:
        # a client may ask for more than the server does, never for less
        if own["guard"] not in GUARDS:
            raise ValueError(f"the guard is one of {', '.join(GUARDS)}")
        guard = "strict" if "strict" in (guard, own["guard"]) else "mark"
    said = [text_of(message) for message in body["messages"] if message.get("role") in ("system", "developer")]
    return Wish(guard, float(temperature), seed, stop, "\n".join(said))


def check_messages(body: dict[str, Any]) -> None:
    """Raises: ValueError: the messages are no conversation that ends with a question."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise ValueError("'messages' is a list of messages")
    for message in messages:
        if message.get("role") not in ("system", "developer", "user", "assistant"):
            raise ValueError(f"a message of role {message.get('role')!r} is not supported")
    question = question_of(body)
    if not question or messages[-1].get("role") != "user":
        raise ValueError("no message of role 'user' with text in it at the end")


def whole_prompt(body: dict[str, Any]) -> Prompt | None:
    """The prompt of a request that is to be answered as it is; None where its question is.

    Raises:
        ValueError: the field `vgpt2` or the messages are not what they should be.
    """
    own = body.get("vgpt2")
    if own is None or (isinstance(own, dict) and own and set(own) == {"guard"}):
        return None
    if own != {"prompt": AS_IS}:
        raise ValueError(f'the field "vgpt2" can be {{"prompt": "{AS_IS}"}} or {{"guard": "strict"}} only')
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
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        raise ValueError("'max_tokens' is a positive number")
    if whole and wanted > limit:
        raise ValueError(f"'max_tokens' is {wanted}, but this server's answers end at {limit}; ask for so many")
    return min(wanted, limit)
