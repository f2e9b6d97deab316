"""What an owner put right becomes training data, exam questions and word hints; no question is in both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.catalog.lookup import find_column, find_table
from vgpt2.catalog.model import Catalog
from vgpt2.errors import did_you_mean
from vgpt2.exam.grading.execution import Rows
from vgpt2.files import digest, write_json, write_text
from vgpt2.records.prompt import fenced, schema_text, system_prompt
from vgpt2.records.text import normalise, text_fault
from vgpt2.serving.use.entry import Entry
from vgpt2.serving.use.mask import HIDDEN
from vgpt2.serving.use.review import VALUES_HIDDEN, Case
from vgpt2.tsql.skeleton import skeleton

# Of the queries so many in a hundred go to the exam.
TO_EXAM = 30
FILES = ("extra/answers.json", "questions.json", "also_called.yaml")
# A value's place: a question mark behind a word ends a sentence.
_HOLE = re.compile(rf"(?<!\w){re.escape(HIDDEN)}")


@dataclass(slots=True)
class Taken:
    """`rows`: Alpaca rows for EXTRA; `questions`: for the curated suite; `hints`: by what they mean the words, for the
    database's YAML; `refused`: a line for each thing that is not taken, and why."""

    rows: list[dict[str, str]] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    hints: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def take_in(found: Sequence[Case], catalog: Catalog, entries: Iterable[Entry] = ()) -> Taken:
    """Prove what the owner put in and part it. Queries of one form go to one side, so that no question of the exam is
    a training question in other words; and a question is asked once, whatever its query.

    Args:
        entries: of the log, for it knows in which questions values are hidden.
    """
    taken, asked, holes = Taken(), dict[str, int](), Holes(entries)
    with Rows(catalog) as rows:
        for number, case in enumerate(found, 1):
            where = f"case {number} ({' '.join(case.question.split())[:60]})"
            _take_words(case, where, catalog, taken)
            if not case.sql.strip():
                continue
            first = asked.setdefault(normalise(case.question), number)
            if fault := text_fault(case.question) or text_fault(case.sql):
                taken.refused.append(f"{where}: {fault[1]} can be no part of a text; take it out")
            elif holes.left_in(case):
                taken.refused.append(f"{where}: {VALUES_HIDDEN}")
            elif first != number:
                taken.refused.append(f"{where}: asks the same as case {first}; one of them can be taken")
            else:
                _take(case, where, rows, taken)
    return taken


class Holes:
    """The questions of a log in which `?` stands for values: what is learnt from them would have values in its query
    of which its question says nothing."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._masked: dict[str, bool] = {}
        self._texts: set[str] = set()
        for entry in entries:
            self._masked[entry.id] = entry.masked
            if entry.masked:
                self._texts.add(_bare(entry.question))

    def left_in(self, case: Case) -> bool:
        """Whether a case is one of them, and was not written anew: its places are as they were, or empty."""
        masked = self._masked.get(case.id, VALUES_HIDDEN in case.why)
        if masked and _HOLE.search(case.question):
            return True
        return (masked or case.id not in self._masked) and _bare(case.question) in self._texts


def _bare(question: str) -> str:
    return normalise(_HOLE.sub(" ", question))


def _take_words(case: Case, where: str, catalog: Catalog, taken: Taken) -> None:
    """Words by the names as the settings have them: of a table, or of a column behind its table."""
    for words, name in case.words.items():
        table, column = find_table(catalog, name), find_column(catalog, name)
        if text_fault(words):
            taken.refused.append(f"{where}: {words[:60]!a} are no words; they are left out")
        elif not (table or column):
            near = did_you_mean(name[:100], (item.name for item in catalog.tables))
            taken.refused.append(
                f"{where}: there is no table or table.column {name[:100]} in this catalog; {words!r} is left out{near}"
            )
        else:
            owner = table or (column[0] if column else None)
            assert owner is not None
            # Questions are about the view that stands before a table.
            shown = catalog.stands_for.get(owner.qualified, owner)
            key = shown.name if table else f"{shown.name}.{column[1].name}" if column else ""
            # Its line in the settings is replaced by this one, so what stands there stays.
            if words not in taken.hints.setdefault(key, list(catalog.database.also_called.get(key, ()))):
                taken.hints[key].append(words)


def _take(case: Case, where: str, rows: Rows, taken: Taken) -> None:
    sql, catalog = case.sql.strip().rstrip(";"), rows.catalog
    verdict = rows.query(sql).verdict
    if not verdict.clean or verdict.tree is None:
        reason = verdict.findings[0].message if verdict.findings else verdict.unknown_because or verdict.status
        taken.refused.append(f"{where}: the SQL is not proved: {reason}")
        return
    if failed := next((result for result in rows.gold(sql) if result.status == "error"), None):
        taken.refused.append(f"{where}: the SQL does not run on made rows: {failed.message}")
        return
    if int(digest(skeleton(verdict.tree)), 16) % 100 < TO_EXAM:
        name = f"use-{digest(case.question.lower().split())}"
        taken.questions.append({"id": name, "category": "business", "question": case.question, "sql": sql})
        return
    shown = schema_text(catalog, verdict.tables, verdict.columns, question=case.question)
    taken.rows.append(
        {"instruction": case.question, "input": shown, "output": fenced(sql), "system": system_prompt(catalog)}
    )


def write_taken(folder: Path, taken: Taken) -> list[Path]:
    """Write what there is; returns the files. What an earlier call wrote and this one has nothing for goes, so that no
    question stays on the side that it left."""
    hints = "".join(
        f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(words, ensure_ascii=False)}\n"
        for name, words in sorted(taken.hints.items())
    )
    written = []
    for name, content in zip(FILES, (taken.rows, taken.questions, hints and f"also_called:\n{hints}"), strict=True):
        path = folder / name
        if not content:
            path.unlink(missing_ok=True)
            continue
        if isinstance(content, str):
            write_text(path, content)
        else:
            write_json(path, content)
        written.append(path)
    return written
