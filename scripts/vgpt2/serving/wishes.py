"""How a request wants its answers: OpenAI's fields read strictly; what is not supported is refused, never ignored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from vgpt2.errors import did_you_mean
from vgpt2.serving.asked import text_of
from vgpt2.serving.refused import Asking

GUARDS = ("strict", "mark")
# Answers to one question that a request may ask for, be it to have all of them, or the one on which most agree.
MOST_ANSWERS = 8
# And that may be made for one request in all.
MOST_MADE = 16
# Fields that are read, or that change nothing of an answer.
_KNOWN = frozenset(
    """model messages user metadata vgpt2 max_tokens max_completion_tokens stop temperature top_p seed n stream
    stream_options safety_identifier prompt_cache_key""".split()
)
# An answer as one object, for programs: its text and what the guard says of it.
JSON = {"type": "json_object"}
# Fields that may stand with these values alone: with others they ask for what is not supported.
_ONLY: dict[str, tuple[Any, ...]] = {
    "presence_penalty": (0,),
    "frequency_penalty": (0,),
    "logprobs": (False,),
    "logit_bias": ({},),
    "response_format": ({"type": "text"}, JSON),
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "parallel_tool_calls": (True, False),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "modalities": (["text"],),
    "service_tier": ("auto", "default"),
    "store": (False,),
}


# What can be asked for in place of some of them.
_INSTEAD = {"response_format": f"; {json.dumps(JSON)} gives text, sql and status, in a form of the server's own"}


@dataclass(slots=True, frozen=True)
class Wish:
    """How an answer is to be made: `guard` (`strict`, `mark`), `temperature` with its `seed` and `top_p` (0: the
    likeliest tokens), `stop` (the answer ends before these), `system`: what the client's system message says;
    `answers`: so many are made, of which the one leaves on which most agree (0: as many as the server's own)."""

    guard: str = "strict"
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    system: str = ""
    top_p: float = 1.0
    answers: int = 0


@dataclass(slots=True, frozen=True)
class Form:
    """How the answers are to leave: `count` of them; as a `stream`, with their `usage` at its end or without; `whole`:
    each as one JSON object."""

    count: int = 1
    stream: bool = False
    usage: bool = False
    whole: bool = False


def check_fields(body: dict[str, Any]) -> None:
    """Raises: Asking: a field that is not supported, or a value of one. null is as good as not given."""
    for name, value in body.items():
        if name not in _KNOWN and name not in _ONLY:
            raise Asking(name, f"is not supported{did_you_mean(name, (*_KNOWN, *_ONLY))}")
        if name in _ONLY and value is not None and not any(_same(value, allowed) for allowed in _ONLY[name]):
            shown = json.dumps(value, ensure_ascii=False)[:60]
            raise Asking(name, f"is {shown}, which is not supported{_INSTEAD.get(name, '')}")


def _same(value: object, allowed: object) -> bool:
    """True is 1 to Python, and not to a client."""
    return value == allowed and isinstance(value, bool) == isinstance(allowed, bool)


def wish_of(body: dict[str, Any], guard: str, answers: int = 1) -> Wish:
    """How the answer is to be made. `guard`, `answers`: the server's own; a client may ask for more than the server
    does, never for less.

    Raises:
        Asking: a value that is none.
    """
    stop = body.get("stop") or ()
    stop = (stop,) if isinstance(stop, str) else tuple(stop) if isinstance(stop, (list, tuple)) else None
    if stop is None or len(stop) > 4 or any(not isinstance(one, str) or not one for one in stop):
        raise Asking("stop", "is a text, or up to four")
    own = body.get("vgpt2")
    own = own if isinstance(own, dict) else {}
    if "guard" in own:
        if own["guard"] not in GUARDS:
            raise Asking("vgpt2", f"can ask for one of the guards {', '.join(GUARDS)}")
        guard = "strict" if "strict" in (guard, own["guard"]) else "mark"
    said = [text_of(message) for message in body["messages"] if message.get("role") in ("system", "developer")]
    return Wish(
        guard,
        _number(body, "temperature", 0.0, 0, 2),
        _whole(body, "seed", 0, -(2**63), 2**63 - 1),
        stop,
        "\n".join(said),
        _number(body, "top_p", 1.0, 0, 1),
        _answers(own, answers, _whole(body, "n", 1, 1, MOST_ANSWERS)),
    )


def _answers(own: dict[str, Any], least: int, count: int) -> int:
    """How many answers the field `vgpt2` asks to be made for each of `count` that leave."""
    wanted, most = own.get("answers"), max(least, MOST_ANSWERS)
    if wanted is None:
        return 0
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not least <= wanted <= most:
        raise Asking("vgpt2", f"can ask for {least} to {most} answers, of which the one leaves on which most agree")
    if count > 1 and count * wanted > MOST_MADE:
        raise Asking(
            "vgpt2", f"asks for {wanted} answers to each of {count}; {MOST_MADE} in all are made for a request"
        )
    return wanted


def form_of(body: dict[str, Any]) -> Form:
    """How the answers are to leave.

    Raises:
        Asking: a value that is none.
    """
    stream, options = body.get("stream"), body.get("stream_options")
    if not isinstance(stream, (bool, type(None))):
        raise Asking("stream", "is true or false")
    if options is not None:
        fields = {"include_usage", "include_obfuscation"}
        if not stream or not isinstance(options, dict) or not set(options) <= fields:
            raise Asking("stream_options", "can be {\"include_usage\": true} where 'stream' is true")
        if options.get("include_obfuscation") or not isinstance(options.get("include_usage", False), bool):
            raise Asking("stream_options", 'can be {"include_usage": true} only')
    usage = bool(options and options.get("include_usage"))
    return Form(_whole(body, "n", 1, 1, MOST_ANSWERS), bool(stream), usage, body.get("response_format") == JSON)


def _number(body: dict[str, Any], name: str, default: float, least: float, most: float) -> float:
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise Asking(name, f"is a number from {least:g} to {most:g}")
    return float(value)


def _whole(body: dict[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Asking(name, f"is a whole number from {least} to {most}")
    return value


def token_limit(body: dict[str, Any], limit: int) -> int:
    """The tokens that an answer may have: `max_tokens`, or `max_completion_tokens`; without them `limit`.

    More than that is refused, as OpenAI refuses it: whoever asks for more counts on it.

    Raises:
        Asking: not a positive number, over the limit, or two numbers.
    """
    given = {name: body[name] for name in ("max_tokens", "max_completion_tokens") if body.get(name) is not None}
    for name, wanted in given.items():
        if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
            raise Asking(name, "is a positive number")
        if wanted > limit:
            raise Asking(name, f"is too large: {wanted}. An answer of this server has at most {limit} tokens")
    if len(set(given.values())) > 1:
        raise Asking("max_completion_tokens", "and 'max_tokens' say different numbers; give one")
    return next(iter(given.values()), limit)
