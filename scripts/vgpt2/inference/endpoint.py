"""What everything that asks an OpenAI-compatible endpoint shares: its key, and how its failures are said."""

from __future__ import annotations

import os

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
