"""Faults of a text that a trainer would swallow in silence: control characters, chat-template tokens, mojibake."""

from __future__ import annotations

import re

from vgpt2.catalog.disarm import TEMPLATE_TOKEN

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
BROKEN = re.compile("[\ud800-\udfff\ufffd]")


def text_fault(text: str) -> tuple[str, str] | None:
    """The first fault of a text as (rule, message), or None.

    Rules: `template_token`, `control_character` (tab and line ends are none), `not_utf8` (a lone surrogate or U+FFFD).
    """
    for rule, pattern in (("template_token", TEMPLATE_TOKEN), ("control_character", CONTROL), ("not_utf8", BROKEN)):
        found = pattern.search(text)
        if found:
            return rule, f"{found.group()!a} at character {found.start()}"
    return None


def normalise(text: str) -> str:
    """A question without what does not make it another question: case, spacing, punctuation at its ends.

    >>> normalise("  How many  Vendors? ")
    'how many vendors'
    """
    return " ".join(text.casefold().split()).strip(" .?!:;,'\"")
