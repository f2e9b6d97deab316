"""The two ways in which a step ends early: a mistake of the user, and a gate that does not open."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from typing import IO, Any

import click


class UserError(click.ClickException):
    """Something that the user can mend: one line that says what, where and what to do; exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        print(f"error: {self.format_message()}", file=file or sys.stderr)


class GateError(UserError):
    """A gate that stays shut (audit, preflight); exit code 1."""

    exit_code = 1


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name` (difflib ratio of at least 0.6, case ignored), or None."""
    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A clause for the end of a message: `; did you mean 'x'?`, or an empty string."""
    found = nearest(name, known)
    return f"; did you mean '{found}'?" if found else ""
