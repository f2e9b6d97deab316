"""The form of an audit's report. `make reference` writes its JSON Schema.

The text below a key is what the schema says of it.
"""

from __future__ import annotations

from typing import NotRequired

# Not typing's: pydantic, which writes the schemas, reads that one from Python 3.12 on only.
from typing_extensions import TypedDict


class RuleRow(TypedDict):
    """One rule: what was found, and what may be."""

    rule: str
    figure: float
    limit: float | None
    """None: the figure binds nobody."""
    ok: bool
    examples: list[str]
    """The first places where it is broken, with what was found there."""
    note: NotRequired[str]
    """Why it was not judged, where it was not."""


class FindingRow(TypedDict):
    """Something wrong with one record."""

    rule: str
    message: str


class RecordRow(TypedDict):
    """A record with findings."""

    file: str
    index: int
    """From 0."""
    findings: list[FindingRow]


class Taught(TypedDict):
    """What a teacher was asked, and what of its rewordings was taken (`data/raw/teacher.json`)."""

    teacher: str
    """`base`, or the endpoint's URL."""
    model: str
    """The endpoint's model."""
    asked: int
    taken: int
    share: float
    """Of those asked."""
    conditions: int
    """Taken because all names, literals, conditions and the order are still there."""
    round_trip: int
    """Taken because the teacher's own answer to the new question returns the gold's rows."""
    refused: dict[str, int]
    """How many were not taken, by reason."""


class AuditReport(TypedDict):
    """What an audit found in one or more datasets (`audit/*.json`)."""

    ok: bool
    """Whether every rule holds."""
    rows: int
    rules: list[RuleRow]
    records: list[RecordRow]
    """Only those with findings."""
    figures: dict[str, dict[str, int]]
    """How many rows there are of each stage, kind, intent, module, polarity, defect, proof of a defect, and label; with
    a model's own answers among them, of each origin (`own`, `synthetic`)."""
    teacher: NotRequired[Taught]
    """Where questions were reworded."""
