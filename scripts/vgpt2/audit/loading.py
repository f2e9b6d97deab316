"""What LLaMA-Factory's loader makes of the rows of a foreign file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vgpt2.records.fixes.chat_turns import form_of, turn_keys
from vgpt2.records.fixes.chats import chat_fault, head_notes

Said = tuple[str, str]


def as_loaded(rows: Sequence[dict], stage: str) -> Callable[[dict, int], Iterator[Said]]:
    """A function from a row of this file and its number (from 1) to what happens to it, as (rule, message)."""
    form = form_of(rows)
    keys = turn_keys(rows, form) if form else frozenset[str]()

    def said(row: dict, number: int) -> Iterator[Said]:
        fault = chat_fault(row, form, stage, keys) if form else None
        if fault:
            # Each row is paired with the answer of the one before: a dropped row has none.
            behind = (
                ", and ends with an error at the row behind it" if stage == "kto" and fault.effect == "drops" else ""
            )
            yield "turns", f"row {number}: {fault.message}{behind}"
        if not fault or fault.effect == "keeps":
            for note in head_notes(row, form):
                yield "empty_columns", f"row {number}: {note}"

    return said
