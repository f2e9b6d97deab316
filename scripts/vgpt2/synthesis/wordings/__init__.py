"""The wordings of every intent: templates for training, and others that only the exam uses.

They are data: YAML files beside this one, read when the first is asked for. A wording is known as `intent/number`;
those of the exam count from 100. Slots are filled by the intent's phrases.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from vgpt2.synthesis.wordings.model import Wordings, read_wordings
from vgpt2.synthesis.wordings.slots import SQL_SLOTS, TEXT_SLOTS

FOLDER = Path(__file__).parent


@cache
def sql_wordings() -> dict[str, Wordings]:
    """The wordings of the SQL intents, by intent.

    Raises:
        UserError: a fault in one of the files, with line and key.
    """
    files = [read_wordings(FOLDER / f"{name}.yaml", slots) for name, slots in SQL_SLOTS.items()]
    return {intent: wordings for file in files for intent, wordings in file.items()}


@cache
def text_wordings() -> dict[str, Wordings]:
    """The wordings of questions about tables, documents and faulty SQL, by intent.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    return read_wordings(FOLDER / "texts.yaml", TEXT_SLOTS)


def templates(intent: str, side: str) -> list[tuple[str, str]]:
    """(wording id, template) of a SQL intent for `train` or `exam`."""
    return [(f"{intent}/{number}", text) for number, text in sql_wordings()[intent].of(side)]


# "the total total cost", "total tax total", "the highest highest salary": what a measure is called may say it already.
_TWICE = re.compile(r"\b(total|average|highest|lowest)(?: of)? (?=(?:[a-z]+ )?\1\b)", re.IGNORECASE)
# "more than 1 rows"
_ONE = re.compile(r"\b(more than|over) 1 (?:(rows|lines)\b|(?=of them))")


def once(text: str) -> str:
    """A question that says no total of totals and, of one row, not that it is rows."""
    said = _ONE.sub(lambda found: f"{found[1]} one {(found[2] or '').removesuffix('s')}", _TWICE.sub("", text))
    return said if said == text or not text[0].isupper() else said[0].upper() + said[1:]


def fill(template: str, phrases: dict[str, str], more: str = "") -> str:
    """The question, and what it asks `more` behind it; its first letter is a capital where the template itself begins
    with a word."""
    text = once(template.format(**phrases).replace(",,", ",").replace(",.", ".").replace(",?", "?").strip())
    if more and text[-1] not in ".?":
        text += "."
    return f"{text} {more}".strip()
