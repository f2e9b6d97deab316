"""What is asked back and what users reply, as data (`asks.yaml`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vgpt2.database_settings import Strict, Text
from vgpt2.synthesis.wordings.model import slots_in
from vgpt2.yaml_file import read_yaml_file

# The kinds of questions with two readings, and the slots of what is asked back.
Kind = Literal["two_tables", "two_columns", "two_states", "no_company", "no_period"]
SLOTS: dict[Kind, set[str]] = {
    "two_tables": {"a", "A", "b", "B"},
    "two_columns": {"a", "A", "b", "B"},
    "two_states": {"word", "a", "A", "b", "B"},
    "no_company": {"A"},
    "no_period": {"A"},
}
REPLY_SLOTS = {"said", "name", "place"}
Texts = Annotated[list[Text], Field(min_length=1)]


class Sides(Strict):
    """What training says, and what the exam says."""

    train: Texts
    exam: Texts

    def of(self, side: str) -> list[str]:
        """The texts of one side."""
        return self.exam if side == "exam" else self.train


class Replies(Strict):
    """To a choice of two, and to a question for what was left out."""

    of_two: Sides
    of_open: Sides


class Asks(Strict):
    """The file."""

    asks: dict[Kind, Text]
    one_month: Text
    replies: Replies
    months: Sides
    periods: Sides


def read_asks(path: Path) -> Asks:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    file = read_yaml_file(path)
    found = file.check(Asks)
    for kind, slots in SLOTS.items():
        text = found.asks.get(kind, "")
        if not text or set(slots_in(text)) != slots:
            raise file.fault(("asks",), f"'{kind}' has the slots {', '.join(sorted(slots))}")
    if set(slots_in(found.one_month)) != SLOTS["no_period"]:
        raise file.fault(("one_month",), f"it has the slots {', '.join(sorted(SLOTS['no_period']))}")
    for name, sides in (("of_two", found.replies.of_two), ("of_open", found.replies.of_open)):
        for text in (*sides.train, *sides.exam):
            if odd := set(slots_in(text)) - (REPLY_SLOTS if name == "of_two" else {"said"}):
                raise file.fault(("replies", name), f"no slot '{{{min(odd)}}}' in {text!r}")
    return found


@cache
def asks() -> Asks:
    """What is said."""
    return read_asks(Path(__file__).with_name("asks.yaml"))
