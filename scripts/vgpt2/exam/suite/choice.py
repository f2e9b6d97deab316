"""Questions to choose a checkpoint by: none of the suite, none that was trained on.

The best of several on the gate's own questions would owe part of its lead to luck, and the gate would count that luck
as a gain. So the choice has questions of its own. They are made as the suite's are, in the exam's wordings and about
its held-out pairs of tables, when a stage is trained: what the suite or the training data ask (in any wording) is left
out, and a run that chooses nothing holds out nothing more for it. As in the suite, each question keeps the data sets
that tell its gold from wrong variants of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import CATEGORIES, Question
from vgpt2.exam.suite.shaping import with_data
from vgpt2.exam.suite.suite import FULL, build
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings

# A fifth of the full suite.
COUNTS = {category: count // 5 for category, count in FULL.items()}
LEAST = 30


def choice_questions(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    suite: Sequence[Question],
    families: Iterable[str],
    texts: Iterable[str],
    counts: dict[str, int] | None = None,
) -> list[Question]:
    """Questions as those of `suite`, by default 100, none of which is in it or was trained on.

    Args:
        families: the question families of the training data. texts: the questions of the training data.
        counts: questions wanted of each category; fewer where the catalog has no more.

    Raises:
        UserError: fewer than LEAST are left.
    """
    counts = counts or COUNTS
    asked = {normalise(question.question) for question in suite}
    taken = {question.family for question in suite} | set(families)
    trained = set(map(normalise, texts))
    # Twice as many as wanted, for some will have been trained on.
    room = {name: sum(question.category == name for question in suite) + 2 * counts.get(name, 0) for name in CATEGORIES}
    found: list[Question] = []
    with Rows(catalog) as rows:
        questions, _ = build(catalog, data, seed, rows, suite, room)
        for category in CATEGORIES:
            fresh = [
                question
                for question in questions
                if question.category == category
                and normalise(question.question) not in asked | trained
                and question.family not in taken
            ]
            whole = {question.id for question in fresh}
            pairs = (question for question in fresh if not question.twin or question.twin in whole)
            found += islice(_told_apart(pairs, rows, seed), counts.get(category, 0))
    if len(found) < LEAST:
        raise UserError(
            f"--choose-checkpoint: only {len(found)} questions are left that are neither in the suite nor in the "
            f"training data, {LEAST} at least are needed; leave it out, and the checkpoint of the lowest loss is taken"
        )
    return [
        replace(question, id=f"choice-{question.id}", twin=f"choice-{question.twin}" if question.twin else "")
        for question in found
    ]


def _told_apart(questions: Iterable[Question], rows: Rows, seed: int) -> Iterator[Question]:
    """The questions with their data sets, one at a time; without those whose gold cannot be told from a mutant, where
    no twin needs them."""
    for question in questions:
        shaped = with_data(question, rows, seed)
        if question.twin or not shaped.alive:
            yield shaped.question
