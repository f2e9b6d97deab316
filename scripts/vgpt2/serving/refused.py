"""Why a request is not answered, and OpenAI's form of saying so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """A request that is not answered: status code, reason, OpenAI's type of the error, the field that is at fault,
    where it is one, and OpenAI's name of the fault (its `code`), where clients look for it."""

    def __init__(
        self,
        code: int,
        message: str,
        kind: str = "invalid_request_error",
        param: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.kind, self.param, self.name = code, kind, param, name

    def body(self) -> dict[str, Any]:
        """The form in which clients of OpenAI look for the reason."""
        return {"error": {"message": str(self), "type": self.kind, "param": self.param, "code": self.name}}


# Letters of a path that are shown.
SHOWN = 80


def no_page(code: int, said: str, path: str, allowed: str) -> Refused:
    """What is said where nothing answers at a path, most often since a client was given half of the address. `said`:
    the framework's own words; `allowed`: by which methods the path is asked."""
    shown = path if len(path) <= SHOWN else f"{path[:SHOWN]}..."
    if code == 404:
        said = f"there is no {shown} here; questions go by POST to /v1/chat/completions (a client's base URL: .../v1)"
    elif code == 405 and allowed:
        said = f"{shown} is asked by {allowed} alone"
    return Refused(code, said)


def no_model(asked: str, names: Sequence[str]) -> Refused:
    """What is said where a request names a model that is not served. `names`: those that are."""
    shown = asked if len(asked) <= SHOWN else f"{asked[:SHOWN]}..."
    said = f"the model '{shown}' does not exist here; {' and '.join(names)} {'is' if len(names) == 1 else 'are'} served"
    return Refused(404, said, param="model", name="model_not_found")


class Asking(ValueError):
    """A request that asks for what is not supported, or says it wrongly. `param`: the field."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(f"'{param}' {message}")
        self.param = param
