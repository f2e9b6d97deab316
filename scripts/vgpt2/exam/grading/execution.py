"""Execution match: gold and answer on two synthetic data sets; by structure where the gold cannot run here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

from vgpt2.catalog.model import Catalog
from vgpt2.exam.artefacts import ShownRows
from vgpt2.exam.grading.data_sets import covers, cut_short
from vgpt2.exam.grading.edges import looks
from vgpt2.exam.grading.query import Query
from vgpt2.exam.grading.structure import components, differences
from vgpt2.exam.grading.ties import as_good
from vgpt2.exam.tolerance import EXACT, Tolerance
from vgpt2.tsql.check.check import check
from vgpt2.tsql.rows.held import DataSet
from vgpt2.tsql.run.compare import same_rows
from vgpt2.tsql.run.execute import Changes
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.sandbox import Engines, Sandbox
from vgpt2.tsql.run.transpile import Executable

# What a report shows of a result.
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_CHARACTERS = 5, 8, 40
# Golds of which the query and what it returned are kept: more than a suite has.
KEPT_GOLDS = 2_000
COUNTED = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


@dataclass(slots=True, frozen=True)
class Comparison:
    """An answer's query beside one gold: whether it is as good, and how that was found out (`why`).

    `answer`: what the answer's query returned on the first data set; None where it was not run there. One that is the
    gold itself returned what the gold does.
    """

    same: bool
    why: str
    answer: Result | None = None


class Rows:
    """Runs queries on two engines with different rows and keeps what the golds returned. A context manager.

    Golds are texts, read and resolved once each; an answer is a `Query` that its reader has resolved.
    `guarded`: in a process of their own (`tsql.run.sandbox`), for SQL that a model wrote.
    """

    def __init__(self, catalog: Catalog, seed: int = 0, guarded: bool = False) -> None:
        self.catalog = catalog
        self.seed = seed
        self.guarded = guarded
        self.query = lru_cache(maxsize=KEPT_GOLDS)(self._query)
        self.gold_on = lru_cache(maxsize=2 * KEPT_GOLDS)(self._gold_on)
        self._engines: Engines | Sandbox | None = None
        # The data set that was asked last, and what queries returned on it: to load it costs more than to ask it.
        self._last: tuple[DataSet, int, dict[Executable, Result]] = {}, 0, {}
        self._stack = ExitStack()

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
        self._engines = None

    def _query(self, sql: str) -> Query:
        """The query of a text, kept by its text."""
        return Query(check(sql, self.catalog))

    def run(
        self, number: int, queries: Sequence[Query], changes: Changes | None = None, data: DataSet | None = None
    ) -> list[Result]:
        """The results of queries on data set 0 or 1; empty where `changes` (`Engine.changed`) cannot be made, or the
        rows of `data` (`Engine.holding`) do not go into their tables."""
        if self._engines is None:
            self._engines = (Sandbox if self.guarded else Engines)(self.catalog, self.seed)
            self._stack.callback(self._engines.close)
        asked = [query.runs_as for query in queries if isinstance(query.runs_as, Executable)]
        given = self._on(number, asked, data) if data else self._engines.run(number, asked, changes) if asked else []
        if len(given) < len(asked):
            return []
        results = iter(given)
        return [query.runs_as if isinstance(query.runs_as, Result) else next(results) for query in queries]

    def _on(self, number: int, asked: Sequence[Executable], data: DataSet) -> list[Result]:
        """The results of statements on a data set; empty where its rows do not go into their tables."""
        assert self._engines is not None
        if self._last[0] is not data or self._last[1] != number:
            self._last = data, number, {}
        known = self._last[2]
        new = [one for one in dict.fromkeys(asked) if one not in known]
        given = self._engines.run(number, new, None, data) if new else []
        if len(given) < len(new):
            return []
        known.update(zip(new, given, strict=True))
        return [known[one] for one in asked]

    def _gold_on(self, sql: str, number: int) -> Result:
        """The result of a gold query on data set 0 or 1."""
        return self.run(number, [self.query(sql)])[0]

    def gold(self, sql: str) -> list[Result]:
        """The results of a gold query, one a data set."""
        return [self.gold_on(sql, number) for number in (0, 1)]

    def executable(self, sql: str) -> bool:
        """Whether a gold query runs on both data sets."""
        return all(result.status == "rows" for result in self.gold(sql))

    def says_something(self, sql: str) -> bool:
        """Whether a gold returns something on both data sets."""
        return all(result.says_something for result in self.gold(sql))

    def compare(
        self,
        gold: str,
        answer: Query,
        ordered: bool,
        data: Sequence[DataSet] = (),
        within: Tolerance = EXACT,
    ) -> Comparison:
        """Whether an answer's query is as good as the gold. Rows decide where the gold runs and returns any; structure
        does elsewhere.

        Both have a normal form (`Query.form`). `data`: the data sets that were made for the question. `within`: how
        far values may be from the gold's.
        """
        wanted = self.query(gold)
        if wanted.form == answer.form:
            return Comparison(True, "the same query", self.gold_on(gold, 0))
        results = self.gold(gold)
        if any(result.status != "rows" for result in results):
            return Comparison(False, _explain("the gold cannot be run here, compared by structure", wanted, answer))
        if not data and not any(result.rows for result in results):
            how, said = self._differs_at_edges(wanted, answer, ordered, within)
            if said and not how:
                return Comparison(
                    True, "the same rows with values at the edges of the conditions", self.run(0, [answer])[0]
                )
            return Comparison(False, _explain("the gold returns no rows here, compared by structure", wanted, answer))
        why, first = self.misses_made(gold, answer, ordered, within)
        if why:
            failed = first is not None and first.status == "error"
            return Comparison(False, why if failed else _explain(why, wanted, answer), first)
        for number, held in enumerate(data, 3):
            if why := self.differ_on(held, wanted, [answer], ordered, within)[0]:
                return Comparison(False, _explain(f"{why} on data set {number}", wanted, answer), first)
        if how := self._differs_at_edges(wanted, answer, ordered, within)[0]:
            return Comparison(False, _explain(f"other rows than the gold {how}", wanted, answer), first)
        return Comparison(True, f"the same rows on {COUNTED.get(len(data) + 2, len(data) + 2)} data sets", first)

    def misses_made(
        self, gold: str, answer: Query, ordered: bool, within: Tolerance = EXACT
    ) -> tuple[str, Result | None]:
        """In what an answer misses a gold on made rows, as a clause, and what it returned on the first data set; no
        clause where it misses nothing."""
        first = None
        for number, result in enumerate(self.gold(gold)):
            given = self.run(number, [answer])[0]
            first = first or given
            why = _misses(result, given, ordered, within)
            if why and not self._ties(self.query(gold), result, given, ordered, number):
                return why, given if given.status == "error" else first
        return "", first

    def differ_on(
        self, data: DataSet, gold: Query, answers: Sequence[Query], ordered: bool, within: Tolerance = EXACT
    ) -> list[str]:
        """In what each answer misses the gold on a data set of the question, as a clause; empty where it does not, or
        reads a table that the data set does not hold."""
        found = [""] * len(answers)
        places = [place for place, answer in enumerate(answers) if covers(data, answer, self.catalog)]
        if not places or not covers(data, gold, self.catalog):
            return found
        results = self.run(0, [gold, *(answers[place] for place in places)], data=data)
        if not results or results[0].status != "rows":
            return found
        wanted = results[0]
        in_order = ordered and wanted.order is not None
        for place, given in zip(places, results[1:], strict=True):
            if given.status != "not_executable":
                found[place] = _misses(wanted, given, in_order, within)
            if not found[place] and (cut := cut_short(gold, answers[place], len(wanted.rows), self.catalog)):
                shorter = self.run(0, [cut], data=data)
                if shorter and _misses(wanted, shorter[0], in_order, within):
                    found[place] = "fewer rows than the gold where there are more than its TOP lets through"
        return found

    def _differs_at_edges(self, gold: Query, answer: Query, ordered: bool, within: Tolerance) -> tuple[str, bool]:
        """Where an answer differs from the gold, in words (empty: nowhere), and whether the gold returned anything
        before."""
        said = False
        for how, changes in looks(gold.bound, answer.bound, self.catalog, self.seed):
            for number in (0, 1):
                results = self.run(number, [gold, answer], changes)
                if not results or results[0].status != "rows" or results[1].status == "not_executable":
                    continue
                wanted, given = results
                # Rows that tie may come in any order; where the gold sorts by what it does not show, that is not seen.
                in_order = ordered and wanted.order is not None
                if given.status == "error" or not _same(wanted, given, in_order, within):
                    return how, said
                said = said or wanted.says_something
        return "", said

    @staticmethod
    def alike(first: Result, second: Result) -> bool:
        """Whether two results are the same rows, in whatever order."""
        return same_rows(first, second)

    def _ties(self, gold: Query, wanted: Result, given: Result, ordered: bool, number: int) -> bool:
        """Whether what an answer misses are only rows that tie with those of a gold that a TOP cuts."""
        return as_good(gold, wanted, given, ordered, self.catalog, lambda query: self.run(number, [query])[0])

    def parts(self, gold: str, answer: Query) -> dict[str, bool]:
        """Which parts of an answer's query are as in the gold (`structure.components`). Both have a normal form."""
        return components(self.query(gold).bound, answer.bound)


