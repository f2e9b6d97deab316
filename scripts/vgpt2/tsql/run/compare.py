"""Rows in a form that can be compared, and the comparison."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from vgpt2.tsql.run.result import Result

# A value that can be compared and shown.
Plain = str | int | float | None
_TRIES = 500


def normalise(rows: list[tuple]) -> list[tuple]:
    """Rows with numbers rounded to 6 places (whole ones as int), dates in ISO form, text without trailing blanks, bytes
    as hex."""
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: object) -> Plain:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return value.rstrip(" ")
    if isinstance(value, (Decimal, float)):
        if value != value or value in (float("inf"), float("-inf")):
            return str(value)
        rounded = round(float(value), 6)
        whole = int(rounded)
        return whole if whole == rounded else rounded
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None and value.time() == datetime.time():
            return value.date().isoformat()
        return value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex().upper()
    if isinstance(value, dict) and value.keys() == {"utc", "off"}:
        return _offset(value["utc"], value["off"])
    return str(value)


def _offset(utc: datetime.datetime, minutes: int) -> str:
    """A datetimeoffset by its own clock."""
    local = utc + datetime.timedelta(minutes=minutes)
    return f"{local.isoformat(' ')} {'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def same_rows(gold: Result, answer: Result, ordered: bool = False) -> bool:
    """Whether `answer` gives the rows of `gold`, as a multiset; it may have more columns.

    Columns are matched by their values: first as they stand, then by name, then by content; never crosswise, where two
    bear each other's names. With `ordered`, the columns that the gold sorts by come in the same order (rows that tie
    may change places); where those are not selected, all rows come in the same order.
    """
    if gold.status != "rows" or answer.status != "rows" or len(gold.rows) != len(answer.rows):
        return False
    width = len(gold.columns)
    if len(answer.columns) < width:
        return False
    if not gold.rows:
        return True
    wanted = Counter(gold.rows)
    names = [str(name).casefold() for name in gold.columns], [str(name).casefold() for name in answer.columns]
    for mapping in _mappings(gold, answer):
        if _crosswise(mapping, *names):
            continue
        rows = answer.rows
        if mapping != tuple(range(len(answer.columns))):
            rows = [tuple(row[place] for place in mapping) for row in rows]
        if Counter(rows) == wanted and (not ordered or _same_order(gold, rows)):
            return True
    return False


def _crosswise(mapping: tuple[int, ...], wanted: list[str], given: list[str]) -> bool:
    """Whether two columns of the answer stand for each other by their names: totals of checks called EFT."""
    named = {wanted[place]: given[other] for place, other in enumerate(mapping)}
    return any(other != name and other in named and named[other] == name for name, other in named.items())


def _same_order(gold: Result, rows: list[tuple]) -> bool:
    if gold.order is None:
        return gold.rows == rows
    keys = gold.order
    return [tuple(row[k] for k in keys) for row in gold.rows] == [tuple(row[k] for k in keys) for row in rows]


def _mappings(gold: Result, answer: Result) -> Iterator[tuple[int, ...]]:
    """Assignments of the gold's columns to different columns of the answer, likely ones first; at most some hundred."""
    width = len(gold.columns)
    straight = tuple(range(width))
    yield straight
    contents = [_content(answer.rows, place) for place in range(len(answer.columns))]
    names = [str(name).casefold() for name in answer.columns]
    choices = []
    for place in range(width):
        content = _content(gold.rows, place)
        name = str(gold.columns[place]).casefold()
        fitting = [other for other in range(len(contents)) if contents[other] == content]
        if not fitting:
            return
        choices.append([other for _, _, other in sorted((names[o] != name, o != place, o) for o in fitting)])
    tries = 0
    stack: list[tuple[int, ...]] = [()]
    while stack and tries < _TRIES:
        chosen = stack.pop()
        if len(chosen) == width:
            tries += 1
            if chosen != straight:
                yield chosen
            continue
        for other in reversed(choices[len(chosen)]):
            if other not in chosen:
                stack.append((*chosen, other))


def _content(rows: list[tuple], place: int) -> Counter:
    return Counter(row[place] for row in rows)
