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
    if not any(piece.kind == "drop" for _, piece in parts):
        return parts
    # Read once a piece: a script may drop and make thousands.
    names = [_names(draft, piece) for _, piece in parts]
    so_far: dict[str, list[int]] = {}
    gone: set[int] = set()
    elsewhere: list[tuple[str, Piece, tuple[str, ...], list[str]]] = []
    for number, (file, piece) in enumerate(parts):
        before = so_far.setdefault(file, [])
        if piece.kind != "drop":
            before.append(number)
            continue
        kinds, chains = _dropped(piece.text)
        for chain in chains:
            name = _folded(draft, chain)
            undone = [place for place in before if _is_gone(parts[place][1].kind, names[place], kinds, name)]
            if not undone:
                elsewhere.append((file, piece, kinds, name))
            gone.update(undone)
            before = so_far[file] = [place for place in before if place not in gone]
    makers: dict[tuple[str, ...], set[str]] = {}
    for number, (file, piece) in enumerate(parts):
        if piece.kind in _MAKERS and number not in gone:
            makers.setdefault((piece.kind, *names[number][0]), set()).add(file)
    for file, piece, kinds, name in elsewhere:
        # A script may drop first what it makes afterwards.
        if any(makers.get((kind, *name), {file}) - {file} for kind in kinds):
            draft.not_understood("DROP of what another script makes; it is kept", file, piece.line, piece.text)
    return [part for number, part in enumerate(parts) if number not in gone and part[1].kind != "drop"]


def _names(draft: Draft, piece: Piece) -> tuple[list[str], list[str]]:
    """What a piece makes, and the table that it is about; empty where it makes nothing or is about none."""
    made = _folded(draft, _name(piece)) if piece.kind in _MAKERS else []
    return made, _folded(draft, _owner(piece)) if piece.kind in _ON_TABLES else []


def _dropped(text: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """The kinds of pieces and the name chains of a DROP statement."""
    tokens = list(scan(text))
    at = 2
    if [token.upper for token in tokens[2:4]] == ["IF", "EXISTS"]:
        at = 4
    chains = [dotted(part, 0)[0] for part in comma_parts(tokens[at:])]
    return _MADE_BY.get(tokens[1].upper, ()), [chain for chain in chains if chain]


def _is_gone(kind: str, names: tuple[list[str], list[str]], kinds: tuple[str, ...], name: list[str]) -> bool:
    made, owner = names
    return (kind in kinds and made == name) or ("table" in kinds and kind in _ON_TABLES and owner == name)


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
