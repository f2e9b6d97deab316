"""Datasets on disk: whole, or a record at a time and copied in another order where they are too large to hold."""

from __future__ import annotations

import codecs
import json
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import MISSING, fields
from operator import attrgetter
from pathlib import Path
from typing import IO

from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import atomic, iter_jsonl, json_line
from vgpt2.records.model import COLUMNS, Meta, Record

# The fields of a meta line, and whether it must have them.
FIELDS = {item.name: item.default is MISSING and item.default_factory is MISSING for item in fields(Meta)}
VALUES = attrgetter(*FIELDS)


def meta_path(path: str | Path) -> Path:
    """`sft.jsonl` has its meta in `sft.meta.jsonl`."""
    return Path(path).with_suffix(".meta.jsonl")


class RecordFile:
    """A dataset of ours, read a record at a time. Only the places of its lines are kept, so that `row` and
    `copy_records` find again by its number (from 0) what was read.

    Args:
        stage: sft, dpo or kto; by default told from each row's columns.
    """

    def __init__(self, path: str | Path, stage: str = "") -> None:
        self.path = Path(path)
        self._stage = stage
        self._rows, self._metas = array("Q"), array("Q")
        self._handle: IO[bytes] | None = None

    def __len__(self) -> int:
        """How many records were read or written."""
        return len(self._metas)

    def __iter__(self) -> Iterator[Record]:
        """The records in the order of the rows. The meta lines may stand in any order; in another one than the rows'
        those that have not had their turn are held.

        Raises:
            UserError: a file is missing or broken, a row lacks a column or has no meta.
        """
        self._rows, self._metas = array("Q"), array("Q")
        metas = _placed_metas(self.path)
        early: dict[str, tuple[Meta, int]] = {}
        for number, row in enumerate(iter_jsonl(self.path, self._rows), 1):
            where = f"{self.path}:{number}"
            for name in ("id", *COLUMNS[self._stage or _stage(row)]):
                _check_column(where, row, name)
            while row["id"] not in early:
                meta, place = next(metas, (None, 0))
                if meta is None:
                    raise UserError(f"{where}: no line in {meta_path(self.path).name} for id {row['id']!r}")
                early[meta.id] = meta, place
            meta, place = early.pop(row["id"])
            self._metas.append(place)
            yield Record(row, meta)
        # What is left is of rows that somebody deleted; a broken line among it is told all the same.
        for _ in metas:
            pass

    def row(self, number: int) -> dict:
        """A row that was read before, without its meta."""
        if self._handle is None:
            self._handle = self.path.open("rb")
        return json.loads(_line(self._handle, self._rows[number]))

    def close(self) -> None:
        """Close the file; it opens again when a row is asked for."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def __enter__(self) -> RecordFile:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def write_records(path: str | Path, records: Iterable[Record]) -> RecordFile:
    """Write the rows to `path` and their meta beside it; the rows appear last, so that they are never without meta."""
    written = RecordFile(path)
    with atomic(path, "wb") as rows, atomic(meta_path(path), "wb") as metas:
        for record in records:
            written._rows.append(rows.tell())
            written._metas.append(metas.tell())
            rows.write(json_line(record.row))
            metas.write(json_line(dict(zip(FIELDS, VALUES(record.meta), strict=True))))
    return written


def copy_records(path: str | Path, picks: Iterable[tuple[RecordFile, int]]) -> None:
    """Write a dataset of these records of other ones, each by its file and number, as `write_records` does."""
    with ExitStack() as stack:
        rows, metas = (stack.enter_context(atomic(target, "wb")) for target in (path, meta_path(path)))
        opened: dict[Path, tuple[IO[bytes], IO[bytes]]] = {}
        for file, number in picks:
            if file.path not in opened:
                opened[file.path] = (
                    stack.enter_context(file.path.open("rb")),
                    stack.enter_context(meta_path(file.path).open("rb")),
                )
            row, meta = opened[file.path]
            rows.write(_line(row, file._rows[number]) + b"\n")
            metas.write(_line(meta, file._metas[number]) + b"\n")


def read_records(path: str | Path, stage: str = "") -> list[Record]:
    """A dataset of ours, all of it; arguments and errors are those of `RecordFile`."""
    return list(RecordFile(path, stage))


def read_metas(path: str | Path) -> dict[str, Meta]:
    """The meta of the dataset `path`, by id.

    Raises:
        UserError: the meta file is missing or broken, or a line lacks a field or has one that is not known.
    """
    return {meta.id: meta for meta, _ in _placed_metas(path)}


def _placed_metas(path: str | Path) -> Iterator[tuple[Meta, int]]:
    """Each meta with the byte at which its line begins."""
    file = meta_path(path)
    places = array("Q")
    for number, value in enumerate(iter_jsonl(file, places), 1):
        where = f"{file}:{number}"
        if lost := next((name for name, needed in FIELDS.items() if needed and name not in value), ""):
            raise UserError(f"{where}: no field '{lost}'; make the dataset again")
        if odd := next((name for name in value if name not in FIELDS), ""):
            raise UserError(f"{where}: unknown field '{odd}'{did_you_mean(odd, FIELDS)}; make the dataset again")
        _check_column(where, value, "id")
        yield Meta(**value), places[-1]


def _line(handle: IO[bytes], place: int) -> bytes:
    handle.seek(place)
    return handle.readline().strip().removeprefix(codecs.BOM_UTF8)


def _check_column(where: str, row: dict, name: str) -> None:
    if name not in row:
        raise UserError(f"{where}: no field '{name}'; mend the line or make the dataset again")
    kind, said = (bool, "true or false") if name == "kto_tag" else (str, "a text")
    if not isinstance(row[name], kind):
        found = type(row[name]).__name__
        raise UserError(f"{where}: field '{name}' is {found} where {said} was expected; mend the line")


def _stage(row: dict) -> str:
    if "chosen" in row or "rejected" in row:
        return "dpo"
    return "kto" if "kto_tag" in row else "sft"
