"""The log of a served model: a line an answer, kept on request alone, on this machine."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vgpt2.errors import UserError

if TYPE_CHECKING:
    from vgpt2.serving.desk import Reply

FORMAT = 1
VERDICTS = ("right", "wrong")
Verdict = Literal["", "right", "wrong"]
# What a mask hides: texts in quotes and numbers, wherever they stand.
_VALUE = re.compile(r"'(?:[^']|'')*'|\"[^\"\n]*\"|(?<![\w.])\d[\d.,:/-]*")


@dataclass(slots=True)
class Entry:
    """One question and its answer. `status`: what the guard said of its SQL (`none` without SQL, `asks` where it
    asks back); `findings`: its reasons; `verdict`: the user's, empty where none was given."""

    id: str
    at: str
    question: str
    answer: str
    sql: str = ""
    status: str = "none"
    findings: list[str] = field(default_factory=list)
    verdict: Verdict = ""


def entry_of(id_: str, question: str, reply: Reply) -> Entry:
    """An answer as the log keeps it."""
    findings = [finding["message"] for finding in reply.findings]
    because = [reply.because] if reply.because else []
    return Entry(id_, now(), question, reply.text, reply.sql, reply.status, [*findings, *because])


class UseLog:
    """Appends to a log; a line is written whole or not at all.

    Args:
        database: the name of the database's settings, so that a log of another one is told.
        masked: values in questions and answers are replaced by `?`.
    """

    def __init__(self, path: Path, database: str, *, masked: bool = False) -> None:
        """Raises: UserError: the file cannot be written, or is no log of this database."""
        self._path, self._masked, self._turn = path, masked, threading.Lock()
        if path.exists() and path.stat().st_size:
            read_log(path, database)
            return
        self._append({"format": FORMAT, "database": database, "masked": masked})

    def add(self, entry: Entry) -> None:
        """Keep an answer."""
        row = asdict(entry)
        if self._masked:
            row |= {name: mask(row[name]) for name in ("question", "answer", "sql")}
            row["findings"] = [mask(finding) for finding in row["findings"]]
        self._append(row)

    def judge(self, id_: str, verdict: Verdict) -> None:
        """Keep what the user says of an answer."""
        self._append({"id": id_, "verdict": verdict})

    def _append(self, row: dict[str, Any]) -> None:
        line = json.dumps(row, ensure_ascii=False) + "\n"
        try:
            with self._turn, self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise UserError(f"{self._path}: the log cannot be written ({error.strerror}); give another file") from None


def mask(text: str) -> str:
    """A text without its values: `Vendor = 12 AND Name = 'Alder'` is `Vendor = ? AND Name = ?`."""
    return _VALUE.sub("?", text)


def now() -> str:
    """The time as the log holds it, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@dataclass(slots=True, frozen=True)
class Log:
    """What a log holds. `cut`: its last line is not whole, as after a power loss, and was left out."""

    entries: list[Entry]
    masked: bool
    cut: bool


def read_log(path: Path, database: str) -> Log:
    """Read a log with the verdicts that were given later.

    Raises:
        UserError: it cannot be read, is none, is of another database, or a line before the last is broken.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); give the file that serve --log wrote") from None
    lines = text.split("\n")
    rest = lines.pop()
    rows = [_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    head = rows[0] if rows else {}
    if head.get("format") != FORMAT:
        raise UserError(f"{path}: no log of this version; give the file that serve --log wrote")
    if head.get("database") != database:
        raise UserError(
            f"{path}: a log of the database {head.get('database')!r}, and this catalog is of {database!r}; "
            "give the catalog of the run that was served"
        )
    found: dict[str, Entry] = {}
    names = {item.name for item in fields(Entry)}
    for row in rows[1:]:
        if "question" in row:
            found[row["id"]] = Entry(**{name: value for name, value in row.items() if name in names})
        elif row.get("id") in found and row.get("verdict") in VERDICTS:
            found[row["id"]].verdict = row["verdict"]
    return Log(list(found.values()), bool(head.get("masked")), bool(rest.strip()))


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not (number == 1 or isinstance(row.get("id"), str)):
        raise UserError(f"{path}:{number}: broken; take this line out, the others are kept")
    return row
