"""Questions of a user's own, asked alone: what is proved is asked, what is not is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.model import Question
from vgpt2.exam.suite.curated import read_own
from vgpt2.exam.suite.curated_check import graded_wrong, weak
from vgpt2.exam.suite.shaping import with_data


@dataclass(slots=True, frozen=True)
class Own:
    """`questions` to ask; `left_out`: a line for each that cannot be asked, and why; `warnings`: a line for each thing
    that makes one a weak judge of answers."""

    questions: list[Question]
    left_out: list[str]
    warnings: list[str]


def own_questions(path: Path, catalog: Catalog) -> Own:
    """The questions of a file in the format of docs/curated-questions.md that this database bears out, each with data
    sets that tell its golds from their mutants.

    Raises:
        UserError: a mistake in the file, or no question of it can be asked.
    """
    with Grader(catalog) as grader:
        questions, not_borne_out = read_own(path, catalog, grader.rows)
        left_out, warnings, asked = list(not_borne_out.values()), [], []
        for plain in questions:
            where = f"{path}: question {plain.id}"
            shaped = with_data(plain, grader.rows)
            question = shaped.question
            if wrong := next(graded_wrong(question, grader), ""):
                left_out.append(f"{where}: {wrong}")
                continue
            asked.append(question)
            warnings += [f"{where}: {warning}" for warning in weak(plain, grader.rows, shaped)]
    if not asked:
        raise UserError(f"{path}: none of its {len(left_out)} questions can be asked here; the first: {left_out[0]}")
    return Own(asked, left_out, warnings)
