"""Datasets that others made: Alpaca-like JSON and JSONL, read leniently, each bad record named and set aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import digest, read_text
from vgpt2.records.answers.answers import find_sql, refuses
from vgpt2.records.model import Meta, Record
from vgpt2.records.text import normalise, text_fault


@dataclass(slots=True, frozen=True)
class Item:
    """One record of a file: `index` counts from 0, `line` is its line in a JSONL file (0 in a JSON file).

    `value` is what was read; `problem` says why nothing could be read (and `value` is the text)."""

    file: str
    index: int
    line: int
    value: Any
    problem: str = ""

    @property
    def where(self) -> str:
        """`mine.jsonl:7`, or of a JSON array `mine.json[7]`, counted from 1 too."""
        return f"{self.file}:{self.line}" if self.line else f"{self.file}[{self.index + 1}]"


@dataclass(slots=True, frozen=True)
class Reject:
    """A record that was set aside: where it stood, a reason (a slug), what was wrong in words."""

    where: str
    reason: str
    message: str
    record: Any

    def to_json(self) -> dict:
        """As a `*.rejects.jsonl` holds it."""
        return {"where": self.where, "reason": self.reason, "message": self.message, "record": self.record}


def read_items(path: str | Path) -> Iterator[Item]:
    """The records of a JSON array, of a JSON object with one list in it (`{"data": [...]}`), or of a JSONL file.

    Raises:
        UserError: the file is missing, is not UTF-8, is empty, or is a JSON file that does not parse.
    """
    path = Path(path)
    text = read_text(path)
    head = text.lstrip()[:1]
    if not head:
        raise UserError(f"{path}: empty; expected JSON or JSONL records")
    if head == "[" or (head == "{" and not _is_jsonl(text)):
        yield from (Item(path.name, index, 0, value) for index, value in enumerate(_json_records(path, text)))
        return
    index = 0
    # Not splitlines(): U+2028 and its like may stand in a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield Item(path.name, index, number, json.loads(line))
        except json.JSONDecodeError as error:
            yield Item(path.name, index, number, line[:2000], f"not JSON: {error.msg} (column {error.colno})")
        index += 1


def _is_jsonl(text: str) -> bool:
    first = text.lstrip().split("\n", 1)[0]
    try:
        value = json.loads(first)
    except json.JSONDecodeError:
        # Either one object over many lines, or a JSONL file whose first line is broken.
        try:
            json.loads(text)
        except json.JSONDecodeError:
            return first.strip() != "{"
        return False
    return isinstance(value, dict) and not _only_list(value)


def _only_list(value: dict) -> list | None:
    lists = [item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], dict)]
    return lists[0] if len(lists) == 1 and "instruction" not in value and "conversations" not in value else None


def _json_records(path: Path, text: str) -> list:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    if isinstance(value, list):
        return value
    return _only_list(value) or [value]


_ASKS, _ANSWERS = frozenset(("human", "user")), frozenset(("gpt", "assistant"))


def as_columns(row: dict) -> dict:
    """A record of chat form (ShareGPT's `conversations`, `messages`; answers as lists of turns) with plain columns.

    All questions of a conversation become `instruction`, all its answers `output`, so that every SQL in it is judged; a
    row of another form is as it was.
    """
    turns = next((row[name] for name in ("conversations", "messages") if isinstance(row.get(name), list)), None)
    found = {key: value for key, value in row.items() if key not in ("conversations", "messages")}
    if turns is not None:
        found.setdefault("instruction", _said(turns, _ASKS))
        found.setdefault("output", _said(turns, _ANSWERS))
        found.setdefault("system", _said(turns, frozenset(("system",))))
        if "chosen" in found:
            del found["output"]
    for name in ("chosen", "rejected"):
        value = found.get(name)
        if isinstance(value, dict | list):
            answer = value if isinstance(value, list) else [value]
            found[name] = _said(answer, _ANSWERS)
            found.setdefault("instruction", _said(answer, _ASKS))
    return found


def _said(turns: list, by: frozenset[str]) -> str:
    """What these roles say, a turn a paragraph."""
    parts = []
    for turn in turns:
        if isinstance(turn, dict) and str(turn.get("from", turn.get("role", ""))).lower() in by:
            value = turn.get("value", turn.get("content"))
            parts += [value] if isinstance(value, str) else []
    return "\n\n".join(parts)


def alpaca_fault(item: Item) -> tuple[str, str] | None:
    """Why an item is no Alpaca record for fine-tuning, as (reason, message), or None.

    Reasons: not_json, not_an_object, not_alpaca, has_history, missing_field, wrong_type, empty_field, and those of
    `records.text.text_fault`.
    """
    row = item.value
    if item.problem:
        return "not_json", item.problem
    if not isinstance(row, dict):
        return "not_an_object", f"{type(row).__name__} where an object was expected"
    for name in ("conversations", "messages", "chosen", "kto_tag"):
        if name in row and "output" not in row:
            return "not_alpaca", f"has '{name}'; expected instruction, input, output"
    if row.get("history"):
        return "has_history", "records with 'history' are not taken"
    for name in ("instruction", "output"):
        if row.get(name) is None:
            return "missing_field", f"no field '{name}'"
    for name in ("instruction", "input", "output", "system"):
        value = row.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            return "wrong_type", f"'{name}' is {type(value).__name__}, not text"
        if name in ("instruction", "output") and not value.strip():
            return "empty_field", f"'{name}' is empty"
        fault = text_fault(value)
        if fault:
            return fault[0], f"'{name}': {fault[1]}"
    return None


def read_extra(
    folder: str | Path, system: str, prove: Callable[[str], tuple[str, Meta | None]]
) -> tuple[list[Record], list[Reject]]:
    """All records of a user's Alpaca files (`*.json`, `*.jsonl`, in order of name) that can be trained on.

    Args:
        system: the system message of records that have none.
        prove: SQL to (what is wrong with it or "", a Meta that holds its objects, tables and skeleton).

    Raises:
        UserError: the folder is missing, holds no such file, or a file in it cannot be read at all.
    """
    records: list[Record] = []
    rejects: list[Reject] = []
    for path in alpaca_files(folder):
        for item in read_items(path):
            made = alpaca_fault(item) or _record(item, system, prove)
            if isinstance(made, Record):
                records.append(made)
            else:
                reason, message = made
                rejects.append(Reject(item.where, reason, f"{item.where}: {message}", item.value))
    return records, rejects


def alpaca_files(folder: str | Path) -> list[Path]:
    """A user's own files in a folder (`*.json`, `*.jsonl`), in order of name.

    Raises:
        UserError: the folder is missing, or holds no such file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"EXTRA={folder}: no such folder")
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".json", ".jsonl") and not _ours(path))
    if not paths:
        raise UserError(f"EXTRA={folder}: no *.json or *.jsonl file in it")
    return paths


