"""Data sets for a question: shaped and drawn until every mutant of its gold returns other rows than the gold.

Kept is a data set that tells one more mutant from the gold, and only where it is fair: the gold returns the same
whatever the order in which the rows lie, and so do the other golds that are held to be the same.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vgpt2.exam.grading.data_sets import covers
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.grading.query import Query
from vgpt2.exam.model import Question
from vgpt2.exam.suite.mutants.equivalent import why_equivalent
from vgpt2.exam.suite.mutants.make import constant, mutants_of
from vgpt2.exam.suite.mutants.model import Mutant
from vgpt2.exam.suite.shapes import MANY, shape_of
from vgpt2.tsql.check.check import check
from vgpt2.tsql.rows.held import DataSet, Held
from vgpt2.tsql.rows.shape import Mould, Shape, sample

# Tried in turn: few rows of few values first, so that what is kept is small.
MOULDS = (
    Mould(MANY, 3, many=True),
    Mould(12, 2),
    Mould(16, 3),
    Mould(24, 2),
    Mould(24, 4, orphans=True),
    Mould(36, 3),
    Mould(MANY, 3, many=True, made=True),
    Mould(MANY, 3, many=True, orphans=True),
    Mould(24, 3, made=True),
    Mould(16, 2, orphans=True),
    Mould(60, 5),
    Mould(100, 3, orphans=True),
)
ROUNDS = 2
LEAST = 2


@dataclass(slots=True)
class Shaped:
    """What came of one question: the question with its data sets, its mutants, those that are the same as the gold in
    every database (and why), and those that are still alive."""

    question: Question
    mutants: list[Mutant] = field(default_factory=list)
    equivalent: list[tuple[Mutant, str]] = field(default_factory=list)
    alive: list[Mutant] = field(default_factory=list)


def with_data(question: Question, rows: Rows, seed: int | str = 0) -> Shaped:
    """The question with data sets that tell its golds from their mutants; one without SQL stays as it is."""
    shaped = Shaped(question)
    if not question.gold.executable:
        return shaped
    data: list[DataSet] = []
    for gold in _readings(question, rows):
        found = _Search(question, gold, rows, f"{seed}/{question.id}")
        found.run(data)
        shaped.mutants += found.mutants
        shaped.equivalent += found.equivalent
        shaped.alive += found.alive
    shaped.question = replace(question, gold=replace(question.gold, data=tuple(data)))
    return shaped


def _readings(question: Question, rows: Rows) -> list[str]:
    """The first gold, and every other that is another reading of the question and not the same in other words."""
    found: list[str] = []
    for sql in question.gold.sql:
        query = rows.query(sql)
        if not any(rows.compare(known, query, question.ordered).same for known in found):
            found.append(sql)
    return found


class _Search:
    """The search for the data sets of one gold."""

    def __init__(self, question: Question, sql: str, rows: Rows, seed: str) -> None:
        self.question = question
        self.rows = rows
        self.seed = seed
        self.gold = rows.query(sql)
        same = (other for other in question.gold.sql if other != sql)
        self.same = [rows.query(other) for other in same if rows.compare(sql, rows.query(other), False).same]
        self.mutants: list[Mutant] = []
        self.equivalent: list[tuple[Mutant, str]] = []
        self.queries: dict[str, Query] = {}
        self.forms = {rows.query(other).form for other in question.gold.sql}
        found = [*mutants_of(self.gold.bound, question.ordered), *constant(rows.gold(sql)[0])]
        for mutant in found:
            query = Query(check(mutant.sql, rows.catalog))
            if query.invalid or query.form in self.forms:
                continue
            if why := why_equivalent(mutant, self.gold.bound):
                self.equivalent.append((mutant, why))
            else:
                self.mutants.append(mutant)
                self.queries[mutant.sql] = query
        # Of each mutant the golds that it may still stand for: it is right while there is one.
        self.taken_for = {mutant.sql: self._golds_of(mutant) for mutant in self.mutants}

    @property
    def alive(self) -> list[Mutant]:
        """The mutants that no data set so far tells from every gold of the question."""
        return [mutant for mutant in self.mutants if self.taken_for[mutant.sql]]

    def _golds_of(self, mutant: Mutant) -> list[str]:
        """The golds that made rows do not tell from a mutant."""
        query, ordered = self.queries[mutant.sql], self.question.ordered
        return [sql for sql in self.question.gold.sql if not self.rows.misses_made(sql, query, ordered)[0]]

    def run(self, data: list[DataSet]) -> None:
        """Add data sets to those found before, until no mutant is left or all moulds were tried.

        LEAST are kept whatever they kill: others may think of mutants that nobody here has.
        """
        for held in data:
            self._kill(held)
        kept = 0
        shape = shape_of([query.bound for query in (self.gold, *self.same)], self.rows.catalog, self.rows.seed)
        for mould, held in _draws(shape, self.seed):
            if not self.alive and kept >= LEAST:
                return
            # So many rows are for what a TOP would cut.
            wanted = not mould.many or any(mutant.kind == "top" for mutant in self.alive)
            if wanted and self._fair(held):
                struck = self._kill(held)
                if struck or (kept < LEAST and not mould.many and held not in data):
                    data.append(held)
                    kept += not mould.many

    def _kill(self, held: DataSet) -> bool:
        """Strike the golds that a data set tells from a mutant; whether there was one."""
        struck = False
        for sql in self.question.gold.sql:
            left = [mutant.sql for mutant in self.alive if sql in self.taken_for[mutant.sql]]
            asked = [self.queries[one] for one in left]
            differs = self.rows.differ_on(held, self.rows.query(sql), asked, self.question.ordered)
            for one, why in zip(left, differs, strict=True):
                if why:
                    self.taken_for[one].remove(sql)
                    struck = True
        return struck

    def _fair(self, held: DataSet) -> bool:
        turned = {name: Held(table.columns, table.rows[::-1]) for name, table in held.items()}
        second = self.rows.run(0, [self.gold], data=turned)
        if not second:
            return False
        # Nearly every data set is fair: what is asked of one that is, is asked at once, for that loads its rows once.
        self.rows.run(0, [one for one in self._asked() if covers(held, one, self.rows.catalog)], data=held)
        first = self.rows.run(0, [self.gold, *self.same], data=held)
        if not first:
            return False
        return all(self.rows.alike(first[0], other) for other in (*first[1:], *second))

    def _asked(self) -> list[Query]:
        """The golds, and the mutants that are alive."""
        golds = [self.rows.query(sql) for sql in self.question.gold.sql]
        return [self.gold, *self.same, *golds, *(self.queries[mutant.sql] for mutant in self.alive)]


def _draws(shape: Shape, seed: str) -> Iterator[tuple[Mould, DataSet]]:
    rng = random.Random(f"{seed}/rows")
    for _ in range(ROUNDS):
        for mould in MOULDS:
            yield mould, sample(shape, mould, rng)


class Mutations:
    """What the mutants of a suite's golds came to; filled while it is built."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.alive: Counter[str] = Counter()
        self.lines: list[dict[str, str]] = []

    def add(self, shaped: Shaped) -> None:
        """Count the mutants of one question, and note those that no data set tells from its golds."""
        self.made.update(mutant.kind for mutant in shaped.mutants)
        self.alive.update(mutant.kind for mutant in shaped.alive)
        for mutant, why in [*((one, "survived") for one in shaped.alive), *shaped.equivalent]:
            self.lines.append(
                {"id": shaped.question.id, "kind": mutant.kind, "how": mutant.how, "why": why, "sql": mutant.sql}
            )

    def figures(self) -> str:
        """For the closing line."""
        made, alive = self.made.total(), self.alive.total()
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.alive.most_common())
        share = f" ({100 * alive / made:.1f} %{': ' + kinds if kinds else ''})" if made else ""
        same = sum(line["why"] != "survived" for line in self.lines)
        return f"{made:,} mutants of the golds, {alive} alive{share}, {same} that say the same"
