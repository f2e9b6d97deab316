"""Builds the suite: what training must leave alone is chosen first, then the questions are made (`questions`).

500 questions in seven categories, a stratified 150 of them as the middle suite, and of those 50 as the quick one. Held
out are pairs of joined tables, question families and wordings, never a single table: every table and column may occur
in training.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import CATEGORIES, FULL, MIDDLE, QUICK, Question
from vgpt2.exam.suite.questions import Source, questions_of
from vgpt2.exam.suite.shaping import Mutations, with_data
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings

HELD_OUT_SHARE = 0.15
MIN_HELD_OUT = 4


def hold_out_pairs(catalog: Catalog, seed: int) -> frozenset[tuple[str, str]]:
    """A seeded share of the catalog's joined pairs, at least four where there are enough.

    A table keeps at least one of its joins for training; a pair whose table has no other join is not taken.
    """
    both = ((join.left, join.right) for join in catalog.joins if join.left != join.right)
    pairs = sorted({(min(sides), max(sides)) for sides in both})
    left = Counter(table for pair in pairs for table in pair)
    wanted = min(len(pairs) // 2, max(MIN_HELD_OUT, round(len(pairs) * HELD_OUT_SHARE)))
    random.Random(f"{seed}/held_out").shuffle(pairs)
    taken: list[tuple[str, str]] = []
    for pair in pairs:
        if len(taken) < wanted and all(left[table] > 1 for table in pair):
            taken.append(pair)
            left.subtract(pair)
    return frozenset(taken)


def build(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    rows: Rows,
    curated: Sequence[Question] = (),
    counts: dict[str, int] | None = None,
    mutations: Mutations | None = None,
) -> tuple[list[Question], HeldOut]:
    """The full suite and what it holds out. A catalog that cannot fill a category gives fewer, never one twice.

    Args:
        curated: questions written by hand; they count among the category's number.
        counts: questions of each category; default FULL.
        mutations: where the mutants of the golds are counted; None: the questions get no data sets of their own.
    """
    counts = counts or FULL
    pairs = hold_out_pairs(catalog, seed)
    asked = {normalise(question.question) for question in curated}
    source = Source(catalog, data, seed, rows, pairs, asked, mutations)
    questions = [_with_data(question, source) for question in curated]
    for category in CATEGORIES:
        room = counts.get(category, 0) - sum(question.category == category for question in curated)
        questions += questions_of(source, category, room)
    order = {category: place for place, category in enumerate(CATEGORIES)}
    questions.sort(key=lambda question: order[question.category])
    return questions, held_out_of(catalog, pairs, questions)


def _with_data(question: Question, source: Source) -> Question:
    """A curated question with its data sets; it stays in the suite, whatever mutants are left."""
    if source.mutations is None or not question.gold.sql:
        return question
    shaped = with_data(question, source.rows, source.seed)
    source.mutations.add(shaped)
    return shaped.question


def held_out_of(catalog: Catalog, pairs: frozenset[tuple[str, str]], questions: Sequence[Question]) -> HeldOut:
    """What training leaves alone: the pairs, and families, wordings and texts of the questions. The pairs of curated
    joins are not added: they are often the only natural ones."""
    return HeldOut(
        pairs,
        frozenset(question.family for question in questions),
        frozenset(question.wording for question in questions),
        frozenset(normalise(question.question) for question in questions),
    )


def middle_suite(questions: Sequence[Question], seed: int) -> list[Question]:
    """150 of the questions. Those of the quick suite come first in the same order, so they are among them."""
    return quick_suite(questions, seed, MIDDLE)


def quick_suite(questions: Sequence[Question], seed: int, counts: dict[str, int] | None = None) -> list[Question]:
    """A stratified part: of each category its number, intents in turn, twins together."""
    counts = counts or QUICK
    chosen: set[str] = set()
    for category in CATEGORIES:
        rng = random.Random(f"{seed}/quick/{category}")
        room = counts.get(category, 0)
        for group in _in_turn([question for question in questions if question.category == category], rng):
            if len(group) <= room:
                chosen.update(question.id for question in group)
                room -= len(group)
    return [question for question in questions if question.id in chosen]


def _in_turn(questions: Iterable[Question], rng: random.Random) -> Iterator[list[Question]]:
    """Questions (twins as one group) of each intent in turn, shuffled within an intent."""
    by_id = {question.id: question for question in questions}
    by_intent: dict[str, list[list[Question]]] = defaultdict(list)
    done: set[str] = set()
    for question in by_id.values():
        if question.id in done:
            continue
        group = [question, *([by_id[question.twin]] if question.twin in by_id else [])]
        done.update(item.id for item in group)
        by_intent[question.intent].append(group)
    lists = [by_intent[intent] for intent in sorted(by_intent)]
    rng.shuffle(lists)
    for groups in lists:
        rng.shuffle(groups)
    while any(lists):
        for groups in lists:
            if groups:
                yield groups.pop()
