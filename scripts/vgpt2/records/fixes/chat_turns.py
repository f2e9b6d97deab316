"""The turns of a chat, lined up as LLaMA-Factory's converters do it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal


@dataclass(slots=True, frozen=True)
class Form:
    """What a `dataset_info.json` says of a file of chats: `formatting`, the column of the turns, and the tags."""

    formatting: Literal["sharegpt", "openai"]
    column: str
    role: str
    content: str
    user: str
    assistant: str
    observation: str
    function: str
    system: str = "system"

    @property
    def asks(self) -> tuple[str, str]:
        """The tags of the first, third, fifth turn."""
        return self.user, self.observation

    @property
    def answers(self) -> tuple[str, str]:
        """The tags of the second, fourth, sixth turn."""
        return self.assistant, self.function


# The defaults of LLaMA-Factory, and what its `openai` formatting is made for.
SHAREGPT = Form("sharegpt", "conversations", "from", "value", "human", "gpt", "observation", "function_call")
OPENAI = Form("openai", "messages", "role", "content", "user", "assistant", "tool", "function_call")


@dataclass(slots=True, frozen=True)
class Turn:
    number: int  # from 1, as it stands in the row
    tag: Any
    content: Any


class Stops(Exception):
    pass


class Drops(Exception):
    pass


def form_of(rows: Sequence[dict]) -> Form | None:
    """The form of a file's chats, told from its columns and from the keys of its turns; None where it has none."""
    columns = {name for row in rows for name in (SHAREGPT.column, OPENAI.column) if name in row}
    if not columns:
        return None
    if SHAREGPT.column in columns:
        return SHAREGPT
    keys = turn_keys(rows, OPENAI)
    return replace(SHAREGPT, column=OPENAI.column) if "from" in keys and "role" not in keys else OPENAI


def turn_keys(rows: Iterable[dict], form: Form) -> frozenset[str]:
    """The keys of all turns of a file: a turn without one of them is loaded with None in its place."""
    lists = (row.get(form.column) for row in rows)
    turns = (turn for found in lists if isinstance(found, list) for turn in found)
    return frozenset(key for turn in turns if isinstance(turn, dict) for key in turn)


def read_turns(row: dict, form: Form, keys: frozenset[str]) -> tuple[list[Turn], Any]:
    """The turns, as the converter lines them up, and what the system says."""
    found = row.get(form.column)
    if not isinstance(found, list) and (found or not isinstance(found, str | dict)):
        raise Stops(f"'{form.column}' is {kind(found)}, not a list of turns")
    system, start = row.get("system", ""), 0
    if found and _part(found[0], 1, form.role, keys) == form.system:
        system, start = _part(found[0], 1, form.content, keys), 1
    if form.formatting == "sharegpt":
        return _read_sharegpt(list(found)[start:], start + 1, form, keys), system
    turns = _read_openai(list(found)[start:], start + 1, form, keys)
    if system and not isinstance(system, str | list):
        # Here it is added to, also where the row is then dropped.
        raise Stops(f"the system message is {kind(system)}, not text")
    return turns, system


def _read_sharegpt(turns: list, number: int, form: Form, keys: frozenset[str]) -> list[Turn]:
    """Turn by turn: one out of order drops the row before a later one is looked at."""
    read: list[Turn] = []
    for at, turn in enumerate(turns):
        tag = _part(turn, number + at, form.role, keys)
        in_order([Turn(number + at, tag, "")], form, at)
        read.append(Turn(number + at, tag, _part(turn, number + at, form.content, keys)))
    return read


def _read_openai(turns: list, number: int, form: Form, keys: frozenset[str]) -> list[Turn]:
    """Calls become a turn of their own kind; results that follow one another are one turn, and lost at the end."""
    read: list[Turn] = []
    results: list[Turn] = []
    known = (*form.asks, *form.answers, form.system)
    for at, turn in enumerate(turns, number):
        tag, content = _part(turn, at, form.role, keys), _part(turn, at, form.content, keys)
        if tag in form.answers and (calls := turn.get("tool_calls")):
            tag, content = form.function, _called(calls, at)
        if tag == form.observation:
            results.append(Turn(at, tag, content))
            continue
        if results:
            for result in results:
                check_text(result)
            read.append(Turn(results[0].number, form.observation, "\n".join(item.content for item in results)))
            results = []
        if not isinstance(tag, str) or tag not in known:
            raise Stops(f"turn {at} is said by {tag!r}; known are {', '.join(known)}")
        read.append(Turn(at, tag, content))
    return read


def _called(calls: Any, number: int) -> str:
    try:
        return json.dumps([call["function"] for call in calls])
    except (TypeError, KeyError, IndexError):
        raise Stops(f"turn {number} has 'tool_calls' that are no list of objects with 'function'") from None


def _part(turn: Any, number: int, key: str, keys: frozenset[str]) -> Any:
    if not isinstance(turn, dict):
        raise Stops(f"turn {number} is {kind(turn)}, not an object")
    if key not in turn and key not in keys:
        raise Stops(f"turn {number} has no '{key}'")
    return turn.get(key)


def in_order(turns: list[Turn], form: Form, start: int = 0) -> None:
    """Questions and answers in turn, a question first."""
    for at, turn in enumerate(turns, start):
        wanted = (form.asks, form.answers)[at % 2]
        if turn.tag not in wanted:
            raise Drops(f"turn {turn.number} is said by {turn.tag!r} where {' or '.join(wanted)} was expected")


def check_text(turn: Turn) -> None:
    if not isinstance(turn.content, str):
        raise Stops(f"the text of {name_of(turn)} is {kind(turn.content)}, not text")


def name_of(turn: Turn) -> str:
    return f"turn {turn.number}" if turn.number else "chosen or rejected"


def kind(value: Any) -> str:
    names = {"NoneType": "null", "str": "text", "dict": "an object", "list": "a list", "bool": "true or false"}
    name = type(value).__name__
    return names.get(name, f"a number ({value!r})")
