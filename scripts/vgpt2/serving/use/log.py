"""The log of a served model: a line an answer, kept on request alone, on this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO

from vgpt2.cli import click
from vgpt2.errors import UserError
from vgpt2.files import json_line
from vgpt2.serving.use.entry import FORMAT, Entry, Verdict
from vgpt2.serving.use.reading import begun


class UseLog:
    """Appends to a log. What a power loss or a full disk left of a line stays alone on its own: the next line begins
    behind it.

    Args:
        database: the name of the database's settings, so that a log of another one is told.
        mask: hides the values of an entry before it is kept.

    Attributes:
        note: what is to be said of the log that was there already, or an empty text.
    """

    def __init__(self, path: Path, database: str, mask: Callable[[Entry], Entry] | None = None) -> None:
        """Raises: UserError: the file cannot be written, or is no log of this database; or values would be kept in one
        that was begun without them."""
        self._path, self._mask, self._turn = path, mask, threading.Lock()
        self._head = json_line({"format": FORMAT, "database": database, "masked": mask is not None})
        before = begun(path, database)
        if before.masked and not mask:
            raise UserError(f"{path}: begun with --mask, so that it holds no values; give --mask, or another file")
        self.note = before.note
        self._append(b"", fresh=before.empty)

    def add(self, entry: Entry) -> None:
        """Keep an answer. Where the file can no longer be written (a full disk), that is said on the error stream, and
        the answer goes to who asked all the same."""
        try:
            self._append(json_line(asdict(self._mask(entry) if self._mask else entry)))
        except UserError as error:
            click.echo(f"note: an answer is not kept: {error}", err=True)

    def judge(self, id_: str, verdict: Verdict) -> None:
        """Keep what the user says of an answer.

        Raises:
            UserError: the file cannot be written.
        """
        self._append(json_line({"id": id_, "verdict": verdict}))

    def _append(self, line: bytes, fresh: bool = False) -> None:
        try:
            with self._turn, self._path.open("w+b" if fresh else "a+b") as file:
                if written := self._missing(file) + line:
                    file.write(written)
        except OSError as error:
            why = error.strerror or error
            raise UserError(f"{self._path}: the log cannot be written ({why}); give another file") from None

    def _missing(self, file: IO[bytes]) -> bytes:
        """What has to stand before the next line: the head of a log that is empty (one that was moved away while the
        server ran begins anew), or the end of a line that was cut."""
        if not file.seek(0, os.SEEK_END):
            return self._head
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"
