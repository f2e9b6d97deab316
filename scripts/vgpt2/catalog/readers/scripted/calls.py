"""Calls of system procedures that say something about the schema: descriptions, renames, types of old."""

from __future__ import annotations

from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.properties import extended_property
from vgpt2.sqltext.scan import Token, comma_parts, scan, unquote


def read_call(draft: Draft, text: str, file: str, line: int) -> None:
    """`EXEC sp_addextendedproperty ...`, `sp_rename`, `sp_addtype`."""
    tokens = list(scan(text))
    at = next((index for index, token in enumerate(tokens[:6]) if token.value.lower().startswith("sp_")), None)
    if at is None:
        return
    called, rest = tokens[at].value.lower(), tokens[at + 1 :]
    if called == "sp_addextendedproperty":
        extended_property(draft, rest)
    elif called == "sp_addtype" and len(rest) > 2:
        draft.types[rest[0].value] = rest[2].value
        if any(token.value.upper() == "NOT NULL" for token in rest[3:]):
            draft.not_null_types.add(rest[0].value.lower())
    elif called == "sp_rename":
        _rename(draft, rest, file, line)


def _rename(draft: Draft, tokens: list[Token], file: str, line: int) -> None:
    """`'dbo.Old', 'New' [, 'OBJECT'|'COLUMN'|'USERDATATYPE'|'INDEX']`: the new name is one name, dots and all."""
    given: dict[str, str] = {}
    for index, part in enumerate(comma_parts(tokens)):
        named = len(part) > 2 and part[1].text == "="
        key = part[0].text.lower() if named else ("@objname", "@newname", "@objtype")[min(index, 2)]
        given[key] = part[-1].value
    old = [unquote(token.text) for token in scan(given.get("@objname", "")) if token.text != "."]
    new, kind = given.get("@newname", ""), given.get("@objtype", "OBJECT").upper()
    if not old or not new or kind == "INDEX":
        return
    done = False
    if kind == "COLUMN" and len(old) > 1:
        done = draft.rename_column(old[:-1], old[-1], new)
    elif kind == "USERDATATYPE" and old[-1] in draft.types:
        draft.types[new] = draft.types.pop(old[-1])
        done = True
    elif kind == "OBJECT":
        done = draft.rename_object(old, new)
    if not done:
        draft.not_understood("sp_rename of what is not there", file, line, f"{'.'.join(old)} to {new}")
