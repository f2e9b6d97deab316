"""What the synthesis makes: one example is a question with its answer and all that is needed to prove it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from vgpt2.records.facts import Fact
from vgpt2.records.held_out import HeldOut

# The source of a record whose question holds what was asked before, and asked back.
REPLY = "reply"


@dataclass(slots=True, frozen=True)
class Example:
    """A question with its proved answer, before it becomes a record.

    `kind`: sql, schema, document, correction, negative or ambiguous. `intent`: what is asked (list, group_sum,
    table_key, invented_table, ...). `polarity`: answer, refuse or ask (back). `tables`: qualified names whose schema a
    prompt must show.
    `objects`: qualified tables and columns that the answer names. `family`: one question in all its wordings.
    `wording`: `intent/number` of the template. `twin`: the family of its twin (same wording, other polarity).
    `ordered`: the order of the rows is part of the answer.
    """

    kind: str
    intent: str
    question: str
    answer: str
    family: str
    wording: str
    polarity: str = "answer"
    sql: str = ""
    tables: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    twin: str = ""
    ordered: bool = False
    source: str = ""
    module: str = ""
    slots: dict = field(default_factory=dict)

    def with_(self, **changes: Any) -> Example:
        """A copy with other values of these fields, each of its own type."""
        return replace(self, **changes)

    def held_by(self, held_out: HeldOut) -> bool:
        """Whether training must leave this example to the suite."""
        return bool(held_out.reason(self.question, self.family, self.wording, self.tables))
