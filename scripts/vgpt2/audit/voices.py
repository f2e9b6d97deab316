"""How users speak: some in a few words, some with many around; a set of well-formed sentences teaches neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.yaml_file import read_yaml_file

LEAST = 100  # below so many questions a share says nothing
# "APTH: key?" is terse; "Open orders by vendor. Only the first 5." is two sentences.
_SENTENCES = re.compile(r"[.?!]\s|[.!]$")
Voice = Literal["terse", "chatty", "plain"]


class Voices(Strict):
    """The file."""

    chatty: Annotated[list[Pattern], Field(min_length=1)]
    openers: Annotated[list[Text], Field(min_length=1)]


def read_voices(path: Path) -> Voices:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(Voices)


@cache
def _file() -> tuple[re.Pattern[str], frozenset[str]]:
    file = read_voices(Path(__file__).with_name("voices.yaml"))
    return re.compile("|".join(file.chatty), re.IGNORECASE), frozenset(file.openers)


def voice(question: str) -> Voice:
    """How a question is said; what stands in quotes is not said by its author."""
    said = re.sub(r"'[^']*'", "''", question).strip()
    words, openers = _file()
    if words.search(said):
        return "chatty"
    first = re.search(r"\w+", said)
    return "plain" if _SENTENCES.search(said) or not first or first[0].lower() in openers else "terse"


def voices(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Of the questions to SQL a share is terse and a share chatty."""
    mine = [row for row in context.by_stage(rows, "sft") if (own := row.own) and own.kind == "sql"]
    if not mine:
        return []
    heard = [voice(row.text("instruction")) for row in mine]
    limits: dict[Voice, float] = {"terse": context.limits.min_terse, "chatty": context.limits.min_chatty}
    results = []
    for name, limit in limits.items():
        others = [row.where for row, said in zip(mine, heard, strict=True) if said != name]
        figure = heard.count(name) / len(mine)
        results.append(share(f"{name}_questions", figure, limit, len(mine), others, at_least=True, least=LEAST))
    return results