def shown(result: Result | None) -> ShownRows | None:
    """`columns`, the first `rows` as text, and the `count` of all rows; None where there are none."""
    if result is None or result.status != "rows":
        return None
    rows = [[_text(value) for value in row[:SHOWN_COLUMNS]] for row in result.rows[:SHOWN_ROWS]]
    return {
        "columns": [_text(name) for name in result.columns[:SHOWN_COLUMNS]],
        "rows": rows,
        "count": len(result.rows),
    }


def _text(value: object) -> str:
    return "NULL" if value is None else str(value)[:SHOWN_CHARACTERS]


def _same(wanted: Result, given: Result, ordered: bool, within: Tolerance) -> bool:
    return any(same_rows(gold, answer, ordered) for gold, answer in within.pairs(wanted, given))


def _misses(wanted: Result, given: Result, ordered: bool, within: Tolerance) -> str:
    """In what the rows of an answer miss those of the gold, as a clause; empty where they are the same."""
    if given.status == "error":
        return f"does not run: {given.message}"
    if given.status != "rows":
        return f"cannot be run here ({given.message}), compared by structure"
    if _same(wanted, given, ordered, within):
        return ""
    if ordered and _same(wanted, given, False, within):
        return "the gold's rows in another order"
    if len(given.columns) < len(wanted.columns):
        return f"fewer columns than the gold ({len(given.columns)} for {len(wanted.columns)})"
    return f"other rows than the gold ({len(given.rows)} for {len(wanted.rows)})"


def _explain(how: str, gold: Query, answer: Query) -> str:
    return "; ".join((how, *differences(gold.bound, answer.bound)[:3]))
