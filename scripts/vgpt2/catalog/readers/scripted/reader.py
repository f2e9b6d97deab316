"""A database from its scripts: one object a file (Redgate, SSMS, SSDT) or one big install script."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from vgpt2.catalog.cache import Cache
from vgpt2.catalog.model import Unread
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.encoding import decode
from vgpt2.catalog.readers.scripted import calls, changes, ddl
from vgpt2.catalog.readers.scripted.databases import of_one_database
from vgpt2.catalog.readers.scripted.files import (
    UNSET,
    closed_places,
    expand,
    has_commands,
    relative,
    script_files,
)
from vgpt2.catalog.readers.scripted.pieces import Piece, read_pieces
from vgpt2.catalog.readers.scripted.programs import add_routine, add_said, read_trigger, read_view
from vgpt2.catalog.readers.scripted.versions import add_versions
from vgpt2.catalog.work import each

Apply = Callable[[Draft, str, str, int], None]
# What the other pieces need comes first: types, tables and views of all files, then what changes or refers to them.
_FIRST: dict[str, Apply] = {
    "table": ddl.create_table,
    "type": ddl.create_type,
    "sequence": ddl.create_sequence,
    "view": read_view,
    "synonym": changes.create_synonym,
    "into": changes.select_into,
}
_LATER: dict[str, Apply] = {
    "alter": ddl.alter_table,
    "index": ddl.create_index,
    "call": calls.read_call,
    "trigger": read_trigger,
    "transfer": changes.transfer,
}

_MAKES = re.compile(rb"\bCREATE\s+(TABLE|VIEW)\b", re.IGNORECASE)
_COMMANDS = "SQLCMD"  # in the place of a problem: the file is read with those that it includes
Read = tuple[Path, list[tuple[str, Piece]], list[Unread]]


def read_scripts(draft: Draft, source: Path, cache: Cache, database_name: str = "") -> None:
    """Read every script under `source` into the draft. Files that have not changed since the last run come from the
    cache.

    Args:
        database_name: which database, where the scripts make several.

    Raises:
        UserError: they make several, and none or an unknown one is chosen.
    """
    files = script_files(source)
    parts: list[tuple[str, Piece]] = []
    draft.unread += closed_places(source)
    for _, pieces, unread in _read_all(source, files, cache, draft.database.encoding):
        draft.unread += unread
        parts += pieces
    parts = changes.without_dropped(draft, of_one_database(source, parts, database_name))
    for kinds in (_FIRST, _LATER):
        for file, piece in parts:
            lost = piece.kind if piece.kind in ("table", "view") else ""
            with draft.reading(piece.kind, file, piece.line, piece.text, lost):
                if apply := kinds.get(piece.kind):
                    apply(draft, piece.text, file, piece.line)
                elif piece.kind == "routine" and kinds is _LATER:
                    add_routine(draft, piece.data, file, piece.line)
                elif piece.kind == "said" and kinds is _LATER:
                    add_said(draft, piece.data, file, piece.line)
                elif piece.kind == "unread" and kinds is _LATER:
                    draft.not_understood(piece.text, file, piece.line, piece.data["text"])
    add_versions(draft)


def _read_all(source: Path, files: list[Path], cache: Cache, encoding: str) -> list[Read]:
    """What each file holds, in the order of the files; files that others include are left to those."""
    todo = [path for path in files if not cache.has(relative(source, path), path)]
    for path, (pieces, problem) in zip(todo, each(partial(_read_file, encoding), todo), strict=True):
        if problem != _COMMANDS:
            cache.put(relative(source, path), path, {"pieces": pieces, "problem": problem})
    found: list[Read] = []
    includes: dict[Path, set[Path]] = {}
    for path in files:
        file = relative(source, path)
        known = cache.get(file, path)
        if known is None:  # other files have a part in it
            expanded = expand(source, path, encoding)
            includes[path] = {item.resolve() for item in expanded.files}
            pieces = [
                (part_file, piece._replace(line=piece.line + line - 1))
                for part_file, line, text in expanded.parts
                for piece in read_pieces(text)
            ]
            # A variable on which no statement here depends is nobody's loss.
            unread = [item for item in expanded.unread if not _is_unset(item) or _depends(pieces, item.text)]
            found.append((path, pieces, unread))
            continue
        unread = [_unread_file(path, file, known["problem"])] if known["problem"] else []
        found.append((path, [(file, Piece(*piece)) for piece in known["pieces"]], unread))
    kept = _roots(files, includes)
    return [item for item in found if item[0] in kept]


def _unread_file(path: Path, file: str, problem: str) -> Unread:
    """A file that is no text; `object` says what is lost with it, as far as its bytes tell."""
    try:
        made = _MAKES.search(path.read_bytes())
    except OSError:
        made = None
    return Unread("file that cannot be read", file, 1, problem, made[1].decode().lower() if made else "")


def _roots(files: list[Path], includes: dict[Path, set[Path]]) -> set[Path]:
    """The files that no other one includes; of files that include one another in a circle the first."""
    included = set().union(*includes.values())
    if not included:
        return set(files)
    resolved = {path: path.resolve() for path in files}
    roots = {path for path in files if resolved[path] not in included}
    covered = {item for path in roots for item in includes.get(path, ())}
    for path in files:
        if path not in roots and resolved[path] not in covered:
            roots.add(path)
            covered |= includes.get(path, set())
    return roots


def _is_unset(item: Unread) -> bool:
    return item.construct == UNSET


def _depends(pieces: list[tuple[str, Piece]], variable: str) -> bool:
    return any(f"$({variable})" in piece.text for _, piece in pieces)


def _read_file(encoding: str, path: Path) -> tuple[list[Piece], str]:
    """The pieces of a file, and what kept it from being read; `_COMMANDS` where other files have a part in it."""
    try:
        text = decode(path.read_bytes(), encoding)
    except (ValueError, OSError) as error:
        return [], str(error)
    return ([], _COMMANDS) if has_commands(text) else (read_pieces(text), "")
