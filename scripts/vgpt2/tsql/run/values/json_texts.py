"""JSON in a text, read as OPENJSON, JSON_VALUE, JSON_QUERY and ISJSON do (the reference: "JSON functions").

Objects and arrays come out as they are written, numbers too. What the reference leaves open is not run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from vgpt2.tsql.run.values.errors import NotRun

NULL, STRING, NUMBER, BOOLEAN, ARRAY, OBJECT = range(6)
# What the column `type` of OPENJSON says, by the first character.
_KINDS = {"n": NULL, '"': STRING, "t": BOOLEAN, "f": BOOLEAN, "[": ARRAY, "{": OBJECT}
_MOST = 4000
_BLANK = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_$][\w$]*))|\[(\d+)\]')

Value = tuple[int, str]  # a kind and the text as it is written


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


# What the standard library's own decoder is made of; its annotations leave both out.
_decoder: Any = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant)
_module: Any = json.decoder
_scan: Callable[[str, int], tuple[object, int]] = _decoder.scan_once
_scan_string: Callable[[str, int], tuple[str, int]] = _module.scanstring


class NoJson(ValueError):
    """SQL Server ends with an error here."""


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match is not None else at


def _end(text: str, at: int) -> int:
    """Where the value ends that begins at a place."""
    try:
        return _scan(text, at)[1]
    except (StopIteration, ValueError):
        raise NoJson("JSON text is not properly formatted") from None
    except RecursionError:
        raise NotRun("JSON nested so deep") from None


def _whole(text: str) -> Value:
    """The object or array that a text is.

    Raises:
        NoJson: it is none.
    """
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise NotRun("JSON with a control character")
    start = _skip(text, 0)
    if text[start : start + 1] not in ("{", "["):
        raise NoJson("JSON text is not properly formatted")
    end = _end(text, start)
    if _skip(text, end) != len(text):
        raise NoJson("JSON text is not properly formatted")
    return _KINDS[text[start]], text[start:end]


def _members(value: Value) -> list[tuple[str, Value]]:
    """The keys and values of an object, or the numbers and elements of an array, in order."""
    kind, text = value
    found: list[tuple[str, Value]] = []
    at = _skip(text, 1)
    while text[at] not in "]}":
        key = str(len(found))
        if kind == OBJECT:
            key, at = _scan_string(text, at + 1)
            at = _skip(text, _skip(text, at) + 1)
        end = _end(text, at)
        found.append((key, (_KINDS.get(text[at], NUMBER), text[at:end])))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


@lru_cache(maxsize=1024)
def path_of(written: str) -> tuple[bool, tuple[str | int, ...]]:
    """Whether a path is strict, and its steps.

    Raises:
        NoJson: it is no path. NotRun: a form that is not read here.
    """
    mode = re.match(r"\s*(lax|strict)?\s*\$", written)
    if mode is None:
        raise NotRun(f"the JSON path {written[:40]}")
    steps: list[str | int] = []
    at = mode.end()
    while at < len(written):
        step = _STEP.match(written, at)
        if step is None:
            raise NotRun(f"the JSON path {written[:40]}")
        quoted, plain, number = step.groups()
        if quoted is not None and "\\" in quoted:
            quoted = json.loads(f'"{quoted}"')
        steps.append(int(number) if number is not None else quoted if quoted is not None else plain)
        at = step.end()
    return mode.group(1) == "strict", tuple(steps)


def _at(value: Value, steps: tuple[str | int, ...]) -> Value | None:
    """What a path leads to; None where there is nothing."""
    for step in steps:
        kind, _ = value
        if kind != (ARRAY if isinstance(step, int) else OBJECT):
            return None
        found = [inner for key, inner in _members(value) if key == str(step)]
        if len(found) > 1:
            raise NotRun("JSON with a key twice")
        if not found:
            return None
        value = found[0]
    return value


def _shown(value: Value) -> str | None:
    """A value as text: a string without its quotes, null as NULL."""
    kind, text = value
    if kind == NULL:
        return None
    if kind != STRING:
        return text
    found = json.loads(text)
    if any(0xD800 <= ord(character) < 0xE000 for character in found):
        raise NotRun("half of a character in JSON")
    return str(found)


def scalar(text: str, path: str) -> str | None:
    """JSON_VALUE."""
    return _scalar(_whole(text), path)


def _scalar(value: Value, path: str) -> str | None:
    strict, steps = path_of(path)
    found = _at(value, steps)
    if found is None or found[0] in (ARRAY, OBJECT):
        if strict:
            raise NoJson(f"{path} leads to no value in the JSON text")
        return None
    shown = _shown(found)
    if shown is not None and len(shown) > _MOST:
        if strict:
            raise NoJson("a value of more than 4,000 characters in the JSON text")
        return None
    return shown


def fragment(text: str, path: str) -> str | None:
    """JSON_QUERY."""
    return _fragment(_whole(text), path)


def _fragment(value: Value, path: str) -> str | None:
    strict, steps = path_of(path)
    found = _at(value, steps)
    if found is None or found[0] not in (ARRAY, OBJECT):
        if strict:
            raise NoJson(f"{path} leads to no object or array in the JSON text")
        return None
    return found[1]


def is_json(text: str) -> int:
    """ISJSON: whether it is an object or an array."""
    try:
        _whole(text)
    except NoJson:
        return 0
    return 1


def _opened(text: str, path: str) -> Value | None:
    strict, steps = path_of(path)
    found = _at(_whole(text), steps)
    if found is None or found[0] not in (ARRAY, OBJECT):
        if strict:
            raise NoJson(f"{path} leads to no object or array in the JSON text")
        return None
    return found


def open_default(text: str, path: str) -> list[dict[str, object]]:
    """The rows of OPENJSON without a schema of its own."""
    found = _opened(text, path)
    if found is None:
        return []
    return [{"key": key, "value": _shown(value), "type": value[0]} for key, value in _members(found)]


def open_rows(text: str, path: str) -> list[str]:
    """What OPENJSON with a schema makes a row of each: the elements of an array, or the object itself."""
    found = _opened(text, path)
    if found is None:
        return []
    return [found[1]] if found[0] == OBJECT else [value[1] for _, value in _members(found)]


def pick(row: str, path: str, as_json: bool, longest: int) -> str | None:
    """A column of such a row, as text. `longest`: the characters that its type holds, 0 for all."""
    value = _KINDS.get(row[0], NUMBER), row
    shown = _fragment(value, path) if as_json else _scalar(value, path)
    if shown is not None and longest and len(shown) > longest:
        raise NotRun("a value in JSON longer than its column")
    return shown
