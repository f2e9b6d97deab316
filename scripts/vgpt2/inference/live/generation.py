"""What a server asks of whoever makes its answers, be it a model of this machine or an upstream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vgpt2.inference.identity import Identified
from vgpt2.inference.prompts import Prompt


class Gone(Exception):
    """Nobody waits for the answer any more."""


class GenerationError(Exception):
    """There is no answer. `code`: the status code of HTTP that says so; `kind`: OpenAI's type of the error."""

    def __init__(self, code: int, message: str, kind: str = "server_error") -> None:
        super().__init__(message)
        self.code, self.kind = code, kind


class TooLong(GenerationError):
    """A prompt that the model has no room for."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message, "invalid_request_error")


@dataclass(slots=True, frozen=True)
class Sampling:
    """How one answer is made: at most `max_new_tokens`; `temperature` 0: the likeliest tokens, else they are drawn with
    `seed` among those that make up `top_p` of the chances; it ends before any text of `stop`. `weighed`: with the
    likelihood of the answer, where it can be known."""

    max_new_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    weighed: bool = False


@dataclass(slots=True, frozen=True)
class Generated:
    """An answer: its text, the tokens decoded for it and those of its prompt (0: not known). `cut`: it was not complete
    at the limit. `likelihood`: the mean logarithm of its tokens' chances, where it was asked for."""

    text: str
    tokens: int = 0
    prompt_tokens: int = 0
    cut: bool = False
    likelihood: float = 0.0


class Listener(Protocol):
    """Who waits for an answer."""

    @property
    def gone(self) -> bool:
        """Whether nobody waits any more."""

    @property
    def hears(self) -> bool:
        """Whether it wants the text before it is whole."""

    def begun(self) -> None:
        """The prompt was taken: the model has room for it, the upstream answers."""

    def heard(self, piece: str) -> None:
        """The text goes on."""


class Nobody:
    """A listener who waits for the end, whatever comes."""

    gone = False
    hears = False

    def begun(self) -> None:
        """Nothing."""

    def heard(self, piece: str) -> None:
        """Nothing."""


class Quiet:
    """A listener who waits as another does and hears no piece: nothing may leave before all of it is judged."""

    hears = False

    def __init__(self, listener: Listener) -> None:
        self._listener, self.begun = listener, listener.begun

    @property
    def gone(self) -> bool:
        """Whether the other has gone."""
        return self._listener.gone

    def heard(self, piece: str) -> None:
        """Nothing."""


class Generator(Identified, Protocol):
    """Makes answers, several at once, each asked for from a thread of its own."""

    @property
    def max_new_tokens(self) -> int:
        """The most that an answer may have."""

    def generate(self, prompt: Prompt, sampling: Sampling, listener: Listener) -> Generated:
        """Answer one prompt; `listener` hears the text as it comes, where it wants to; all of it is returned.

        Raises:
            Gone: the listener went.
            GenerationError: there is no answer, and why.
        """

    def close(self) -> None:
        """No more answers; what is being made is given up."""
