"""The form in which an OpenAI-compatible endpoint takes a request: learnt from what it refuses.

Models differ: some take `max_completion_tokens` alone, no temperature but their own, no system role, or texts as lists
of parts alone. What an endpoint refuses is left out or said otherwise, in that request and in all after it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai import APIStatusError

    from vgpt2.inference.prompts import Prompt

# Statuses with which a form is refused; llama.cpp says 500 where a chat template does.
_REFUSED = frozenset((400, 422, 500))
# What an endpoint can do without.
_OPTIONAL = ("temperature", "top_p", "seed", "stop", "stream_options")
_FIELDS = frozenset((*_OPTIONAL, "max_tokens"))
_ROLE = re.compile(
    r"\bsystem\b.*\broles?\b|\broles?\b.*\bsystem\b|\broles must alternate\b"
    r"|\b(?:system|developer) (?:message|instruction|prompt)s?\b",
    re.DOTALL,
)
_PARTS = re.compile(
    r"\bcontent\b.*\b(?:list|array|parts?)\b|\b(?:list|array)\b.*\bcontent\b|\bstring\b.*\bsequence\b", re.DOTALL
)
# How a field that is not named as such is refused.
_REFUSES = re.compile(r"\b(?:un\w+|not|only|extra|deprecated|invalid|forbidden|additional)\b|n't\b")
# Not a matter of form: the prompt is too long.
_LENGTH = re.compile(r"\bcontext\b|\btoo (?:long|large|many)\b")
# Kinds of parts that are what a model says, and not what it thinks.
_SAID = frozenset(("text", "output_text"))
OWN_TEMPERATURE = "drawn as the server does by itself: it refuses a temperature"


@dataclass(slots=True, frozen=True)
class Form:
    """What is left out of a request (`without`), and what is said otherwise."""

    without: frozenset[str] = frozenset()
    completion_tokens: bool = False
    system_in_user: bool = False
    parts: bool = False

    def fields(self, prompt: Prompt, **fields: Any) -> dict[str, Any]:
        """The fields of a request: `messages` of the prompt and those of `fields`, in this form."""
        made = {name: value for name, value in fields.items() if name not in self.without}
        if self.completion_tokens and "max_tokens" in made:
            made["max_completion_tokens"] = made.pop("max_tokens")
        messages = prompt.messages()
        if self.system_in_user:
            said = "\n\n".join(message["content"] for message in messages if message["content"])
            messages = [{"role": "user", "content": said}]
        if self.parts:
            return {
                "messages": [
                    {"role": message["role"], "content": [{"type": "text", "text": message["content"]}]}
                    for message in messages
                ],
                **made,
            }
        return {"messages": messages, **made}

    @property
    def note(self) -> str:
        """What of it changes answers, or an empty string."""
        return OWN_TEMPERATURE if "temperature" in self.without else ""


@dataclass(slots=True)
class Forms:
    """The form that an endpoint takes, as far as it is known. Several threads may ask at once."""

    now: Form = Form()
    _lock: Lock = field(default_factory=Lock, repr=False)

    def learn(self, asked: Form, error: APIStatusError) -> bool:
        """Whether a request that was refused in one form is to be made again in the present one.

        Every refusal changes the form, and it can change but a few times, so that asking again comes to an end.
        """
        with self._lock:
            if self.now == asked:
                self.now = _other(asked, error)
            return self.now != asked


def _other(form: Form, error: APIStatusError) -> Form:
    """The form without what an error speaks of; the same one where it speaks of nothing that can be changed."""
    if error.status_code not in _REFUSED:
        return form
    fields, text = _blamed(error)
    if _LENGTH.search(text):
        return form
    without, role, parts, tokens = form.without, form.system_in_user, form.parts, form.completion_tokens
    if not fields and _REFUSES.search(text):
        fields = {name for name in _FIELDS if re.search(rf"\b{name}\b", text)}
    if error.status_code != 500:
        without |= fields.intersection(_OPTIONAL)
        tokens |= "max_tokens" in fields
    if without == form.without and tokens == form.completion_tokens:
        role |= bool(_ROLE.search(text))
        parts |= role == form.system_in_user and error.status_code != 500 and bool(_PARTS.search(text))
    return Form(without, tokens, role, parts)


def _blamed(error: APIStatusError) -> tuple[set[str], str]:
    """The fields that an error names as such (OpenAI's `param`, the `loc` of FastAPI's `detail`), and all that it
    says, in small letters. What it repeats of the request is none of it."""
    body = error.body if error.body is not None else error.response.text
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return set(), body.lower()
    if not isinstance(body, dict):
        return set(), str(body).lower()
    fields: set[str] = set()
    said = [str(body.get("message") or "")]
    if isinstance(param := body.get("param"), str):
        fields.add(param)
    details = body.get("detail")
    for detail in details if isinstance(details, list) else [details] if details else []:
        if isinstance(detail, dict):
            fields.update(part for part in detail.get("loc") or () if isinstance(part, str))
            said.append(str(detail.get("msg") or ""))
        else:
            said.append(str(detail))
    if isinstance(inner := body.get("error"), str):
        said.append(inner)
    return fields & _FIELDS, " ".join(said).lower()


def text_of(content: object) -> str:
    """What a message says: its content, as text or as a list of parts, of which thoughts are none."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = []
    for part in content:
        kind, text = (
            (part.get("type", "text"), part.get("text"))
            if isinstance(part, dict)
            else (getattr(part, "type", "text"), part if isinstance(part, str) else getattr(part, "text", None))
        )
        if kind in _SAID and isinstance(text, str):
            texts.append(text)
    return "".join(texts)
