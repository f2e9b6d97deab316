"""What everything that asks an OpenAI-compatible endpoint shares: its key, and how its failures are said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from vgpt2.inference.forms import Forms

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
    chance: tuple[float, int | None] | None,
    extra: dict[str, Any],
    forms: Forms | None = None,
) -> ChatCompletion:
    """One answer.

    Args:
        chance: temperature and seed (None: none), else the likeliest tokens.
        extra: fields that are not OpenAI's.
        forms: what the endpoint is known to take, learnt further where it refuses.
    """
    import openai

    forms = forms or Forms()
    fields: dict[str, Any] = {"temperature": chance[0] if chance else 0.0, "max_tokens": max_tokens}
    if chance and chance[1] is not None:
        fields["seed"] = chance[1]
    while True:
        form = forms.now
        try:
            return client.chat.completions.create(
                model=model, **form.fields(prompt, **fields), extra_body=extra or None
            )
        except openai.APIStatusError as error:
            if not forms.learn(form, error):
                raise


def without_choices(said: object) -> str:
    """What is said of an answer that holds none: some endpoints tell an error with a status of 200."""
    error = getattr(said, "error", None)
    told = error.get("message") if isinstance(error, dict) else error
    if isinstance(told, str) and told:
        return f"answered with an error ({' '.join(told.split())[:120]})"
    return "an answer without choices; is this an OpenAI-compatible endpoint?"


def faults() -> tuple[type[Exception], ...]:
    """What a request may end in: an error of the client, or an answer of another form than it should have."""
    import openai

    return (openai.OpenAIError, ValueError, AttributeError, TypeError, LookupError)
