"""A log as work for its owner: what was not proved, what was marked wrong, and words that the catalog does not know."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vgpt2.catalog.finding.synonyms import by_the_way
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.words import text_words
from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import read_json, read_text, write_json
from vgpt2.serving.use.entry import Entry

# A word of fewer letters is no name of anything.
LEAST = 4
# What the reasons of a case are counted as, by how they begin; others are of what is not proved.
KINDS = {"the user": "marked wrong", "words": "unknown words", "not sure": "not sure", "values are hidden": ""}
VALUES_HIDDEN = "values are hidden in the question (?): write it anew, with those that the SQL has"


@dataclass(slots=True)
class Case:
    """One question that wants a look. `why`: what is wrong with its answer. The owner fills in `sql` (a right query)
    and `words` (what people say: the table or `table.column` that they mean); where values are hidden in the question,
    the question too."""

    id: str
    question: str
    answer: str
    why: list[str]
    unknown: list[str] = field(default_factory=list)
    sql: str = ""
    words: dict[str, str] = field(default_factory=dict)


def cases(entries: Iterable[Entry], retriever: Retriever) -> list[Case]:
    """What wants a look, the same question once, those that users marked first."""
    found: dict[tuple[str, ...], Case] = {}
    known: dict[str, bool] = {}
    for entry in sorted(entries, key=lambda entry: entry.verdict != "wrong"):
        key = tuple(text_words(entry.question))
        if key in found:
            continue
        unknown = unknown_words(entry.question, retriever, known)
        why = [
            *(["the user says that it is wrong"] if entry.verdict == "wrong" else []),
            *(entry.findings if entry.status == "invalid" else []),
            *([f"not proved ({entry.status})"] if entry.status in ("unknown", "outside") else []),
            *(["not sure: the answers do not agree"] if entry.status == "unsure" else []),
            *([f"words that the catalog does not know: {', '.join(unknown)}"] if unknown else []),
        ]
        if why:
            hidden = [VALUES_HIDDEN] if entry.masked else []
            found[key] = Case(entry.id, entry.question, entry.answer, [*why, *hidden], unknown)
    return list(found.values())


def unknown_words(question: str, retriever: Retriever, known: dict[str, bool] | None = None) -> list[str]:
    """The words of a question that lead to no table and to no column, in order.

    Args:
        known: what was looked up before, and is now.
    """
    known = {} if known is None else known
    words = [word for word in dict.fromkeys(text_words(question)) if len(word) >= LEAST and word.isalpha()]
    for word in words:
        if word not in known:
            known[word] = word in by_the_way() or bool(retriever.read(word))
    return [word for word in words if not known[word]]


def write_cases(path: Path, found: Sequence[Case]) -> None:
    """Write the review, for its owner to fill in."""
    write_json(path, [asdict(case) for case in found])


def read_cases(path: Path) -> list[Case]:
    """Read a review that was filled in.

    Raises:
        UserError: not JSON, or a case without what it needs; says which, and its line.
    """
    rows = read_json(path)
    if not isinstance(rows, list):
        raise UserError(f"{path}: no review; write one with review_log.py LOG --review {path.name}")
    places = enumerate(_lines_of(read_text(path)), 1)
    return [_case(f"{path}:{line}: case {number}", row) for (number, line), row in zip(places, rows, strict=True)]


def _lines_of(text: str) -> Iterator[int]:
    """The line at which each item of a JSON list begins."""
    decoder = json.JSONDecoder()
    at, line = text.index("[") + 1, text.count("\n", 0, text.index("[")) + 1
    while True:
        begin = at
        while text[begin] in ", \t\r\n":
            begin += 1
        if text[begin] == "]":
            return
        line += text.count("\n", at, begin)
        yield line
        _, at = decoder.raw_decode(text, begin)
        line += text.count("\n", begin, at)


def _case(where: str, row: Any) -> Case:
    if not isinstance(row, dict) or not isinstance(row.get("question"), str) or not row["question"].strip():
        raise UserError(f"{where}: not an object with a question; leave those that are fine as they were written")
    names = Case.__dataclass_fields__
    if odd := next((name for name in row if name not in names), ""):
        raise UserError(f"{where}: no such key {odd[:60]!r}{did_you_mean(odd[:60], names)}")
    if odd := next((name for name in ("id", "answer", "sql") if not isinstance(row.get(name, ""), str)), ""):
        what = "a right query, or an empty text" if odd == "sql" else "a text; leave it as it was written"
        raise UserError(f"{where}: {odd!r} is {what}")
    if odd := next((name for name in ("why", "unknown") if not _texts(row.get(name, []))), ""):
        raise UserError(f"{where}: {odd!r} is a list of texts; leave it as it was written")
    words = row.get("words", {})
    if not isinstance(words, dict) or not _texts([*words, *words.values()]) or "" in map(str.strip, words):
        raise UserError(
            f"{where}: 'words' is an object of what people say and the one name that it means, as "
            '{"draws": "JCID"} or {"draws": "JCID.Amount"}'
        )
    return Case(**{"id": "", "answer": "", "why": [], **row})


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def told(found: Sequence[Case]) -> list[str]:
    """What a review holds, in lines."""
    reasons = Counter(
        next((said for begins, said in KINDS.items() if why.startswith(begins)), "not proved")
        for case in found
        for why in dict.fromkeys(case.why)
    )
    del reasons[""]
    words = Counter(word for case in found for word in case.unknown)
    often = ", ".join(f"{word} ({count})" for word, count in words.most_common(12))
    return [
        f"{len(found)} questions want a look: " + ", ".join(f"{count} {why}" for why, count in reasons.most_common()),
        *([f"words that the catalog does not know: {often}"] if often else []),
    ]
