"""A question with two readings, before it becomes records."""

from __future__ import annotations

from dataclasses import dataclass

from vgpt2.records.facts import Fact
from vgpt2.synthesis.ambiguous.texts import Kind
from vgpt2.synthesis.negatives.answers import Subject
from vgpt2.synthesis.negatives.forms import Form


@dataclass(slots=True, frozen=True)
class Reading:
    """One of the two things that a question may mean.

    `subject`: what is asked about then. `said`: what people call it; `name`: how the database does; `full`: what stands
    in the slot of the question where nothing is left open. `words`: each alone tells that this reading is named, beside
    its name and all of `said`.
    """

    subject: Subject
    said: str
    name: str
    full: str
    words: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Unclear:
    """A question whose `slot` is left open (`open`), with its two readings.

    `slots`: the others; `word`: the word of the question that has two meanings; `facts`: what bears out that it has;
    `asked_for`: what alone is to be named where not one of two is chosen (the company); empty: both readings.
    `back`: what is asked back, where it is not that of its kind.
    """

    kind: Kind
    forms: tuple[Form, ...]
    slot: str
    open: str
    slots: dict[str, str]
    readings: tuple[Reading, Reading]
    facts: tuple[Fact, ...]
    word: str = ""
    asked_for: tuple[str, ...] = ()
    back: str = ""

    @property
    def tables(self) -> tuple[str, ...]:
        """The qualified names of the tables of both."""
        return tuple(dict.fromkeys(one.subject.table.qualified for one in self.readings))
