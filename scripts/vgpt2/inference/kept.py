"""Answers that are kept as they come: a file of one JSON object a line, with `key` and `answer`."""

from __future__ import annotations

import json
from pathlib import Path

from vgpt2.errors import UserError


def read_kept(path: Path, what: str, *, headed: bool = False) -> dict[str, str]:
    """Answers by key. A last line that a killed run left half written is cut off the file.

    Args:
        what: what a line should be ("an answer of a teacher"), for the message.
        headed: the first line says what the answers are of, and is no answer.

    Raises:
        UserError: another line is no answer; it is named.
    """
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    found = {}
    for number, line in enumerate(data[:whole].split(b"\n")[:-1], 1):
        if headed and number == 1:
            continue
        try:
            row = json.loads(line)
            key, answer = row["key"], row["answer"]
            if not isinstance(key, str) or not isinstance(answer, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            raise UserError(f"{path}:{number}: not {what}; delete the line or the file") from None
        found[key] = answer
    return found
