"""The best checkpoint of a stage by exam, not by loss."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.exam.model import Question, read_suite, write_suite
from vgpt2.exam.suite.choice import choice_questions
from vgpt2.exam.verdict.results import Exam
from vgpt2.exam.verdict.sides import paired_test
from vgpt2.exam.verdict.statistics import holm, rounded, wilson
from vgpt2.files import read_json, read_jsonl, write_json
from vgpt2.settings import Settings
from vgpt2.training.checkpoints import checkpoints
from vgpt2.training.lineage import Start
from vgpt2.training.merge import merge

if TYPE_CHECKING:
    from vgpt2.inference.local_model import LocalModel

CHOICE = "choice.json"


def make_questions(run_dir: Path, settings: Settings, catalog: Catalog) -> list[Question]:
    """The questions to choose by: see `exam.choice`. The same for all stages of a run.

    Raises:
        UserError: no suite, or too few questions left.
    """
    files = sorted((run_dir / "data").glob("*.meta.jsonl"))
    families = {row.get("family", "") for file in files for row in read_jsonl(file)}
    rows = [file.with_name(file.name.replace(".meta", "")) for file in files]
    texts = [row.get("instruction", "") for file in rows if file.exists() for row in read_jsonl(file)]
    suite = read_suite(run_dir / "suite" / "full.jsonl")
    return choice_questions(catalog, settings.profile.data, settings.seed, suite, families, texts)


def choose_checkpoint(
    settings: Settings,
    catalog: Catalog,
    questions: list[Question],
    start: Start,
    folder: Path,
    say: Callable[[str], None],
) -> Path:
    """Examine every checkpoint in `folder`, write choice.json there and return the best.

    The best has most right answers. Of several as good the earliest is taken: it is nearest to the model that the stage
    started from, and nothing speaks for training on. The p-value against the last one is corrected for the number of
    checkpoints that could have been the best (Holm).

    Raises:
        UserError: no checkpoint was kept.
    """
    found = checkpoints(folder)
    if not found:
        raise UserError(f"{folder}: no checkpoint to choose from; set save_strategy and save_steps in the profile")
    work = folder / "choice"
    write_suite(work / "questions.jsonl", questions)
    exams = list(examined(settings, catalog, questions, start, found, work))
    counts = [exam.right_count for exam in exams]
    best = counts.index(max(counts))
    last = exams[-1]
    ps = holm([paired_test(last.right, exam.right, exam.right).p for exam in exams[:-1]])
    p = ps[best] if best < len(ps) else None
    by_loss = _by_loss(folder)
    rows = [
        {"checkpoint": checkpoint.name, "right": wilson(count, len(questions)).to_json()}
        for checkpoint, count in zip(found, counts, strict=True)
    ]
    write_json(
        folder / CHOICE,
        {
            "chosen": found[best].name,
            "checkpoints": rows,
            "against_last": {"last": found[-1].name, "p_holm": None if p is None else rounded(p), "tests": len(ps)},
            "by_loss": by_loss,
            "questions": len(questions),
            "suite_hash": last.result["suite_hash"],
        },
    )
    against = (
        "the last one" if p is None else f"the last has {counts[-1]}, p = {p:.2g} (exact McNemar, Holm over {len(ps)})"
    )
    agrees = ", as by loss" if by_loss == found[best].name else f"; by loss {by_loss}" if by_loss else ""
    say(
        f"{folder.name}: {found[best].name} is the best of {len(found)} checkpoints by exam: "
        f"{wilson(counts[best], len(questions))} right, {against}{agrees} -> {folder / CHOICE}"
    )
    return found[best]


def examined(
    settings: Settings, catalog: Catalog, questions: list[Question], start: Start, found: list[Path], work: Path
) -> Iterator[Exam]:
    """The exam of each checkpoint, in `work/<checkpoint>.json`; one that was cut off goes on."""
    from vgpt2.exam.as_examined import as_examined
    from vgpt2.exam.runner import examine

    for checkpoint, model in zip(found, _models(settings, start, found, work), strict=True):
        output = work / f"{checkpoint.name}.json"
        backend = as_examined(model, settings.profile, catalog)
        yield Exam(output, examine(backend, catalog, questions, settings.profile, output))


def _models(settings: Settings, start: Start, found: list[Path], work: Path) -> Iterator[LocalModel]:
    """Each checkpoint as a model, valid until the next one. Adapters share one load of their base; a checkpoint of a
    full tuning is a model of its own, and gets the tokenizer of its base, as the merged model will."""
    from vgpt2.inference.local_model import LocalModel

    exam = settings.profile.exam

    def load(path: str | Path) -> LocalModel:
        return LocalModel(path, batch_size=exam.batch_size, max_new_tokens=exam.max_new_tokens)

    base: LocalModel | None = None
    for checkpoint in found:
        if (checkpoint / "adapter_config.json").exists():
            base = base or load(start.folder)
            yield base.with_adapters([checkpoint])
            continue
        whole = work / checkpoint.name
        merge(start.model, checkpoint, whole, [*start.lineage, {"stage": checkpoint.name, "model": str(checkpoint)}])
        try:
            yield load(whole)
        finally:
            shutil.rmtree(whole, ignore_errors=True)


def _by_loss(folder: Path) -> str:
    """The checkpoint of the lowest evaluation loss, or an empty string where the trainer did not note it."""
    try:
        return Path(read_json(folder / "trainer_state.json").get("best_model_checkpoint") or "").name
    except (UserError, AttributeError):
        return ""
