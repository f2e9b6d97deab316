"""Execution match: gold and answer on two synthetic data sets; by structure where the gold cannot run here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

from vgpt2.catalog.model import Catalog
from vgpt2.exam.artefacts import ShownRows
from vgpt2.exam.grading.edges import looks
from vgpt2.exam.grading.query import Query
from vgpt2.exam.grading.structure import components, differences
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.compare import same_rows
from vgpt2.tsql.run.execute import Changes
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.sandbox import Engines, Sandbox
from vgpt2.tsql.run.transpile import Executable

# What a report shows of a result.
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_CHARACTERS = 5, 8, 40
# Golds of which the query and what it returned are kept: more than a suite has.
KEPT_GOLDS = 2_000


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
        self._stack = ExitStack()

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
        self._engines = None

    def _query(self, sql: str) -> Query:
        """The query of a text, kept by its text."""
        return Query(check(sql, self.catalog))

    def run(self, number: int, queries: Sequence[Query], changes: Changes | None = None) -> list[Result]:
        """The results of queries on data set 0 or 1; empty where `changes` (`Engine.changed`) cannot be made."""
        if self._engines is None:
            self._engines = (Sandbox if self.guarded else Engines)(self.catalog, self.seed)
            self._stack.callback(self._engines.close)
        asked = [query.runs_as for query in queries if isinstance(query.runs_as, Executable)]
        given = self._engines.run(number, asked, changes) if asked else []
        if len(given) < len(asked):
            return []
        results = iter(given)
        return [query.runs_as if isinstance(query.runs_as, Result) else next(results) for query in queries]

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

    def compare(self, gold: str, answer: Query, ordered: bool) -> Comparison:
        """Whether an answer's query is as good as the gold. Rows decide where the gold runs and returns any; structure
        does elsewhere.

        Both have a normal form (`Query.form`).
        """
        wanted = self.query(gold)
        if wanted.form == answer.form:
            return Comparison(True, "the same query", self.gold_on(gold, 0))
        results = self.gold(gold)
        if any(result.status != "rows" for result in results):
            return Comparison(False, _explain("the gold cannot be run here, compared by structure", wanted, answer))
        if not any(result.rows for result in results):
            return Comparison(False, _explain("the gold returns no rows here, compared by structure", wanted, answer))
        first = None
        for number, result in enumerate(results):
            given = self.run(number, [answer])[0]
            first = first or given
            if why := _misses(result, given, ordered):
                return Comparison(False, why if given.status == "error" else _explain(why, wanted, answer), first)
        if how := self._differs_at_edges(wanted, answer, ordered):
            return Comparison(False, _explain(f"other rows than the gold {how}", wanted, answer), first)
        return Comparison(True, "the same rows on two data sets", first)

    def _differs_at_edges(self, gold: Query, answer: Query, ordered: bool) -> str:
        for how, changes in looks(gold.bound, answer.bound, self.catalog, self.seed):
            for number in (0, 1):
                results = self.run(number, [gold, answer], changes)
                if not results or results[0].status != "rows" or results[1].status == "not_executable":
                    continue
                wanted, given = results
                # Rows that tie may come in any order; where the gold sorts by what it does not show, that is not seen.
                in_order = ordered and wanted.order is not None
                if given.status == "error" or not same_rows(wanted, given, in_order):
                    return how
        return ""

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


def _misses(wanted: Result, given: Result, ordered: bool) -> str:
    """In what the rows of an answer miss those of the gold, as a clause; empty where they are the same."""
    if given.status == "error":
        return f"does not run: {given.message}"
    if given.status != "rows":
        return f"cannot be run here ({given.message}), compared by structure"
    if same_rows(wanted, given, ordered):
        return ""
    if ordered and same_rows(wanted, given):
        return "the gold's rows in another order"
    if len(given.columns) < len(wanted.columns):
        return f"fewer columns than the gold ({len(given.columns)} for {len(wanted.columns)})"
    return f"other rows than the gold ({len(given.rows)} for {len(wanted.rows)})"


def _explain(how: str, gold: Query, answer: Query) -> str:
    return "; ".join((how, *differences(gold.bound, answer.bound)[:3]))
