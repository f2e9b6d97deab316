"""What a request says: its body, and the conversation in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from vgpt2.errors import did_you_mean
from vgpt2.inference.prompts import Prompt
from vgpt2.serving.refused import SHOWN, Asking, no_model
from vgpt2.serving.sure.readings import as_turn

AS_IS = "as_is"
# What the field `vgpt2` of a question may ask for.
WISHES = {"guard", "answers"}
# A question beyond this is no question: the search for its tables takes time by its words.
LONGEST_QUESTION = 8_000
# Earlier questions of a conversation that the prompt shows.
TURNS = 2
# What messages have beside role and content, with the values that change nothing of an answer: clients send back what
# they were sent, with every field that OpenAI's answers have. `name` and `annotations`: any.
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_BESIDE: dict[str, tuple[Any, ...]] = {
    "refusal": _EMPTY,
    "audio": _EMPTY,
    "function_call": _EMPTY,
    "tool_calls": _EMPTY,
    "tool_call_id": _EMPTY,
    "reasoning": _EMPTY,
    "reasoning_content": _EMPTY,
}
_OF_MESSAGE = ("role", "content", "name", "annotations", *_BESIDE)
_OF_PART = ("type", "text", "annotations")


def read_body(raw: bytes) -> dict[str, Any]:
    """The object of a body.

    Raises:
        ValueError: no UTF-8, no JSON, no object, or a half of a surrogate pair in it.
    """
    try:
        body = json.loads(raw.decode("utf-8"))
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    except UnicodeEncodeError:
        raise ValueError("the body holds half of a surrogate pair, which is no character") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise ValueError("the body is no JSON object")
    return body


def text_of(message: dict[str, Any]) -> str:
    """The text of a message: a text, or a list of text parts.

    Raises:
        Asking: a part that is no text.
    """
    content = message.get("content")
    if isinstance(content, list):
        if any(not isinstance(part, dict) or part.get("type", "text") != "text" for part in content):
            raise Asking("messages", "can have parts of type 'text' only")
        for name in {name for part in content for name in part}.difference(_OF_PART):
            raise Asking("messages", f"has a part with '{name[:SHOWN]}', which is not supported")
        content = [part.get("text", "") for part in content]
        content = "\n".join(content) if all(isinstance(text, str) for text in content) else 0
    if not isinstance(content, (str, type(None))):
        raise Asking("messages", "have a content that is a text, or a list of text parts")
    return (content or "").strip()


def question_of(body: dict[str, Any]) -> str:
    """The last thing that the user said; empty where there is none."""
    messages = body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            return text_of(message)
    return ""


def earlier(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The questions before the last one, each with what was answered."""
    turns: list[tuple[str, str]] = []
    for message in body["messages"]:
        if message.get("role") == "user":
            turns.append((text_of(message), ""))
        elif message.get("role") == "assistant" and turns:
            turns[-1] = (turns[-1][0], as_turn(_words(text_of(message))))
    return turns[:-1]


def _words(said: str) -> str:
    """The text of an answer that left as an object."""
    try:
        read = json.loads(said)
    except (ValueError, RecursionError):
        return said
    return read["text"] if isinstance(read, dict) and isinstance(read.get("text"), str) else said


def check_messages(body: dict[str, Any]) -> None:
    """Raises: Asking: the messages are no conversation that ends with a question."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise Asking("messages", 'is a list of messages, such as [{"role": "user", "content": "Which ...?"}]')
    for message in messages:
        if message.get("role") not in ("system", "developer", "user", "assistant"):
            raise Asking("messages", f"has one of role {message.get('role')!r}, which is not supported")
        _check_keys(message)
        text_of(message)
    question = question_of(body)
    if not question or messages[-1].get("role") != "user":
        raise Asking("messages", "has no message of role 'user' with text in it at the end")


def _check_keys(message: dict[str, Any]) -> None:
    for name, value in message.items():
        if name not in _OF_MESSAGE:
            near = did_you_mean(name, _OF_MESSAGE)
            raise Asking("messages", f"has one with '{name[:SHOWN]}', which is not supported{near}")
        if name in _BESIDE and value not in _BESIDE[name]:
            raise Asking("messages", f"has one with a value of '{name}', which is not supported")
    if not isinstance(message.get("name"), (str, type(None))):
        raise Asking("messages", "has one whose 'name' is no text")
    if not isinstance(message.get("annotations"), (list, type(None))):
        raise Asking("messages", "has one whose 'annotations' are no list")


def check_model(body: dict[str, Any], served: Sequence[str]) -> None:
    """That the model which a request names, where it names one, is served here.

    Raises:
        Asking: the name is no text.
        Refused: another is asked for.
    """
    name = body.get("model")
    if not isinstance(name, (str, type(None))):
        raise Asking("model", "is the name of a model")
    if name is not None and name not in served:
        raise no_model(name, served)


def whole_prompt(body: dict[str, Any]) -> Prompt | None:
    """The prompt of a request that is to be answered as it is; None where its question is.

    Raises:
        ValueError: the field `vgpt2` or the messages are not what they should be.
    """
    own = body.get("vgpt2")
    if own is None or (isinstance(own, dict) and own and set(own) <= WISHES):
        return None
    if own != {"prompt": AS_IS}:
        raise Asking("vgpt2", f'can have "guard" and "answers", or "prompt": "{AS_IS}" alone')
    messages = body.get("messages")
    match [message for message in messages or [] if isinstance(message, dict)]:
        case [{"role": "system", "content": str(system)}, {"role": "user", "content": str(user)}]:
            return Prompt(system, user)
    raise ValueError("a prompt as it is has one message of role 'system' and one of role 'user', both text")
