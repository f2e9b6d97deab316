"""Answers of one model to fresh questions, drawn by chance, each on file as soon as it came."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from vgpt2.errors import UserError
from vgpt2.files import digest, disk_full, write_jsonl
from vgpt2.inference.backends import Answer, Backend, Endpoint
from vgpt2.inference.draws import Drawn
from vgpt2.inference.kept import read_kept
from vgpt2.inference.progress import shown
from vgpt2.inference.prompts import Prompt
from vgpt2.model_folder import fingerprint
from vgpt2.training.harvest.questions import Fresh


class Sampler(Backend, Protocol):
    """Who answers: a model loaded here, or an endpoint, that can draw its tokens by chance."""

    def answer(self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None) -> Iterator[Answer]:
        """Answer all prompts, each once, in any order."""


@dataclass(slots=True)
class Served(Endpoint):
    """An endpoint that serves the model of `folder` under that name, as vLLM does: its answers are that model's."""

    folder: str = ""

    @property
    def model(self) -> str:
        """The folder."""
        return self.folder

    @property
    def fingerprint(self) -> str:
        """That of the model in the folder, as if it were loaded here."""
        return digest([fingerprint(self.folder)])


def head_of(sampler: Sampler, temperature: float, seed: int) -> dict[str, Any]:
    """What all answers of a file depend on, as its first line holds it."""
    settings = {name: value for name, value in sampler.settings.items() if name != "decoding"}
    return {
        "model": sampler.model,
        "fingerprint": sampler.fingerprint,
        "template_hash": sampler.template_hash,
        "settings": settings | {"temperature": temperature, "seed": seed},
    }


def sample(
    sampler: Sampler, asked: Sequence[Fresh], answers: int, head: dict[str, Any], path: Path, batch_size: int
) -> dict[str, list[str]]:
    """So many answers to each question, by the question's id.

    Those that the file at `path` has (`opened`) are not drawn again; the others are appended as they come. A batch is
    the same prompts whether or not some of them were answered before, so that a run that was killed and went on has the
    answers of one that was not.

    Raises:
        UserError: the disk is full, or the sampler failed: then it says how many answers are kept.
    """
    jobs = [(item, turn) for item in asked for turn in range(answers)]
    jobs.sort(key=lambda job: (-len(job[0].prompt.user), job[0].question.id, job[1]))
    keys = [digest([item.prompt.messages(), turn]) for item, turn in jobs]
    known = read_kept(path, "an answer", headed=True)
    batches = [range(start, min(start + batch_size, len(jobs))) for start in range(0, len(jobs), batch_size)]
    waiting = [batch for batch in batches if any(keys[number] not in known for number in batch)]
    temperature, seed = head["settings"]["temperature"], head["settings"]["seed"]

    def drawn() -> Iterator[tuple[int, Answer]]:
        for batch in waiting:
            seeds = [int(digest([seed, keys[number]]), 16) for number in batch]
            prompts = [jobs[number][0].prompt for number in batch]
            for answer in sampler.answer(prompts, drawn=Drawn(temperature, seeds)):
                yield batch[answer.index], answer

    with disk_full(path), path.open("a", encoding="utf-8", newline="\n") as handle:
        try:
            for number, answer in _shown(drawn(), sum(map(len, waiting))):
                if keys[number] not in known:
                    known[keys[number]] = answer.text
                    row = {"key": keys[number], "id": jobs[number][0].question.id, "answer": answer.text}
                    handle.write(json.dumps(row, ensure_ascii=False) + "\n")
                    handle.flush()
        except UserError as error:
            kept = f"{sum(key in known for key in keys):,} of {len(keys):,} answers are kept in {path}"
            raise UserError(f"{error}; {kept}: run again to go on") from None
    found: dict[str, list[str]] = {item.question.id: [""] * answers for item in asked}
    for (item, turn), key in zip(jobs, keys, strict=True):
        found[item.question.id][turn] = known[key]
    return found


def _shown(answers: Iterator[tuple[int, Answer]], total: int) -> Iterator[tuple[int, Answer]]:
    """With progress, which counts the tokens of answers."""
    numbers: list[int] = []

    def alone() -> Iterator[Answer]:
        for number, answer in answers:
            numbers.append(number)
            yield answer

    for answer in shown(alone(), total, "harvest"):
        yield numbers[-1], answer


def opened(path: Path, head: dict[str, Any], aside: bool = False) -> None:
    """Make sure that the file at `path` holds answers of this head, or none yet.

    Args:
        aside: answers of another model are moved to a file beside it, and come back when that model does.

    Raises:
        UserError: it holds answers of another model, or drawn otherwise, and not `aside`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    found = _head(path)
    if found is not None and found != head:
        if not aside:
            what = (
                f"of {found.get('model')}" if found.get("model") != head["model"] else "of the model as it was before"
            )
            if _model_of(found) == _model_of(head):
                what = f"drawn with other settings ({found.get('settings')})"
            raise UserError(f"{path}: answers {what}; --aside moves them to a file beside it, or give another --output")
        path.replace(_beside(path, found))
    if not path.exists() and _head(_beside(path, head)) == head:
        _beside(path, head).replace(path)
    if not path.exists():
        write_jsonl(path, [head])


def _model_of(head: dict[str, Any]) -> tuple[object, ...]:
    return tuple(head.get(name) for name in ("model", "fingerprint", "template_hash"))


def _beside(path: Path, head: dict[str, Any]) -> Path:
    return path.with_name(f"{path.name.removesuffix('.jsonl')}.{digest(head, 8)}.jsonl")


def _head(path: Path) -> dict[str, Any] | None:
    """The first line of a file of answers; None where there is no file.

    Raises:
        UserError: it is another file.
    """
    if not path.exists():
        return None
    with path.open(encoding="utf-8", errors="replace") as handle:
        try:
            found = json.loads(handle.readline())
        except ValueError:
            found = None
    if not isinstance(found, dict) or "fingerprint" not in found:
        raise UserError(f"{path}:1: does not say whose answers these are; delete the file")
    return found
