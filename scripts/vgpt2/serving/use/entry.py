"""What a line of the log holds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from vgpt2.serving.desk import Reply

FORMAT = 1
VERDICTS = ("right", "wrong")
Verdict = Literal["", "right", "wrong"]


@dataclass(slots=True)
class Entry:
    """One question and its answer. `status`: what the guard said of its SQL (`none` without SQL, `asks` where it
    asks back); `findings`: its reasons; `verdict`: the user's, empty where none was given; `masked`: the question had
    values, and `?` stands in their place."""

    id: str
    at: str
    question: str
    answer: str
    sql: str = ""
    status: str = "none"
    findings: list[str] = field(default_factory=list)
    verdict: Verdict = ""
    masked: bool = False


def entry_of(id_: str, question: str, reply: Reply) -> Entry:
    """An answer as the log keeps it."""
    findings = [finding["message"] for finding in reply.findings]
    because = [reply.because] if reply.because else []
    return Entry(id_, now(), question, reply.text, reply.sql, reply.status, [*findings, *because])


def now() -> str:
    """The time as the log holds it, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
