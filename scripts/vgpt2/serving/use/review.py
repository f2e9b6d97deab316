"""A log as work for its owner: what was not proved, what was marked wrong, and words that the catalog does not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vgpt2.catalog.finding.synonyms import by_the_way
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.words import text_words
from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import read_json, write_json
from vgpt2.serving.use.log import Entry

# A word of fewer letters is no name of anything.
LEAST = 4
# What the reasons of a case are counted as, by how they begin; others are of what is not proved.
KINDS = {"the user": "marked wrong", "words": "unknown words", "not sure": "not sure"}


@dataclass(slots=True)
class Case:
    """One question that wants a look. `why`: what is wrong with its answer. The owner fills in `sql` (a right query)
    and `words` (what people say: the table or `table.column` that they mean)."""

    id: str
    question: str
    answer: str
    why: list[str]
    unknown: list[str] = field(default_factory=list)
    sql: str = ""
    words: dict[str, str] = field(default_factory=dict)


def cases(entries: Iterable[Entry], retriever: Retriever) -> list[Case]:
    """What wants a look, the same question once, those that users marked first."""
    found: dict[str, Case] = {}
    for entry in sorted(entries, key=lambda entry: entry.verdict != "wrong"):
        unknown = unknown_words(entry.question, retriever)
        why = [
            *(["the user says that it is wrong"] if entry.verdict == "wrong" else []),
            *(entry.findings if entry.status == "invalid" else []),
            *([f"not proved ({entry.status})"] if entry.status in ("unknown", "outside") else []),
            *(["not sure: the answers do not agree"] if entry.status == "unsure" else []),
            *([f"words that the catalog does not know: {', '.join(unknown)}"] if unknown else []),
        ]
        key = " ".join(text_words(entry.question))
        if why and key not in found:
            found[key] = Case(entry.id, entry.question, entry.answer, why, unknown)
    return list(found.values())


def unknown_words(question: str, retriever: Retriever) -> list[str]:
    """The words of a question that lead to no table and to no column, in order."""
    words = [word for word in dict.fromkeys(text_words(question)) if len(word) >= LEAST and word.isalpha()]
    return [word for word in words if word not in by_the_way() and not retriever.read(word)]


def write_cases(path: Path, found: Sequence[Case]) -> None:
    """Write the review, for its owner to fill in."""
    write_json(path, [asdict(case) for case in found])


def read_cases(path: Path) -> list[Case]:
    """Read a review that was filled in.

    Raises:
        UserError: not JSON, or a case without what it needs; says which.
    """
    rows = read_json(path)
    if not isinstance(rows, list):
        raise UserError(f"{path}: no review; write one with review_log.py LOG --review {path.name}")
    return [_case(path, number, row) for number, row in enumerate(rows, 1)]


def _case(path: Path, number: int, row: Any) -> Case:
    where = f"{path}: case {number}"
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise UserError(f"{where}: not an object with a question; leave those that are fine as they were written")
    names = Case.__dataclass_fields__
    if odd := next((name for name in row if name not in names), ""):
        raise UserError(f"{where}: no such key {odd!r}{did_you_mean(odd, names)}")
    if not isinstance(row.get("sql", ""), str) or not isinstance(row.get("words", {}), dict):
        raise UserError(f"{where}: 'sql' is a text, and 'words' an object of words and the names that they mean")
    return Case(**{"id": "", "answer": "", "why": [], **row})


def told(found: Sequence[Case]) -> list[str]:
    """What a review holds, in lines."""
    reasons = Counter(
        next((said for begins, said in KINDS.items() if why.startswith(begins)), "not proved")
        for case in found
        for why in dict.fromkeys(case.why)
    )
    words = Counter(word for case in found for word in case.unknown)
    often = ", ".join(f"{word} ({count})" for word, count in words.most_common(12))
    return [
        f"{len(found)} questions want a look: " + ", ".join(f"{count} {why}" for why, count in reasons.most_common()),
        *([f"words that the catalog does not know: {often}"] if often else []),
    ]
