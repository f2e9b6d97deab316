"""Asking: every answer is kept as it comes, and the same is never asked twice.

An answer belongs to a model, a prompt and the settings that change an answer. Where one of the three is another, the
question is asked again; the answers to the others stay in the file, so that going back costs nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.exam.artefacts import AskingFigures, DecodingFigures
from vgpt2.exam.model import Question
from vgpt2.files import digest, disk_full, write_jsonl
from vgpt2.inference.backends import Backend, Recorded
from vgpt2.inference.progress import shown
from vgpt2.inference.prompts import Prompt


def answers_path(output: Path) -> Path:
    """`exam/sft.json` has its answers in `exam/sft.answers.jsonl`."""
    return output.with_suffix(".answers.jsonl")


def answer_key(backend: Backend, prompt: Prompt) -> str:
    """What an answer depends on, as a hash."""
    said = asdict(prompt)
    del said["tables"]  # they are in the schema that it shows
    return digest([backend.fingerprint, backend.template_hash, backend.settings, said])


def ask(
    backend: Backend, questions: Sequence[Question], prompts: Sequence[Prompt], output: Path
) -> tuple[dict[str, str], AskingFigures]:
    """The answers by question id, and figures.

    Answers are appended to `answers_path(output)` as they come; those that are there already are not asked for again,
    so an exam that was cut off goes on. Figures: `asked` now; `seconds`, `tokens` (of the answers) and `prompt_tokens`
    of all of them, whenever they were asked.

    Raises:
        UserError: the disk is full, or the backend failed: then it says how many answers are kept.
    """
    path = answers_path(output)
    keys = [answer_key(backend, prompt) for prompt in prompts]
    asking: dict[str, list[int]] = {}  # two questions with one prompt share one answer
    for index, key in enumerate(keys):
        asking.setdefault(key, []).append(index)
    rows = read_answers(path)
    kept = {row["key"]: row for row in rows if row["key"] in asking}
    ours = [{**kept[key], "id": questions[index].id} for index, key in enumerate(keys) if key in kept]
    known = {(row["id"], row["key"]) for row in ours}
    # whole or not at all, so that a kill here loses none of them; of an id the last one is this exam's
    write_jsonl(path, [*(row for row in rows if (row["id"], row["key"]) not in known), *ours])
    todo = [indices[0] for key, indices in asking.items() if key not in kept]
    with disk_full(path), path.open("a", encoding="utf-8", newline="\n") as handle:
        last = time.perf_counter()
        try:
            for answer in shown(backend.answer([prompts[index] for index in todo]), len(todo)):
                now = time.perf_counter()
                key = keys[todo[answer.index]]
                kept[key] = {
                    "key": key,
                    "response": answer.text,
                    "tokens": answer.tokens,
                    "prompt_tokens": answer.prompt_tokens,
                    **({"note": answer.note} if answer.note else {}),
                    **({"agreed": [answer.agreed, answer.of]} if answer.of else {}),
                    **({"again": True} if answer.again else {}),
                    "seconds": round(now - last, 4),  # since the answer before: they add up
                }
                last = now
                for index in asking[key]:
                    handle.write(json.dumps({"id": questions[index].id, **kept[key]}, ensure_ascii=False) + "\n")
                handle.flush()
        except UserError as error:
            count = f"{len(kept)} of {len(asking)} answers are kept in {path}"
            raise UserError(f"{error}; {count}: run again to go on") from None
    answers = {question.id: kept[key]["response"] for question, key in zip(questions, keys, strict=True)}
    notes = {
        question.id: kept[key]["note"] for question, key in zip(questions, keys, strict=True) if kept[key].get("note")
    }
    agreed = {
        question.id: kept[key]["agreed"] for question, key in zip(questions, keys, strict=True) if "agreed" in kept[key]
    }
    again = {question.id for question, key in zip(questions, keys, strict=True) if kept[key].get("again")}
    figures = _figures(list(kept.values()))
    return answers, {"asked": len(todo), "notes": notes, "agreed": agreed, "again": again, **figures}


def recall(recorded: Recorded, questions: Sequence[Question]) -> tuple[dict[str, str], AskingFigures]:
    """The recorded answers by question id (without those that are missing), and the figures of `ask` as far as the
    file has them."""
    rows = [recorded.rows[question.id] for question in questions if question.id in recorded.rows]
    figures: AskingFigures = {"asked": 0, "notes": {}, "agreed": {}, "again": set(), **_figures(rows)}
    return {row["id"]: row["response"] for row in rows}, figures


def _figures(rows: Sequence[dict]) -> DecodingFigures:
    seconds = sum(row.get("seconds", 0.0) for row in rows)
    tokens = sum(row.get("tokens", 0) for row in rows)
    return {
        "seconds": round(seconds, 1),
        "tokens": tokens,
        "prompt_tokens": sum(row.get("prompt_tokens", 0) for row in rows),
        "tokens_per_second": round(tokens / seconds, 1) if seconds > 0 else 0.0,
    }


def read_answers(path: Path) -> list[dict]:
    """The answers of earlier tries, with `id`, `key` and `response`; a line that was cut off is left out."""
    rows: list[dict] = []
    if not path.exists():
        return rows
    with path.open(encoding="utf-8", errors="replace") as handle:
        for line in handle:
            try:
                row = json.loads(line)
                if all(isinstance(row[name], str) for name in ("id", "key", "response")):
                    rows.append(row)
            except (ValueError, KeyError, TypeError):
                continue
    return rows
