"""What everything that asks an OpenAI-compatible endpoint shares: its key, and how its failures are said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion

    from vgpt2.inference.prompts import Prompt

KEY_VARIABLE = "VGPT2_API_KEY"


def api_key() -> str:
    """The key from the environment; local endpoints take any."""
    return os.environ.get(KEY_VARIABLE, "none")


def failure(error: Exception, timeout: float) -> str:
    """What went wrong with a request, in a few words: an error of `openai`, or of reading what was answered."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(error, openai.APIConnectionError):
        return f"cannot be reached ({error.__cause__ or error})"
    if isinstance(error, openai.APIStatusError):
        hint = f"; set {KEY_VARIABLE}" if error.status_code in (401, 403) else ""
        return f"answered {error.status_code} ({' '.join(error.message.split())[:120]}){hint}"
    return f"not an answer that can be read ({' '.join(str(error).split())[:120]})"


def complete(
    client: OpenAI,
    model: str,
    prompt: Prompt,
    max_tokens: int,
    chance: tuple[float, int] | None,
    extra: dict[str, Any],
) -> ChatCompletion:
    """One request; `chance`: temperature and seed, else the likeliest tokens; `extra`: fields that are not OpenAI's."""
    from openai import omit

    return client.chat.completions.create(
        model=model,
        messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
        temperature=chance[0] if chance else 0.0,
        seed=chance[1] if chance else omit,
        max_tokens=max_tokens,
        extra_body=extra or None,
    )


def faults() -> tuple[type[Exception], ...]:
    """What a request may end in: an error of the client, or an answer of another form than it should have."""
    import openai

    return (openai.OpenAIError, ValueError, AttributeError, TypeError, LookupError)
