"""Statements that change what other statements made, or make something of it: DROP, TRANSFER, synonyms, SELECT INTO."""

from __future__ import annotations

from vgpt2.catalog.model import Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.pieces import Piece
from vgpt2.catalog.readers.scripted.programs import name_of
from vgpt2.sqltext.scan import Token, comma_parts, dotted, scan

# What DROP names, and the kinds of pieces that make it.
_MADE_BY: dict[str, tuple[str, ...]] = {
    "TABLE": ("table", "into"),
    "VIEW": ("view",),
    "PROC": ("routine",),
    "PROCEDURE": ("routine",),
    "FUNCTION": ("routine",),
    "TRIGGER": ("trigger",),
    "SYNONYM": ("synonym",),
    "SEQUENCE": ("sequence",),
    "TYPE": ("type",),
}
_MAKERS = frozenset(kind for kinds in _MADE_BY.values() for kind in kinds)
_ON_TABLES = ("alter", "index", "trigger")
Parts = list[tuple[str, Piece]]


def without_dropped(draft: Draft, parts: Parts) -> Parts:
    """The pieces of all files without those that a later DROP in the same file undoes.

    Across files there is no order, so that a DROP of what another file makes is listed, and the object kept.
    """
    dropping = {file for file, piece in parts if piece.kind == "drop"}
    if not dropping:
        return parts
    kept: Parts = []
    elsewhere: list[tuple[str, Piece, tuple[str, ...], list[str]]] = []
    for file, piece in parts:
        if piece.kind != "drop":
            kept.append((file, piece))
            continue
        kinds, chains = _dropped(piece.text)
        for chain in chains:
            name = _folded(draft, chain)
            undone = [place for place in kept if place[0] == file and _is_gone(draft, place[1], kinds, name)]
            if not undone:
                elsewhere.append((file, piece, kinds, name))
            kept = [place for place in kept if place not in undone]
    makers: dict[tuple[str, ...], set[str]] = {}
    for file, piece in kept:
        if piece.kind in _MAKERS:
            makers.setdefault((piece.kind, *_folded(draft, _name(piece))), set()).add(file)
    for file, piece, kinds, name in elsewhere:
        # A script may drop first what it makes afterwards.
        if any(makers.get((kind, *name), {file}) - {file} for kind in kinds):
            draft.not_understood("DROP of what another script makes; it is kept", file, piece.line, piece.text)
    return kept


def _dropped(text: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """The kinds of pieces and the name chains of a DROP statement."""
    tokens = list(scan(text))
    at = 2
    if [token.upper for token in tokens[2:4]] == ["IF", "EXISTS"]:
        at = 4
    chains = [dotted(part, 0)[0] for part in comma_parts(tokens[at:])]
    return _MADE_BY.get(tokens[1].upper, ()), [chain for chain in chains if chain]


def _is_gone(draft: Draft, piece: Piece, kinds: tuple[str, ...], name: list[str]) -> bool:
    if piece.kind in kinds and _folded(draft, _name(piece)) == name:
        return True
    return "table" in kinds and piece.kind in _ON_TABLES and _folded(draft, _owner(piece)) == name


def _folded(draft: Draft, chain: list[str]) -> list[str]:
    return list(draft.key(*draft.schema_and_name(chain))) if chain else []


def _name(piece: Piece) -> list[str]:
    """The name of what a piece makes."""
    if piece.kind == "routine":
        return list(piece.data["name"])
    tokens = list(scan(piece.text))
    if piece.kind in ("view", "trigger"):
        return name_of(tokens)[1]
    if piece.kind == "into":
        return into_name(tokens)
    return dotted(tokens, 3 if tokens[1].upper == "EXTERNAL" else 2)[0]


def _owner(piece: Piece) -> list[str]:
    """The table that an ALTER TABLE, an index or a trigger is about."""
    tokens = list(scan(piece.text))
    if piece.kind == "alter":
        return dotted(tokens, 2)[0]
    on = next((index for index, token in enumerate(tokens) if token.upper == "ON"), len(tokens))
    return dotted(tokens, on + 1)[0]


def into_name(tokens: list[Token]) -> list[str]:
    """The table that a SELECT INTO makes."""
    at = next((index for index, token in enumerate(tokens) if token.upper == "INTO"), len(tokens))
    return dotted(tokens, at + 1)[0]


def transfer(draft: Draft, text: str, file: str, line: int) -> None:
    """`ALTER SCHEMA s TRANSFER [OBJECT::] a.b`: the object is in another schema from here on."""
    tokens = list(scan(text))
    schema = tokens[2].value
    at = next((index for index, token in enumerate(tokens) if token.upper == "TRANSFER"), len(tokens)) + 1
    if at + 1 < len(tokens) and tokens[at + 1].text == "::":
        at += 2
    old, _ = dotted(tokens, at)
    if not old or not draft.move_object(old, schema):
        draft.not_understood("ALTER SCHEMA ... TRANSFER of what is not there", file, line, text)


def create_synonym(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE SYNONYM name FOR object`; what it stands for is looked up when everything is read."""
    tokens = list(scan(text))
    parts, at = dotted(tokens, 2)
    target, _ = dotted(tokens, at + 1)
    if parts and target:
        draft.add_synonym(parts, target, f"{file}:{line}")
    else:
        draft.not_understood("synonym without a name or an object", file, line, text)


def select_into(draft: Draft, text: str, file: str, line: int) -> None:
    """`SELECT ... INTO t FROM ...`: a table with the columns of the query, typed when all tables are known."""
    tokens = list(scan(text))
    into = next(index for index, token in enumerate(tokens) if token.upper == "INTO")
    parts, after = dotted(tokens, into + 1)
    if not parts or parts[-1].startswith("#"):
        return
    schema, name = draft.schema_and_name(parts)
    rest = text[tokens[after].start :] if after < len(tokens) else ""
    # A view until its columns are known: `finish` makes it the table that it is.
    table = Table(schema, name, "view", [], module=draft.module(schema, name), source=f"{file}:{line}")
    table.sql = f"{text[: tokens[into].start]}{rest}".strip()
    if draft.tables.setdefault(draft.key(schema, name), table) is table:
        draft.selected_into.append(table)
