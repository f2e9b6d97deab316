"""Why a request is not answered, and OpenAI's form of saying so."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that is not answered: status code, reason, OpenAI's type of the error, and the field that is at fault,
    where it is one."""

    def __init__(self, code: int, message: str, kind: str = "invalid_request_error", param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.kind, self.param = code, kind, param

    def body(self) -> dict[str, Any]:
        """The form in which clients of OpenAI look for the reason."""
        return {"error": {"message": str(self), "type": self.kind, "param": self.param, "code": None}}


class Asking(ValueError):
    """A request that asks for what is not supported, or says it wrongly. `param`: the field."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(f"'{param}' {message}")
        self.param = param
