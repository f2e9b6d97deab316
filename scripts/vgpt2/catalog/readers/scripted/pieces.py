"""A script as pieces: what each of its statements says about the database, found without knowing any other file.

Pieces are plain data: they are made in other processes and kept between runs (`catalog.cache`); `reader` applies them
to a draft. What a big script says of rows, rights and settings is left out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vgpt2.catalog.meaning.mine import mine
from vgpt2.catalog.meaning.purposes import purpose
from vgpt2.catalog.readers.scripted.functions import read_given
from vgpt2.catalog.readers.scripted.programs import (
    body_start,
    name_of,
    program_kind,
    read_parameters,
    read_returns,
)
from vgpt2.errors import caught
from vgpt2.sqltext.references import references
from vgpt2.sqltext.scan import Token, dotted, scan
from vgpt2.sqltext.split import split_batches, statements

# Batches without any of these say nothing about the schema; most of a data script is skipped here.
_OF_INTEREST = re.compile(
    r"\b(?:CREATE|ALTER|DROP|sp_addextendedproperty|sp_addtype|sp_rename)\b|(?<!INSERT\s)\bINTO\s+(?![#@])"
    r"|^\s*USE\s+[\w\[\"$]",
    re.IGNORECASE | re.MULTILINE,
)
_DROPPED = frozenset("TABLE VIEW PROC PROCEDURE FUNCTION TRIGGER SYNONYM SEQUENCE TYPE".split())
_MAKES = re.compile(r"\b(?:CREATE|ALTER|DROP)\b", re.IGNORECASE)
_CALLS = frozenset(("sp_addextendedproperty", "sp_addtype", "sp_rename"))


class Piece(NamedTuple):
    """`kind`: table, type, sequence, synonym, into, alter, transfer, drop, index, call, use, view, trigger, routine,
    said (of a program: what it says of what things mean) or unread.
    `text` is the statement, of a trigger its head, of what is unread the reason; `data` is what was read of a routine,
    of what is unread its text."""

    kind: str
    line: int
    text: str
    data: dict


def read_pieces(text: str) -> list[Piece]:
    """The pieces of a script, in its order."""
    found: list[Piece] = []
    for line, batch in split_batches(text):
        if not _OF_INTEREST.search(batch):
            continue
        try:
            found += _of_batch(batch, line)
        except Exception as error:  # whatever one batch does to the reader, the others are read
            found.append(_unread(f"batch that cannot be read ({caught(error)})", line, batch))
    return found


def _unread(why: str, line: int, text: str) -> Piece:
    return Piece("unread", line, why, {"text": text[:200]})


def _of_batch(batch: str, line: int) -> Iterator[Piece]:
    tokens = list(scan(batch))
    if program_kind(tokens)[0]:
        yield _program(batch, tokens, line)
        yield from _said(batch, tokens, line)
        return
    for statement in statements(tokens):
        at = line + batch.count("\n", 0, statement[0].start)
        text = batch[statement[0].start : statement[-1].end]
        words = [token.upper for token in statement[:6]]
        kind = _kind(words)
        if kind:
            yield Piece(kind, at, text, {})
            if kind in ("table", "alter"):
                yield from _said(_with_line_end(batch, statement), statement, at)
        elif words[:1] in (["EXEC"], ["EXECUTE"]):
            yield from _call(statement, text, at)
        elif words[:1] == ["USE"] and len(statement) > 1:
            yield Piece("use", at, statement[1].value, {})
        elif words[:1] in (["SELECT"], ["WITH"]) and "INTO" in [token.upper for token in statement]:
            yield Piece("into", at, text, {})
        elif program_kind(statement)[0]:
            # A program is alone in its batch; after other statements the script was not split as its author meant.
            yield _program(batch[statement[0].start :], list(scan(batch[statement[0].start :])), at)


def _said(text: str, tokens: list[Token], line: int) -> Iterator[Piece]:
    """What a program, or the statement that makes a table, says of what things mean."""
    kind, parts, at = name_of(tokens)
    on: list[str] = []
    if kind == "trigger":
        on = dotted(tokens, at + 1)[0]
    elif not kind:
        kind, (parts, _) = "table", dotted(tokens, 2)
    found = mine(text, kind, parts, on) if parts else []
    if found:
        yield Piece("said", line, "", {"kind": kind, "name": parts, "on": on, "found": found})


def _with_line_end(batch: str, statement: list[Token]) -> str:
    """A statement with the comment that ends its last line."""
    end = batch.find("\n", statement[-1].end)
    return batch[statement[0].start : end if end >= 0 else len(batch)]


def _kind(words: list[str]) -> str:
    if words[:1] == ["CREATE"]:
        simple = {"TABLE": "table", "TYPE": "type", "SEQUENCE": "sequence", "SYNONYM": "synonym"}
        if words[1:2] == ["EXTERNAL"] and words[2:3] == ["TABLE"]:
            return "table"
        return simple.get(words[1] if len(words) > 1 else "", "index" if "INDEX" in words else "")
    if words[:1] == ["DROP"] and words[1:2] and words[1] in _DROPPED:
        return "drop"
    if words[:2] == ["ALTER", "SCHEMA"]:
        return "transfer"
    return "alter" if words[:2] == ["ALTER", "TABLE"] else ""


def _call(tokens: list[Token], text: str, line: int) -> Iterator[Piece]:
    called = next((token.value.lower() for token in tokens[:6] if token.value.lower().startswith("sp_")), "")
    if called in _CALLS:
        yield Piece("call", line, text, {})
    elif called == "sp_executesql" or (not called and tokens[1:2] and tokens[1].text == "("):
        # SSMS wraps programs: IF NOT EXISTS (...) EXEC dbo.sp_executesql @statement = N'CREATE VIEW ...'
        texts = [token.value for token in tokens if token.kind == "string"]
        if not any(map(_MAKES.search, texts)):
            return
        joined = any(token.text == "+" for token in tokens)
        if joined and any(token.text.startswith("@") or token.text == "(" for token in tokens[2:]):
            yield _unread("EXEC of a text that is put together of parts", line, text)
        else:
            yield from _of_batch("".join(texts) if joined else next(filter(_MAKES.search, texts)), line)


def _program(text: str, tokens: list[Token], line: int) -> Piece:
    kind, parts, at = name_of(tokens)
    if kind == "view":
        return Piece("view", line, text, {})
    if kind == "trigger":
        head = next((index for index in range(at, len(tokens)) if tokens[index].upper == "AS"), len(tokens) - 1)
        return Piece("trigger", line, text[: tokens[head].end], {})
    found = references(text, tokens[body_start(tokens, at) :])
    data = {
        "name": parts,
        "kind": kind,
        "parameters": [[item.name, item.type, item.output] for item in read_parameters(tokens, at)],
        "returns": read_returns(tokens, at) if kind == "function" else "",
        "description": purpose(text),
        "reads": found.reads,
        "writes": found.writes,
        "queries": found.queries,
        "gives": read_given(text, tokens, at) if kind == "function" else {},
    }
    return Piece("routine", line, "", data)
