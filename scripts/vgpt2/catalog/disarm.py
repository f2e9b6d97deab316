"""Texts of a source that would end or open a turn of a chat: they are written by whoever wrote a comment.

Taken as they are, `<|im_end|>` in the description of a column is a control token in every prompt that shows it, and one
record with it shuts the audit's gate for the whole run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vgpt2.catalog.model import Catalog

# Tokens that end or open a turn in the templates in use (ChatML, Llama, Mistral, Phi, Gemma, DeepSeek).
TEMPLATE_TOKEN = re.compile(
    r"<\|(?:im_start|im_end|endoftext|begin_of_text|end_of_text|eot_id|eom_id|start_header_id|end_header_id|user|assistant"
    r"|system|end)\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<｜[^｜]{1,40}｜>"
)
# What people wrote, and no part of SQL: names and literals stay as they are.
PROSE = ("description", "title", "text", "business_context", "key_logic", "effects", "tab")


def as_text(said: str) -> str:
    """A text whose tokens of a chat template are none: a blank behind their first sign."""
    return TEMPLATE_TOKEN.sub(lambda found: f"{found.group()[0]} {found.group()[1:]}", said)


def disarm(catalog: Catalog) -> None:
    """Make every text of a catalog a plain one, in place."""
    for thing in _things(catalog):
        for name in PROSE:
            said = getattr(thing, name, None)
            if isinstance(said, str):
                setattr(thing, name, as_text(said))
            elif isinstance(said, list):
                setattr(thing, name, [as_text(one) for one in said])
    for meaning in catalog.meanings:
        for word in meaning.words:
            word[0] = as_text(word[0])


def _things(catalog: Catalog) -> Iterator[Any]:
    for table in [*catalog.tables, *catalog.table_types]:
        yield table
        yield from table.columns
    for routine in catalog.routines:
        yield routine
        yield from routine.parameters
        yield from routine.columns
    yield from catalog.triggers
    yield from catalog.documents
    yield from catalog.form_fields
