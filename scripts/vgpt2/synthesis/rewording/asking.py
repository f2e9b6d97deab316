"""Whom a teacher is asked through: what is asked, what came back, and the file that keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vgpt2.files import digest, disk_full
from vgpt2.inference.kept import read_kept
from vgpt2.inference.prompts import Prompt


@dataclass(slots=True, frozen=True)
class Decoding:
    """How an answer is decoded: `turn` tells answers to the same prompt apart; tokens are drawn by chance where the
    temperature is over 0; at most `limit` tokens."""

    turn: int = 0
    temperature: float = 0.0
    limit: int = 512


class Teacher(Protocol):
    """Answers prompts, from its file where it has answered before."""

    def answers(self, prompts: Sequence[Prompt], decoding: Decoding) -> dict[Prompt, str]:
        """What it says to each prompt; one that got no answer is missing. Each answer is on file as soon as it came.

        Raises:
            UserError: it cannot answer at all; the line says what to do.
        """


class AnswerFile:
    """Answers on file, by a digest of all that they depend on."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self.fingerprint = fingerprint

    def key(self, prompt: Prompt, decoding: Decoding, seed: int = 0) -> str:
        """Another one where the answer may be another one."""
        return digest(
            [self.fingerprint, prompt.messages(), decoding.turn, decoding.temperature, decoding.limit, seed], 32
        )

    def read(self) -> dict[str, str]:
        """Answers by key.

        Raises:
            UserError: a line is no answer; it is named.
        """
        return read_cache(self.path)

    @contextmanager
    def open(self) -> Iterator[AnswerFile]:
        """Within it `add` writes behind what is there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with disk_full(self.path), self.path.open("a", encoding="utf-8", newline="\n") as self._file:
            yield self

    def add(self, key: str, prompt: Prompt, answer: str) -> None:
        """Write one answer down."""
        row = {"key": key, "question": prompt.instruction, "answer": answer}
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()


def read_cache(path: Path) -> dict[str, str]:
    """A teacher's answers by key, none where there is no file yet; see `read_kept`."""
    return read_kept(path, "an answer of a teacher") if path.exists() else {}
