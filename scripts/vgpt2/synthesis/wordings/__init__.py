"""The wordings of every SQL intent: templates for training, and others that only the exam uses.

A wording is known as `intent/number`; those of the exam count from 100. Slots are filled by the intent's phrases;
`{company}` and the `{where}` of joins carry their own leading blank and may be empty.
"""

from __future__ import annotations

from vgpt2.synthesis.wordings import aggregates, analytics, joins, lists
from vgpt2.synthesis.wordings.model import Wordings

EXAM_FROM = 100
WORDINGS: Wordings = {**lists.WORDINGS, **aggregates.WORDINGS, **joins.WORDINGS, **analytics.WORDINGS}


def templates(intent: str, side: str) -> list[tuple[str, str]]:
    """(wording id, template) of an intent for `train` or `exam`."""
    train, exam = WORDINGS[intent]
    if side == "train":
        return [(f"{intent}/{number}", text) for number, text in enumerate(train)]
    return [(f"{intent}/{number}", text) for number, text in enumerate(exam, EXAM_FROM)]


def fill(template: str, phrases: dict[str, str], more: str = "") -> str:
    """The question, and what it asks `more` behind it; its first letter is a capital where the template itself begins
    with a word."""
    text = template.format(**phrases).replace(",,", ",").replace(",.", ".").replace(",?", "?").strip()
    if more and text[-1] not in ".?":
        text += "."
    return f"{text} {more}".strip()
