"""A further form of the exported model (an adapter, a GGUF file), asked what the promoted model was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.errors import GateError
from vgpt2.training.export.promoted import Promoted, exam_of, spread

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog
    from vgpt2.inference.backends import Backend
    from vgpt2.inference.prompts import Prompt
    from vgpt2.settings import Settings

Answered = dict[str, Any]


def ask_form(
    form: str,
    backend: Backend,
    promoted: Promoted,
    settings: Settings,
    catalog: Catalog,
    run_dir: Path,
    read_by: str = "transformers",
    look: Callable[[Sequence[Prompt]], None] | None = None,
) -> Answered:
    """Ask a form some questions of the exam again, grade what it says, and compare with what is on record.

    Numbers are rounded otherwise than in the promoted model, so that an answer may tip at a near tie. A form that is
    not this model (another tokenizer, another base, a broken file) tips all of them.

    Args:
        form: its name in the record and on the card.
        look: sees the prompts before they are asked.

    Returns:
        `form`, `read_by`, `questions`, `same` (answers, letter by letter), `right`, and `right_before` of them.

    Raises:
        GateError: fewer than half of the answers are the same, and fewer are right.
    """
    from vgpt2.exam.grading.grade import Grader
    from vgpt2.exam.model import RIGHT, read_suite
    from vgpt2.exam.runner import grade_all, make_prompts

    exam = exam_of(promoted, run_dir)
    if exam is None:
        return {"form": form, "read_by": read_by, "questions": 0, "same": 0, "right": 0, "right_before": 0}
    before = {row["id"]: row for row in exam["questions"]}
    suite = read_suite(run_dir / "suite" / f"{settings.profile.exam.suite}.jsonl")
    chosen = spread([question for question in suite if question.id in before], settings.profile.exam.export_questions)
    prompts = make_prompts(catalog, chosen, settings.profile, exam.get("mode", ""))
    if look:
        look(prompts)
    answers = {chosen[answer.index].id: answer.text for answer in backend.answer(prompts)}
    with Grader(catalog) as grader:
        right = sum(grade.outcome in RIGHT for grade in grade_all(grader, chosen, answers))
    same = sum(answers[question.id] == before[question.id]["response"] for question in chosen)
    right_before = sum(before[question.id]["outcome"] in RIGHT for question in chosen)
    if 2 * same < len(chosen) and right < right_before:
        raise GateError(
            f"export: {form}: {same} of {len(chosen)} answers are those of the promoted model and {right} are right,"
            f" {right_before} before; this form is another model"
        )
    return {
        "form": form,
        "read_by": read_by,
        "questions": len(chosen),
        "same": same,
        "right": right,
        "right_before": right_before,
    }
