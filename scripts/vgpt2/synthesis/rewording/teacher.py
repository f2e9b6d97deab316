"""A share of the questions to SQL in a teacher's words, and how many of what it said was taken.

What it says is never believed: a rewording is taken only if `rewording.fault` finds everything that was asked for, or
by `round_trip`. The database's own queries are described from their text, and taken by round trip only.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vgpt2.catalog.business_words import column_words, table_words
from vgpt2.catalog.model import Catalog
from vgpt2.inference.prompts import Prompt
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings
from vgpt2.synthesis.documents.mined import INTENTS as MINED
from vgpt2.synthesis.generate import fits
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.asking import Decoding, Teacher
from vgpt2.synthesis.rewording.prompts import prompts
from vgpt2.synthesis.rewording.rewording import fault, tidy
from vgpt2.synthesis.rewording.round_trip import HEALED, RoundTrip

# Which column is aged and by which date can be said in too many ways to be told apart.
LEFT_ALONE = ("open_ageing",)
REWORD = Decoding(temperature=0.7, limit=100)


@dataclass(slots=True)
class Taken:
    """How many questions the teacher was asked for, how many of its rewordings were taken by their words (`conditions`)
    and by `round_trip`, and why the others stayed: the reasons of `rewording.fault` and of `RoundTrip.faults`, and
    `no_answer`, `held_out`, `repeated` (another record asks so) and `too_long`."""

    asked: int = 0
    conditions: int = 0
    round_trip: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def taken(self) -> int:
        """Both ways together."""
        return self.conditions + self.round_trip

    @property
    def share(self) -> float:
        """Of those asked."""
        return round(self.taken / self.asked, 3) if self.asked else 0.0

    def to_json(self) -> dict[str, Any]:
        """The form of `data/raw/teacher.json`."""
        return {
            "asked": self.asked,
            "taken": self.taken,
            "share": self.share,
            "conditions": self.conditions,
            "round_trip": self.round_trip,
            "refused": dict(self.refused.most_common()),
        }

    def __str__(self) -> str:
        """`60 of 86 reworded (40 by conditions, 20 by round trip; name_lost 20, ...)`."""
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.refused.most_common())
        ways = f"{self.conditions:,} by conditions, {self.round_trip:,} by round trip"
        return f"{self.taken:,} of {self.asked:,} reworded ({ways}{f'; {reasons}' if reasons else ''})"


def reword(
    examples: Sequence[Example],
    teacher: Teacher,
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    share: float,
    held_out: HeldOut,
) -> tuple[list[Example], Taken]:
    """The examples in their order, a share of the SQL questions in the teacher's words, and the counts.

    The seed and the family say which questions are asked for.
    """
    places = [number for number, example in enumerate(examples) if _chosen(example, seed, share)]
    asked = {number: _ask(examples[number], catalog) for number in places}
    answers = teacher.answers(list(asked.values()), REWORD)
    texts = {number: tidy(answers[prompt]) for number, prompt in asked.items() if prompt in answers}
    reasons = {number: fault(examples[number], text, catalog) for number, text in texts.items()}
    ways = {number: "conditions" for number, reason in reasons.items() if not reason}
    ways = {number: way for number, way in ways.items() if not _mined(examples[number])}
    open_ = [number for number, reason in reasons.items() if number not in ways and reason in {"", *HEALED}]
    if open_:
        with RoundTrip(catalog, teacher, data, seed) as judge:
            found = judge.faults([(examples[number], texts[number]) for number in open_])
        reasons.update(zip(open_, found, strict=True))
        ways.update((number, "round_trip") for number in open_ if not reasons[number])
    counts = Taken(asked=len(places))
    said = list(examples)
    taken = {normalise(example.question) for example in examples}
    for number in places:
        reason = reasons.get(number, "no_answer")
        other = examples[number].with_(question=texts.get(number, ""), source=f"teacher/{ways.get(number, '')}")
        reason = reason or _unwanted(other, held_out, taken, data)
        if reason:
            counts.refused[reason] += 1
            continue
        taken.add(normalise(other.question))
        said[number] = other
        setattr(counts, ways[number], getattr(counts, ways[number]) + 1)
    return said, counts


def _chosen(example: Example, seed: int, share: float) -> bool:
    if example.intent in LEFT_ALONE or not (example.kind == "sql" or _mined(example)):
        return False
    return random.Random(f"{seed}/teacher/{example.family}").random() < share


def _mined(example: Example) -> bool:
    """Whether its query stands in the database itself."""
    return example.intent in MINED and bool(example.sql)


def _ask(example: Example, catalog: Catalog) -> Prompt:
    """The question, and what its names mean where it does not say so itself."""
    meanings = {}
    for name in example.tables:
        table = catalog.by_qualified[name]
        meanings[catalog.sql_name(table)] = table_words(catalog, table)
        for column in table.columns:
            if f"{name}.{column.name}" in example.objects:
                meanings[column.name] = column_words(catalog, column, table)
    words = example.question.replace("(", " ").replace(")", " ").replace(",", " ").rstrip(".?").split()
    known = [f"{name} is {said}" for name, said in meanings.items() if said and name in words and said != name.lower()]
    told = f"{prompts().names}{'; '.join(known)}." if known else ""
    if _mined(example):
        return Prompt(prompts().describe.format(names=told), example.question, f"Query: {example.sql}")
    return Prompt(prompts().reword.format(names=told), example.question)


def _unwanted(example: Example, held_out: HeldOut, taken: set[str], data: DataSettings) -> str:
    if example.held_by(held_out):
        return "held_out"
    if normalise(example.question) in taken:
        return "repeated"
    return "" if fits(example, data) else "too_long"
