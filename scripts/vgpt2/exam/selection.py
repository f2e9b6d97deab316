"""Which questions an exam asks, in which modes, and where each mode's result goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.exam.model import RIGHT, Question, check_category
from vgpt2.exam.runner import suite_hash
from vgpt2.exam.verdict.results import Exam
from vgpt2.files import write_json
from vgpt2.model_folder import POINTER
from vgpt2.settings import Profile

# `owner/model`; what begins with a dot or a slash, or has more of them, is a path.
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def choose_questions(
    questions: Sequence[Question], categories: Sequence[str] = (), earlier: Exam | None = None, limit: int | None = None
) -> list[Question]:
    """The questions of these categories (none: all) that an earlier exam did not get right, the first `limit` of them.

    Raises:
        UserError: an unknown category, an earlier exam of another suite, or nothing left.
    """
    for category in categories:
        check_category(category, "--category")
    chosen = list(questions)
    if earlier:
        chosen = failed_questions(chosen, earlier)
    chosen = [question for question in chosen if not categories or question.category in categories][:limit]
    if not chosen:
        which = " that failed" if earlier else ""
        raise UserError(
            f"no question of {', '.join(categories)}{which} in this suite; leave --category out or name another"
        )
    return chosen


def failed_questions(questions: Sequence[Question], earlier: Exam) -> list[Question]:
    """What an earlier exam, of the whole suite or a part of it, did not get right.

    Raises:
        UserError: the exam is of another suite, or nothing failed.
    """
    right = {row["id"]: row["outcome"] in RIGHT for row in earlier.result["questions"]}
    asked = [question for question in questions if question.id in right]
    if suite_hash(asked) != earlier.result["suite_hash"]:
        raise UserError(f"{earlier.path}: an exam of another suite; give the suite that it was made with")
    if all(right.values()):
        raise UserError(f"{earlier.path}: all {len(right)} questions are right; there is none to ask again")
    return [question for question in asked if not right[question.id]]


def examined(named: str, output: Path) -> tuple[str | None, str | None]:
    """What a user means by the model to examine, as (model, endpoint): a URL, with the model's name there behind a #; a
    folder; a GGUF file; or a name on the hub, to which a pointer is written beside the result.

    Raises:
        UserError: none of the three.
    """
    if named.startswith(("http://", "https://")):
        url, _, name = named.partition("#")
        return name or None, url
    if named and (Path(named).is_dir() or (named.endswith(".gguf") and Path(named).is_file())):
        return named, None
    if HUB_NAME.fullmatch(named):
        folder = output.parent / "models" / named.replace("/", "--")
        write_json(folder / POINTER, {"name_or_path": named})
        return str(folder), None
    raise UserError(
        f"{named}: no such folder, and neither an endpoint (http://host:8000/v1#model) nor a name on the hub "
        "(owner/model)"
    )


def choose_modes(
    asked: Sequence[str], also: str | None, profile: Profile, earlier: Exam | None = None, recorded: bool = False
) -> list[str]:
    """The modes to examine: those asked for, else the earlier exam's own, else the profile's; then `also`.

    Raises:
        UserError: a mode twice, or several for recorded answers, which were given in one.
    """
    modes = list(asked)
    if not modes and earlier:
        modes = [earlier.result.get("mode") or profile.exam.modes[0]]
    modes = modes or list(profile.exam.modes[: 1 if recorded else None])
    if twice := next((mode for mode in modes if modes.count(mode) > 1), ""):
        raise UserError(f"--mode {twice} is given twice; each mode is one exam")
    if also and also not in modes:
        modes = [*modes, also]
    if recorded and len(modes) > 1:
        raise UserError("recorded answers are of one mode; give --mode once, or none")
    return modes


def check_outputs(outputs: Sequence[Path], kept: Sequence[Path]) -> None:
    """Raises: UserError: a result would take the place of a file that the exam reads."""
    for path in kept:
        if path.resolve() in [output.resolve() for output in outputs]:
            raise UserError(f"{path}: would be overwritten by the result; give another --output")


def output_of(output: Path, mode: str, first: str) -> Path:
    """Where the result of a mode goes: `exam/sft.json` for the first, `exam/sft.memory.json` for a further one."""
    return output if mode == first else output.with_name(f"{output.stem}.{mode}{output.suffix}")
