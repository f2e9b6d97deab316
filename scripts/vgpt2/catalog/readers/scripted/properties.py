"""Descriptions kept in the database: `sp_addextendedproperty`."""

from __future__ import annotations

from vgpt2.catalog.readers.draft import Draft
from vgpt2.sqltext.scan import Token, comma_parts

_ORDER = (
    "@name", "@value", "@level0type", "@level0name", "@level1type", "@level1name", "@level2type", "@level2name",
)  # fmt: skip
_OBJECTS = frozenset(("TABLE", "VIEW", "PROCEDURE", "FUNCTION", "TRIGGER"))
DESCRIPTIONS = ("ms_description", "description")


def extended_property(draft: Draft, arguments: list[Token]) -> None:
    """One call's arguments, by position or by name. Only descriptions of objects, columns and parameters are kept."""
    given: dict[str, str] = {}
    for index, part in enumerate(comma_parts([token for token in arguments if token.text != ";"])):
        if len(part) > 2 and part[1].text == "=":
            given[part[0].text.lower()] = _text(part[2:])
        elif index < len(_ORDER):
            given[_ORDER[index]] = _text(part)
    if given.get("@name", "").lower() not in DESCRIPTIONS or not given.get("@value"):
        return
    kinds = [given.get(f"@level{level}type", "").upper() for level in range(3)]
    names = [given.get(f"@level{level}name", "") for level in range(3)]
    if kinds[0] not in ("SCHEMA", "USER") or kinds[1] not in _OBJECTS:
        return
    schema = draft.database.default_schema if kinds[0] == "USER" else names[0]
    if kinds[2] in ("COLUMN", "PARAMETER"):
        draft.descriptions.append(([schema, names[1], names[2]], given["@value"], "extended property"))
    elif not kinds[2] or kinds[2] == "NULL":
        draft.descriptions.append(([schema, names[1]], given["@value"], "extended property"))
    elif kinds[2] == "TRIGGER":
        draft.descriptions.append(([schema, names[2]], given["@value"], "extended property"))


def _text(tokens: list[Token]) -> str:
    """The text of an argument; strings joined by + are put together, NULL is nothing."""
    if len(tokens) == 1 and tokens[0].upper == "NULL":
        return ""
    return " ".join("".join(token.value for token in tokens if token.text != "+").split())
