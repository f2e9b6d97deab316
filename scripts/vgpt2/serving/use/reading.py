"""Reads a log as far as it is whole: a broken line costs itself alone, and is named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import IO, Any

from vgpt2.cli import click
from vgpt2.errors import UserError
from vgpt2.serving.use.entry import FORMAT, VERDICTS, Entry

# Bytes of a line; a served answer has some thousands. What is longer is no answer, and is not held in memory.
LONGEST = 4 * 2**20
# The head has less, whatever the database is called.
HEAD = 4096
# What an entry needs, and what kind its fields are of.
NEEDED = tuple(item.name for item in fields(Entry) if item.default is MISSING and item.default_factory is MISSING)
TEXTS = ("id", "at", "question", "answer", "sql", "status")
# So many broken lines are named.
SHOWN = 10
GIVE = "give the file that serve --log wrote"


@dataclass(slots=True, frozen=True)
class Log:
    """What a log holds. `broken`: a line of words for each line of the file that was left out, with its number and why;
    the last of them may be one that was cut, as by a power loss."""

    entries: list[Entry]
    broken: list[str]


@dataclass(slots=True, frozen=True)
class Begun:
    """What is there of a log that is gone on with. `empty`: nothing, or a piece of its first line; `masked`: it was
    begun without values; `note`: its last line is not whole."""

    empty: bool = True
    masked: bool = False
    note: str = ""


def begun(path: Path, database: str) -> Begun:
    """Look at the first line and the last one; what is between is not read.

    Raises:
        UserError: it cannot be read, is no log, or is one of another database.
    """
    try:
        if not path.exists():
            return Begun()
        with path.open("rb") as file:
            first = file.readline(HEAD)
            if len(first) < HEAD and not first.endswith(b"\n") and _piece_of_head(first.rstrip(b"\0")):
                return Begun()
            masked = _head(path, first, database)
            file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST))
            last = file.read().rpartition(b"\n")[2]
    except OSError as error:
        raise _unreadable(path, error) from None
    cut = last and not isinstance(_value(last), dict)
    return Begun(False, masked, f"the last line of {path} was cut and is left out; the others are kept" if cut else "")


def read_log(path: Path, database: str) -> Log:
    """Read a log with the verdicts that were given later.

    Raises:
        UserError: it cannot be read, is no log, or is one of another database.
    """
    found: dict[str, Entry] = {}
    broken: list[str] = []
    masked: bool | None = None
    try:
        with path.open("rb") as file:
            for number, line in _lines(file):
                row = _value(line)
                if masked is None or (isinstance(row, dict) and "format" in row and "id" not in row):
                    masked = _head(path, line, database, number)  # a further one where logs were joined
                elif why := _fault(row, line):
                    broken.append(f"{path}:{number}: {why}; this line is left out")
                elif "question" in row:
                    found[row["id"]] = _entry(row, masked)
                elif row["id"] in found:
                    found[row["id"]].verdict = row["verdict"]
            if masked is None:
                _head(path, b"", database)
    except OSError as error:
        raise _unreadable(path, error) from None
    return Log(list(found.values()), broken)


def tell(log: Log) -> None:
    """Name the lines that were left out, on the error stream."""
    for line in log.broken[:SHOWN]:
        click.echo(f"note: {line}", err=True)
    if len(log.broken) > SHOWN:
        click.echo(f"note: {len(log.broken) - SHOWN} more broken lines are left out", err=True)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers; one that is too long as an empty one."""
    number = 0
    while line := file.readline(LONGEST):
        number += 1
        if whole := line.endswith(b"\n") or len(line) < LONGEST:
            if line.strip():
                yield number, line
            continue
        while not whole and (more := file.readline(LONGEST)):
            whole = more.endswith(b"\n")
        yield number, b""


def _value(line: bytes) -> Any:
    """What a line says, or None. A disk may fill what a power loss left unwritten with zeros."""
    try:
        return json.loads(line.decode("utf-8-sig").strip("\0 \t\r\n"))
    except (ValueError, RecursionError):
        return None


def _piece_of_head(text: bytes) -> bool:
    """Whether the first line was cut while it was written: nothing of anybody's is lost with it."""
    whole = json.dumps({"format": FORMAT, "database": ""})[:-2].encode()
    return whole.startswith(text) or (text.startswith(whole) and not isinstance(_value(text), dict))


def _head(path: Path, line: bytes, database: str, number: int = 1) -> bool:
    """Whether the log is masked.

    Raises:
        UserError: the line is not the head of a log, or of one of another database.
    """
    head = _value(line)
    if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(head.get("database"), str):
        raise UserError(f"{path}:{number}: no log of this version; {GIVE}")
    if head["database"] != database:
        raise UserError(
            f"{path}: a log of the database {head['database'][:60]!r}, and this catalog is of {database!r}; "
            "give the catalog of the run that was served"
        )
    return bool(head.get("masked"))


def _fault(row: Any, line: bytes) -> str:
    """Why a line is no answer and no verdict, or an empty text."""
    if not line:
        return f"longer than {LONGEST / 2**20:.0f} MB"
    if not isinstance(row, dict):
        return "no JSON object" if line.endswith(b"\n") else "cut in the middle"
    if not isinstance(row.get("id"), str):
        return "without the 'id' of an answer"
    if "question" not in row:
        return "" if row.get("verdict") in VERDICTS else "no question, and no verdict that is right or wrong"
    if missing := next((name for name in NEEDED if name not in row), ""):
        return f"an answer without {missing!r}"
    if odd := next((name for name in TEXTS if not isinstance(row.get(name, ""), str)), ""):
        return f"{odd!r} is no text"
    findings = row.get("findings", [])
    if not isinstance(findings, list) or not all(isinstance(finding, str) for finding in findings):
        return "'findings' is no list of texts"
    if row.get("verdict", "") not in ("", *VERDICTS):
        return "'verdict' is neither right nor wrong"
    return "" if isinstance(row.get("masked", False), bool) else "'masked' is neither true nor false"


def _entry(row: dict[str, Any], masked: bool) -> Entry:
    """An answer. Logs of before did not say of each question whether something was hidden in it: there any `?` may be a
    value."""
    known = {item.name: row[item.name] for item in fields(Entry) if item.name in row}
    return Entry(**{"masked": masked and "?" in row["question"], **known})


def _unreadable(path: Path, error: OSError) -> UserError:
    return UserError(f"{path}: cannot be read ({error.strerror or error}); {GIVE}")
