"""Which database a script is about: `USE name` says so, and two of them in one folder are not mixed."""

from __future__ import annotations

from pathlib import Path

from vgpt2.catalog.readers.scripted.pieces import Piece
from vgpt2.errors import UserError, did_you_mean

# The server's own: an install script uses them to make its database.
_SYSTEM = frozenset(("master", "tempdb", "model", "msdb"))
# What makes something of a database. Rights and calls may stand anywhere.
_MAKERS = frozenset(("table", "view", "routine", "trigger", "type", "sequence", "synonym", "into"))
Parts = list[tuple[str, Piece]]


def of_one_database(source: Path, parts: Parts, chosen: str) -> Parts:
    """The pieces of one database: of `chosen`, or of the only one that the scripts name; and those that name none.

    Raises:
        UserError: the scripts make several databases and none is chosen, or one that they do not make.
    """
    named: list[tuple[str, str, Piece]] = []  # name of the database, file, piece
    within: dict[str, str] = {}
    for file, piece in parts:
        if piece.kind == "use":
            name = piece.text
            within[file] = "" if name.lower() in _SYSTEM or name.startswith("$(") else name
        else:
            named.append((within.get(file, ""), file, piece))
    files: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for name, file, piece in named:
        if name and piece.kind in _MAKERS:
            files.setdefault(spelled.setdefault(name.lower(), name), set()).add(file)
    if chosen and chosen.lower() not in spelled:
        there = f"; they make {', '.join(sorted(files))}" if files else "; no USE names one"
        raise UserError(
            f"DATABASE_NAME={chosen}: no script of {source} uses it{did_you_mean(chosen, list(files))}{there}"
        )
    if len(files) > 1 and not chosen:
        counts = [f"{name} ({len(where)} file{'s'[: len(where) > 1]})" for name, where in sorted(files.items())]
        raise UserError(
            f"SOURCE={source}: scripts of {len(files)} databases: {', '.join(counts)}; choose one with "
            f"DATABASE_NAME={min(files)}, or give the folder of one"
        )
    wanted = {"", chosen.lower()} if chosen else {"", *spelled}
    return [(file, piece) for name, file, piece in named if name.lower() in wanted or not files]
