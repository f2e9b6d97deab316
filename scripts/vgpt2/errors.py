"""The ways in which a step ends early: a mistake of the user, a gate that does not open, a signal to stop."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import click

OWN = Path(__file__).parent.name


class UserError(click.ClickException):
    """Something that the user can mend: one line that says what, where and what to do; exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        print(f"error: {self.format_message()}", file=file or sys.stderr)


class GateError(UserError):
    """A gate that stays shut (audit, preflight); exit code 1."""

    exit_code = 1


class Stopped(UserError):
    """The step was told to end (SIGTERM) and has kept what it had; exit code 143, as a shell gives for the signal."""

    exit_code = 143


def caught(error: Exception) -> str:
    """An error that was caught for the sake of all other objects, as it is listed: `sqlglot OptimizeError: Alias ...`.

    The first word is the package in whose code it was raised. Where it is `vgpt2`, that is a fault of ours: tests that
    read real and broken sources fail on it.
    """
    raised = error.__traceback__
    while raised is not None and raised.tb_next is not None:
        raised = raised.tb_next
    path = Path(raised.tb_frame.f_code.co_filename) if raised is not None else Path(OWN)
    parts = path.with_suffix("").parts
    if OWN in parts:
        package = OWN
    elif "site-packages" in parts:
        package = parts[parts.index("site-packages") + 1]
    else:
        package = path.stem if path.is_absolute() else parts[0]  # compiled code has paths below its package
    said = str(error).strip().splitlines()
    return f"{package} {type(error).__name__}{f': {said[0]}' if said else ''}"


def is_own(text: str) -> bool:
    """Whether a text tells of an error of our own that was `caught`."""
    return re.search(rf"\b{OWN} \w+(?:Error|Exception|Iteration)\b", text) is not None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name` (difflib ratio of at least 0.6, case ignored), or None."""
    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A clause for the end of a message: `; did you mean 'x'?`, or an empty string."""
    found = nearest(name, known)
    return f"; did you mean '{found}'?" if found else ""
