"""Asking: every answer is kept as it comes, and no question is asked twice."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from vgpt2.exam.backends import Backend
from vgpt2.exam.model import Question
from vgpt2.exam.progress import shown
from vgpt2.exam.prompts import Prompt
from vgpt2.files import digest, disk_full, write_jsonl


def answers_path(output: Path) -> Path:
    """`exam/sft.json` has its answers in `exam/sft.answers.jsonl`."""
    return output.with_suffix(".answers.jsonl")


def ask(
    backend: Backend, questions: Sequence[Question], prompts: Sequence[Prompt], output: Path
) -> tuple[dict[str, str], dict]:
    """The answers by question id, and figures (`seconds`, `tokens`, `asked`).

    Answers are appended to `answers_path(output)` as they come. Answers that are there already, from the same model to
    the same prompt, are not asked for again, so an exam that was cut off goes on.

    Raises:
        UserError: the disk is full.
    """
    path = answers_path(output)
    keys = [digest([backend.fingerprint, backend.template_hash, asdict(prompt)]) for prompt in prompts]
    kept = _kept(path, set(keys))
    todo = [index for index, key in enumerate(keys) if key not in kept]
    # whole or not at all, so that a kill here loses none of them; then more are appended
    write_jsonl(path, kept.values())
    started, tokens = time.perf_counter(), 0
    with disk_full(path), path.open("a", encoding="utf-8", newline="\n") as handle:
        for answer in shown(backend.answer([prompts[index] for index in todo]), len(todo)):
            index = todo[answer.index]
            row = {"id": questions[index].id, "key": keys[index], "response": answer.text, "tokens": answer.tokens}
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
            handle.flush()
            kept[keys[index]] = row
            tokens += answer.tokens
    seconds = time.perf_counter() - started
    # Two questions with one prompt share one answer.
    answers = {question.id: kept[key]["response"] for question, key in zip(questions, keys, strict=True)}
    figures = {"seconds": round(seconds, 1), "tokens": tokens, "asked": len(todo)}
    figures["tokens_per_second"] = round(tokens / seconds, 1) if seconds > 0 else 0.0
    return answers, figures


def _kept(path: Path, wanted: set[str]) -> dict[str, dict]:
    """The answers of an earlier try, by key; a line that was cut off is left out."""
    kept: dict[str, dict] = {}
    if not path.exists():
        return kept
    with path.open(encoding="utf-8", errors="replace") as handle:
        for line in handle:
            try:
                row = json.loads(line)
                if row["key"] in wanted and isinstance(row["response"], str):
                    kept[row["key"]] = row
            except (ValueError, KeyError, TypeError):
                continue
    return kept
