"""What a change of the schema does to a run: which of its records, questions and hints still hold on the new catalog.

Everything that names what changed is proved again, as it was when it was made; so is every refusal, for what it denies
may exist by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vgpt2.catalog.changes import Change
from vgpt2.catalog.model import Catalog
from vgpt2.exam.model import Question
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.facts import Fact, prove
from vgpt2.records.model import Meta, Record
from vgpt2.records.proof import Prover
from vgpt2.records.store import RecordFile

DATASETS = ("sft", "sft_eval", "dpo", "dpo_eval", "kto", "kto_eval")
# Claims that something new can make false though they name nothing that went.
OF_WHAT_IS_NOT = frozenset(("missing", "unsaid", "unjoined", "columns", "values", "several"))


@dataclass(slots=True, frozen=True)
class Moved:
    """A record or question that names what changed. `why`: what no longer holds, or empty where all of it does."""

    id: str
    question: str
    why: str = ""


@dataclass(slots=True, frozen=True)
class Said:
    """An answer that was served: its question, its SQL (empty where it has none), and all of its text."""

    id: str
    question: str
    sql: str
    text: str


class Moves:
    """Judges one run's records, questions and served answers by the catalog of now."""

    def __init__(self, before: Catalog, after: Catalog, changes: Sequence[Change]) -> None:
        self._earlier, self._prover = Prover(before), Prover(after)
        self._catalog = after
        self._names = touched_names(before, changes)
        self._new = any(change.kind == "came" for change in changes)

    def records(self, folder: Path) -> dict[str, tuple[int, list[Moved]]]:
        """For each dataset of a run's data folder how many records it has, and those that name what changed or no
        longer hold.

        Raises:
            UserError: a dataset is broken.
        """
        found = {}
        for name in DATASETS:
            path = folder / f"{name}.jsonl"
            if path.exists():
                file = RecordFile(path, name.partition("_")[0])
                moved = [item for record in file if (item := self._record(record))]
                found[name] = (len(file), moved)
        return found

    def questions(self, suite: Sequence[Question]) -> list[Moved]:
        """The questions of a suite that name what changed or no longer hold."""
        return [item for question in suite if (item := self._question(question))]

    def answers(self, served: Iterable[Said]) -> list[Moved]:
        """The served answers that name what changed, and those of which something is no longer so: SQL that was proved
        or was refused, a thing that was denied."""
        return [item for said in served if (item := self._answer(said))]

    def _record(self, record: Record) -> Moved | None:
        meta, row = record.meta, record.row
        named = self._named((*meta.objects, *meta.tables, *(fact.subject for fact in meta.facts_list())))
        refusal = meta.polarity == "refuse"
        if not named and not (self._new and (refusal or any(f["claim"] in OF_WHAT_IS_NOT for f in meta.facts))):
            return None
        good = row.get("chosen") or ("" if row.get("kto_tag") is False else row.get("output", ""))
        why = self._false(meta.facts_list(), find_sql(good), good if refusal else "")
        why = why or self._no_longer_worse(meta, row)
        return Moved(record.id, row["instruction"], why) if named or why else None

    def _question(self, question: Question) -> Moved | None:
        gold = question.gold
        columns = [name for sql in gold.sql for name in self._earlier.verdict(sql).columns]
        named = self._named((*question.tables, *columns, *(fact.subject for fact in gold.facts)))
        if not named and not (self._new and (gold.refuse or gold.facts)):
            return None
        missing = [Fact("missing", name) for name in gold.missing]
        # Any of the golds is right: the question holds while one of them does.
        whys = [self._false((), [sql], "") for sql in gold.sql]
        why = self._false((*gold.facts, *missing), (), "") or (whys[0] if whys and all(whys) else "")
        return Moved(question.id, question.question, why) if named or why else None

    def _answer(self, said: Said) -> Moved | None:
        if not said.sql:
            why = self._false((), (), said.text) if self._new else ""
            return Moved(said.id, said.question, why) if why else None
        before, after = self._earlier.verdict(said.sql), self._prover.verdict(said.sql)
        if before.status == "invalid":
            # What it names came with the change, or is as little there as before.
            return Moved(said.id, said.question, "refused then, and proved now") if after.valid else None
        why = self._false((), [said.sql], "")
        return Moved(said.id, said.question, why) if why or self._named((*before.tables, *before.columns)) else None

    def _false(self, facts: Iterable[Fact], queries: Sequence[str], refusal: str) -> str:
        for fact in facts:
            if not prove(fact, self._catalog):
                return f"no longer so: {fact.claim} of {fact.subject}{f' is {fact.value}' if fact.value else ''}"
        for sql in queries:
            verdict = self._prover.verdict(sql)
            if verdict.status == "invalid":
                return next(finding.message for finding in verdict.findings if finding.kind != "house")
        exist = self._prover.false_denials(refusal) if refusal else []
        return f"denies {exist[0]}, which exists now" if exist else ""

    def _no_longer_worse(self, meta: Meta, row: dict) -> str:
        """Whether a side that was worse for a name that did not exist is so still."""
        bad = row.get("rejected") or (row.get("output", "") if row.get("kto_tag") is False else "")
        if not bad or meta.worse not in ("unresolved", "invented"):
            return ""
        missing = tuple(fact.subject for fact in meta.facts_list() if fact.claim == "missing")
        proved = self._prover.worse(bad, row.get("chosen", ""), meta.gold, missing)
        return "" if proved else "the worse answer is no longer proved to be worse"

    def _named(self, names: Iterable[str]) -> bool:
        return any(part in self._names for name in names for part in name.split("+"))


def touched_names(before: Catalog, changes: Iterable[Change]) -> frozenset[str]:
    """The tables and columns of before that changed, as records and as facts spell them; of joins both sides."""
    names: set[str] = set()
    for change in changes:
        if change.kind == "came" and change.of in ("table", "column", "routine"):
            continue
        for name in change.name.partition(" = '")[0].split("+"):
            names |= {name, *_short(before, name)}
    return frozenset(names)


def _short(before: Catalog, name: str) -> set[str]:
    """`APTH` and `APTH.Vendor` for `dbo.APTH` and `dbo.APTH.Vendor`; of a base table the view's too."""
    owner, column = (name, "") if name in before.by_qualified else tuple(name.rpartition(".")[::2])
    table = before.by_qualified.get(owner)
    if table is None:
        return {name.rpartition(".")[2]}
    tables = [table, *([view] if (view := before.stands_for.get(owner)) else [])]
    return {
        ".".join(part for part in (spelled, column) if part)
        for one in tables
        for spelled in (before.sql_name(one), one.qualified)
    }


def lost_hints(before: Catalog, after: Catalog) -> list[str]:
    """Word hints of the database's settings for tables and columns that are no more."""

    def names(catalog: Catalog) -> set[str]:
        return {name for table in catalog.tables for name in (table.name, *(column.name for column in table.columns))}

    return sorted(set(after.database.word_hints) & (names(before) - names(after)))
