"""Chats (ShareGPT's `conversations`, OpenAI's `messages`) as LLaMA-Factory converts and tokenises them.

It drops a row whose turns are in the wrong order with one warning among thousands, ends at a turn whose text is none,
and trains some otherwise than they read. What is said here of a row follows its converters, processors and templates of
version 0.9.5, and a test compares the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from vgpt2.records.fixes.chat_turns import Drops, Form, Stops, Turn, check_text, in_order, kind, name_of, read_turns

Effect = Literal["drops", "stops", "keeps"]
# The default words of its templates, between which a thought and a call stand.
_THOUGHT = re.compile(r"<think>\n.*?\n</think>\n\n", re.DOTALL)
_CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)


@dataclass(slots=True, frozen=True)
class Fault:
    """What LLaMA-Factory does with a row, and why: `drops` it, `stops` at it, `keeps` it otherwise than it reads."""

    effect: Effect
    why: str

    @property
    def message(self) -> str:
        """`turn 1 is said by 'gpt', ...: LLaMA-Factory drops the row`."""
        does = {"drops": "drops the row", "stops": "ends with an error at it", "keeps": "trains on it all the same"}
        return f"{self.why}: LLaMA-Factory {does[self.effect]}"


def chat_fault(row: dict, form: Form, stage: str, keys: frozenset[str] = frozenset()) -> Fault | None:
    """What keeps a chat from being trained on as it reads, or None.

    Args:
        stage: sft, dpo or kto.
        keys: `turn_keys` of its file.
    """
    try:
        turns, system = read_turns(row, form, keys)
        in_order(turns, form)
        if len(turns) % 2 != (stage == "dpo"):
            wanted = (
                "the last one a question, for chosen and rejected follow"
                if stage == "dpo"
                else "an answer to every question"
            )
            raise Drops(f"{len(turns)} turns that do not pair up, expected {wanted}")
        said = {"sft": _answered, "kto": _labelled, "dpo": _preferred}[stage](row, turns, form)
        _check_texts(said, form)
        _check_head(row, system, form)
    except Stops as error:
        return Fault("stops", str(error))
    except Drops as error:
        return Fault("drops", str(error))
    return _otherwise(row, turns, form, stage)


def _answered(row: dict, turns: list[Turn], form: Form) -> list[Turn]:
    """What is tokenised of a row for fine-tuning: all turns."""
    if not turns:
        raise Drops("no turn but the system's")
    return turns


def _labelled(row: dict, turns: list[Turn], form: Form) -> list[Turn]:
    """What is tokenised of a KTO row; where an empty answer flips the label, no answer."""
    label = row.get("kto_tag", row.get("label"))
    if not isinstance(label, bool):
        raise Drops(f"the label is {kind(label)}, not true or false")
    if not turns:
        raise Drops("no turn but the system's")
    return turns[:-1] if label and not turns[-1].content else turns


def _preferred(row: dict, turns: list[Turn], form: Form) -> list[Turn]:
    """What is tokenised of a pair: the turns before it and both answers."""
    sides: dict[str, dict] = {}
    for name in ("chosen", "rejected"):
        side = row.get(name)
        if not isinstance(side, dict):
            raise Drops(f"'{name}' is {kind(side)}, not one turn")
        sides[name] = side
    answers = []
    for name, side in sides.items():
        if lacking := next((key for key in (form.role, form.content) if key not in side), ""):
            raise Stops(f"'{name}' has no '{lacking}'")
        tag = side[form.role]
        if not isinstance(tag, str) or tag not in (*form.asks, *form.answers):
            raise Stops(f"'{name}' is said by {tag!r}; known are {', '.join(form.answers)}")
        answers.append(Turn(0, tag, side[form.content]))
    return [*turns, *answers]


def _check_texts(turns: list[Turn], form: Form) -> None:
    for turn in turns:
        check_text(turn)
        if turn.tag == form.function and not _is_call(turn.content):
            raise Stops(f"{name_of(turn)} is a call, but no JSON with 'name' and 'arguments'")


def _is_call(text: str) -> bool:
    found = _CALL.search(text)
    try:
        calls = json.loads(found[1] if found else _THOUGHT.sub("", text, count=1))
    except json.JSONDecodeError:
        return False
    calls = calls if isinstance(calls, list) else [calls]
    return all(isinstance(call, dict) and "name" in call and "arguments" in call for call in calls)


def _check_head(row: dict, system: Any, form: Form) -> None:
    """What stands before the first turn."""
    if system and not isinstance(system, str):
        raise Stops(f"the system message is {kind(system)}, not text")
    tools = row.get("tools")
    if not tools:
        return
    if not isinstance(tools, str):
        if form.formatting == "sharegpt":
            raise Stops(f"'tools' is {kind(tools)}, not JSON as text")
        tools = json.dumps(tools)
    try:
        listed = json.loads(tools)
    except json.JSONDecodeError:
        raise Stops("'tools' is no JSON") from None
    if listed not in ([], {}, "") and not (isinstance(listed, list) and all(isinstance(tool, dict) for tool in listed)):
        raise Stops("'tools' is no list of objects")


def _otherwise(row: dict, turns: list[Turn], form: Form, stage: str) -> Fault | None:
    """What is trained on, but not as it reads."""
    if stage == "kto" and not turns[-1].content and row.get("kto_tag", row.get("label")):
        return Fault("keeps", "an empty answer with a label of true, read with that of false")
    if stage == "dpo":
        for name in ("chosen", "rejected"):
            if row[name][form.role] not in form.answers:
                said = f"'{name}' is said by {row[name][form.role]!r}, who asks"
                return Fault("keeps", said)
    return None


def head_notes(row: dict, form: Form | None) -> Iterator[str]:
    """What LLaMA-Factory puts in the place of an empty `system` or `tools`, or leaves out."""
    turns = row.get(form.column) if form else None
    first = turns[0] if isinstance(turns, list) and turns and isinstance(turns[0], dict) else {}
    said = form is not None and first.get(form.role) == form.system
    listed = bool(row.get("tools")) or isinstance(row.get("tools"), list | dict)  # as text these are not empty
    thinks = form is not None and form.formatting == "openai" and not listed
    own = "'detailed thinking off'" if thinks else "the template's own system message"
    if said and form is not None and not first.get(form.content):
        yield f"the system's turn is empty: LLaMA-Factory puts {own} in its place"
    elif said and row.get("system"):
        yield "'system' is not used: the first turn is the system's"
    elif not said and "system" in row and not row["system"]:
        yield f"'system' is empty: LLaMA-Factory puts {own} in its place"
    elif not said and isinstance(row.get("system"), str) and not row["system"].strip():
        yield "'system' is blank: LLaMA-Factory trains with it as it is"
    if "tools" in row and (not row["tools"] or row["tools"] in ("[]", "{}")):
        yield "'tools' is empty: LLaMA-Factory trains the row without tools"
