"""A page of all settings: keys, types and limits by the types that check them, words by the YAML that others copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vgpt2.database_settings import DatabaseSettings
from vgpt2.settings import CONFIGS, Profile, read_yaml

DEFAULTS = CONFIGS / "profiles" / "_defaults.yaml"
GENERIC = CONFIGS / "databases" / "generic.yaml"
HEAD = """# Reference: the settings

What a YAML file may say. `make reference` writes this page: keys, types and limits are those of the types that check
the files (`vgpt2.settings`, `vgpt2.database_settings`), the words are the comments of the two files that others begin
with. A key that is not here is a fault, and the nearest one is named.
"""
PROFILE = """## A profile

`automation/configs/profiles/NAME.yaml`, laid over `_defaults.yaml` there, whose values are the third column; what
`MODEL=` names is laid over both.
"""
DATABASE = """## A database

`automation/configs/databases/NAME.yaml`, or a file of your own (`DATABASE=my.yaml`); a copy of `generic.yaml` is a good
beginning.
"""
TABLE = ["| key | type | default | means |", "|---|---|---|---|"]
_KEY = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z_]\w*):(?= |$)(?P<rest>.*)")
_NAMES = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}
_LIMITS = {
    "minimum": "{} or more",
    "maximum": "{} at most",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}

Key = tuple[str, ...]


def page() -> str:
    """The page."""
    given = read_yaml(DEFAULTS)
    parts = [HEAD, PROFILE, *TABLE, *rows(Profile.model_json_schema(), words_of(DEFAULTS), given), ""]
    parts += [DATABASE, *TABLE, *rows(DatabaseSettings.model_json_schema(), words_of(GENERIC), {})]
    return "\n".join(parts) + "\n"


def rows(schema: Mapping[str, Any], words: Mapping[Key, str], given: Mapping[str, Any]) -> Iterator[str]:
    """A line of the table for each key.

    Args:
        schema: JSON Schema of the settings.
        words: what keys mean.
        given: values that stand for those that a file leaves out, before the type's own.
    """
    for key, part, required in keys(schema, words):
        value: Any = given
        for name in key:
            value = value.get(name) if isinstance(value, Mapping) else None
        default = part.get("default") if value is None else value
        shown = "must be given" if required and default is None else _shown(default)
        cells = [f"`{'.'.join(key)}`", type_text(part, schema), shown, words.get(key, "")]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(default: Any) -> str:
    """A default as YAML has it; what is empty is not shown."""
    if default in (None, "", {}, []) or (isinstance(default, Mapping) and not any(map(_shown, default.values()))):
        return ""
    return default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)


def keys(schema: Mapping[str, Any], words: Mapping[Key, str]) -> Iterator[tuple[Key, dict[str, Any], bool]]:
    """Each key with its schema, and whether it must be given. A section is parted where words are said of its keys;
    else it is one key, whose type names them."""
    for name, part, required in _properties(schema, schema):
        below = _section(part, schema)
        if below and any(len(key) > 1 and key[0] == name for key in words):
            for under, inner, wanted in _properties(below, schema):
                yield (name, under), inner, wanted
        else:
            yield (name,), part, required


def _properties(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    for name, value in part["properties"].items():
        yield name, value, name in part.get("required", [])


def _section(part: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema of a section that a key holds; None: it holds a value."""
    name = part.get("$ref", "").rpartition("/")[2]
    found = schema.get("$defs", {}).get(name, {})
    return found if "properties" in found else None


def type_text(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A type in words.

    >>> type_text({"type": "array", "items": {"type": "integer", "minimum": 1}}, {})
    'list: whole number, 1 or more'
    """
    if section := _section(part, schema):
        return f"keys: {', '.join(section['properties'])}"
    if options := part.get("anyOf"):
        return " or ".join(type_text(option, schema) for option in options)
    if choices := part.get("enum"):
        return ", ".join(map(str, choices))
    if part.get("type") == "array":
        return f"list: {type_text(part['items'], schema)}"
    if part.get("type") == "object":
        of = part.get("propertyNames", {}).get("enum")
        values = part.get("additionalProperties")
        held = type_text(values, schema) if isinstance(values, Mapping) and values else "anything"
        return f"for each of {', '.join(of)}: {held}" if of else f"by name: {held}"
    limits = [text.format(f"{part[name]:g}") for name, text in _LIMITS.items() if name in part]
    return ", ".join([_NAMES.get(str(part.get("type")), "anything"), *limits])


# ---- What comments say ---------------------------------------------------------------------------------------------


def words_of(path: Path) -> dict[Key, str]:
    """What a YAML file's comments say of its keys: behind a key and below that, else above it. A key may be commented
    out, as those are that a file only shows."""
    from vgpt2.files import read_text

    words, stack, above = dict[Key, str](), list[tuple[int, str]](), list[str]()
    key, column, begun = Key(), -1, False
    for line in read_text(path).splitlines():
        shown = re.sub(r"^# ?", "", line)  # a file that is a comment as a whole has its comments within
        text = re.sub(r"^( *)# ?", r"\1", line)
        found = _KEY.match(text)
        if column >= 0 and shown.find("#") == column and not shown[:column].strip():
            words[key] += f" {shown[column + 1 :].strip()}"
        elif not text.strip():
            above, column = [], -1
        elif found:
            indent = len(found["indent"])
            stack = [*(one for one in stack if one[0] < indent), (indent, found["key"])]
            key = tuple(name for _, name in stack)
            _, sign, behind = text.partition(" # ")
            column = len(shown) - len(behind) - 2 if sign else -1
            # what stands before the first key is about the file
            words[key] = behind.strip() if sign else " ".join(above if begun else ())
            above, begun = [], True
        elif line.lstrip().startswith("#"):
            above, column = [*above, text.strip()], -1
    return {key: said for key, said in words.items() if said}
