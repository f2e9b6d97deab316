"""Fresh questions: what neither the suite holds nor a dataset has, each with a proved gold and a prompt of training."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import Gold, Question
from vgpt2.exam.suite.questions import prove_example, to_question
from vgpt2.files import digest
from vgpt2.inference.prompts import Prompt
from vgpt2.records.model import Record
from vgpt2.synthesis.categories import category_of
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.preferences.sources import Sources
from vgpt2.synthesis.to_record import sft_record


@dataclass(slots=True, frozen=True)
class Fresh:
    """A question as the exam grades it and as training asks it; the record's `output` is the gold's answer."""

    example: Example
    question: Question
    record: Record

    @property
    def prompt(self) -> Prompt:
        """What the model is asked."""
        row = self.record.row
        return Prompt(row["system"], row["instruction"], row["input"])


def fresh_questions(
    sources: Sources, rows: Rows, stage: str, count: int, known: frozenset[str] = frozenset()
) -> list[Fresh]:
    """`count` questions, or as many as the catalog gives, in an order of their own.

    As among the synthetic records, `refusals_in_preferences` of them are about what does not exist, and as many in the
    same wordings about what does; all others are answered with SQL.

    Args:
        sources: their seed, what the suite holds out, and the records that these must be apart from.
        known: families that are not asked again: those of the SFT set.
    """
    refusals = round(sources.data.refusals_in_preferences * count)
    found = _take(_negatives(sources, stage), sources, rows, stage, min(2 * refusals, count), known)
    queries = sources.queries(f"harvest/{stage}")
    found += _take(queries, sources, rows, stage, count - len(found), known)
    random.Random(f"{sources.seed}/harvest/{stage}/order").shuffle(found)
    return found


def _negatives(sources: Sources, stage: str) -> Iterator[Example]:
    """Of one pair the question to refuse, of the next its twin: the two questions of a pair are alike."""
    for number, pair in enumerate(sources.pairs(f"harvest/{stage}", "negatives")):
        yield pair[number % 2]


def _take(
    examples: Iterator[Example], sources: Sources, rows: Rows, stage: str, room: int, known: frozenset[str]
) -> list[Fresh]:
    found: list[Fresh] = []
    while len(found) < room and (example := next(examples, None)):
        if example.family in known or not sources.free(example):
            continue
        gold = _gold(example, sources, rows)
        if gold is None:
            continue
        sources.take(example)
        rng = random.Random(f"{sources.seed}/harvest/{stage}/{example.family}")
        question = to_question(example, gold, category_of(example), f"{stage}-{digest(example.family)}")
        found.append(Fresh(example, question, sft_record(example, sources.catalog, sources.data, rng)))
    return found


def _gold(example: Example, sources: Sources, rows: Rows) -> Gold | None:
    if example.polarity != "refuse":
        return prove_example(example, sources.catalog, rows)
    missing = tuple(example.slots["missing"])
    return Gold(refuse=True, reason=example.slots["reason"], missing=missing, answer=example.answer)
