"""The earlier run's model, asked what the change of the schema touches: with the old schema, then with the new one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from vgpt2.catalog.model import Catalog
from vgpt2.exam.model import RIGHT, Question, write_suite
from vgpt2.exam.moved.touched import Moved


class Asked(TypedDict):
    """How many questions the model was asked, and how many of them it answered by each catalog."""

    questions: int
    before: int
    after: int


def ask_again(
    run: Path, catalogs: tuple[Catalog, Catalog], suite: Sequence[Question], moved: Sequence[Moved], folder: Path
) -> Asked | None:
    """Examine the run's exported model on the touched questions that still hold; None where there is none, or no model.

    Args:
        catalogs: of before and of now.
        folder: for the questions and both exams.

    Raises:
        UserError: the model cannot be read; the disk is full.
    """
    wanted = {item.id for item in moved if not item.why}
    questions = [question for question in suite if question.id in wanted]
    model = run / "export"
    if not questions or not (model / ".done").exists():
        return None
    from vgpt2.exam.as_examined import as_examined
    from vgpt2.exam.runner import examine
    from vgpt2.inference.local_model import LocalModel
    from vgpt2.settings import load_settings

    profile = load_settings(run / "settings.json").profile
    write_suite(folder / "questions.jsonl", questions)
    loaded = LocalModel(str(model), (), profile.exam.batch_size, profile.exam.max_new_tokens)
    right = []
    for catalog, name in zip(catalogs, ("before", "after"), strict=True):
        result = examine(as_examined(loaded, profile, catalog), catalog, questions, profile, folder / f"{name}.json")
        right.append(sum(row["outcome"] in RIGHT for row in result["questions"]))
    return {"questions": len(questions), "before": right[0], "after": right[1]}
