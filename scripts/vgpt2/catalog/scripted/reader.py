"""A database from its scripts: one object a file (Redgate, SSMS, SSDT) or one big install script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vgpt2.catalog.draft import Draft
from vgpt2.catalog.encoding import decode
from vgpt2.catalog.scripted import ddl
from vgpt2.catalog.scripted.programs import program_kind, read_program
from vgpt2.catalog.scripted.properties import extended_property
from vgpt2.tsql.scan import Token, scan
from vgpt2.tsql.split import split_batches, statement_starts

# Batches without any of these say nothing about the schema; most of a data script is skipped here.
_OF_INTEREST = re.compile(r"\b(?:CREATE|ALTER|sp_addextendedproperty|sp_addtype)\b", re.IGNORECASE)


def script_files(source: Path) -> list[Path]:
    """The `.sql` files of a folder in a stable order, hidden folders left out; or the file itself."""
    if source.is_file():
        return [source]
    found = (path for path in source.rglob("*") if path.suffix.lower() == ".sql" and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(source).parts))


def read_scripts(draft: Draft, source: Path) -> None:
    """Read every script under `source` into the draft: first what creates tables and types, then what needs them."""
    later: list[tuple[str, str, list[Token], str, int]] = []
    for path in script_files(source):
        file = path.name if source.is_file() else path.relative_to(source).as_posix()
        try:
            text = decode(path.read_bytes())
        except (ValueError, OSError) as error:
            draft.not_understood("file that cannot be read", file, 1, str(error))
            continue
        for line, batch in split_batches(text):
            if _OF_INTEREST.search(batch):
                _read_batch(draft, batch, file, line, later)
    for kind, text, tokens, file, line in later:
        if kind == "program":
            read_program(draft, text, tokens, file, line)
        elif kind == "ALTER TABLE":
            ddl.alter_table(draft, text, tokens, file, line)
        elif kind == "CREATE INDEX":
            ddl.create_index(draft, text, tokens, file, line)
        elif kind == "EXEC":
            extended_property(draft, tokens)


def _read_batch(draft: Draft, batch: str, file: str, line: int, later: list) -> None:
    tokens = list(scan(batch))
    kind, _ = program_kind(tokens)
    if kind == "view":
        read_program(draft, batch, tokens, file, line)
        return
    if kind:
        later.append(("program", batch, tokens, file, line))
        return
    for statement in _statements(tokens):
        at = line + batch.count("\n", 0, statement[0].start)
        words = [token.upper for token in statement[:6]]
        if words[:2] == ["CREATE", "TABLE"]:
            ddl.create_table(draft, batch, statement, file, at)
        elif words[:2] == ["CREATE", "TYPE"]:
            ddl.create_type(draft, statement)
        elif words[:2] == ["ALTER", "TABLE"]:
            later.append(("ALTER TABLE", batch, statement, file, at))
        elif words[:1] == ["CREATE"] and "INDEX" in words:
            later.append(("CREATE INDEX", batch, statement, file, at))
        elif words[:1] in (["EXEC"], ["EXECUTE"]):
            _read_call(draft, batch, statement, file, at, later)
        elif program_kind(statement)[0]:
            # A program is alone in its batch; after other statements the script was not split as its author meant.
            later.append(("program", batch[statement[0].start :], statement, file, at))


def _statements(tokens: list[Token]) -> Iterator[list[Token]]:
    starts = statement_starts(tokens)
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        statement = tokens[start:end]
        while statement and statement[-1].text == ";":
            statement = statement[:-1]
        if statement:
            yield statement


def _read_call(draft: Draft, batch: str, tokens: list[Token], file: str, line: int, later: list) -> None:
    names = [index for index, token in enumerate(tokens[:6]) if token.value.lower().startswith("sp_")]
    called = tokens[names[0]].value.lower() if names else ""
    rest = tokens[names[0] + 1 :] if names else []
    if called == "sp_addextendedproperty":
        later.append(("EXEC", batch, rest, file, line))
    elif called == "sp_addtype" and len(rest) > 2:
        draft.types[rest[0].value] = rest[2].value
    elif called in ("sp_executesql", ""):
        # SSMS wraps programs: IF NOT EXISTS (...) EXEC dbo.sp_executesql @statement = N'CREATE VIEW ...'
        texts = [token.value for token in tokens if token.kind == "string"]
        inner = list(scan(texts[0])) if texts and _OF_INTEREST.search(texts[0]) else []
        if program_kind(inner)[0]:
            later.append(("program", texts[0], inner, file, line))
