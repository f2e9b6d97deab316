"""Where words come from, the most trusted first."""

from __future__ import annotations

from typing import Final, NamedTuple

# What the database's owner says, what its authors wrote for users, what its code shows, what only names tell.
KINDS: Final = (
    "word_hint", "description", "form_label", "audit_trail", "error_text", "header", "result_name", "case_value",
    "comment_value", "parameter", "constraint", "name",
)  # fmt: skip
TRUST: Final = {kind: place for place, kind in enumerate(KINDS)}


class Word(NamedTuple):
    """What people call something. `source`: file and line, an object, a key of the database's YAML."""

    text: str
    kind: str
    source: str