def _ours(path: Path) -> bool:
    return path.name.endswith((".meta.jsonl", ".rejects.jsonl")) or path.name == "dataset_info.json"


def _record(item: Item, system: str, prove: Callable) -> Record | tuple[str, str]:
    """The record of a sound item, or (reason, message) where its SQL does not prove out."""
    row = item.value
    meta = foreign_meta(
        row["instruction"], row.get("input") or "", row["output"], f"foreign-{digest([item.file, item.index, row])}"
    )
    meta.source = item.where
    for sql in find_sql(row["output"]):
        message, found = prove(sql)
        if message:
            return "sql_unresolved", message
        if found:
            meta.skeleton = meta.skeleton or found.skeleton
            meta.objects = sorted({*meta.objects, *found.objects})
            meta.tables = sorted({*meta.tables, *found.tables})
            meta.proof = ["parses", "resolves"]
    values = {"instruction": row["instruction"], "input": row.get("input") or "", "output": row["output"]}
    return Record({"id": meta.id, **values, "system": row.get("system") or system}, meta)


def foreign_meta(instruction: str, input_text: str, output: str, identity: str) -> Meta:
    """The meta of a record that came without one; its question is its whole prompt."""
    return Meta(
        id=identity,
        kind="foreign",
        intent="foreign",
        polarity="refuse" if refuses(output) else "answer",
        family=f"foreign/{digest(normalise(f'{instruction} {input_text}'))}",
        wording="foreign",
    )
