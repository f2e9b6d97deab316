"""Execution match: gold and answer on two synthetic data sets; by structure where the gold cannot run here."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.grading.edges import looks
from vgpt2.exam.grading.structure import components, differences, same_structure

# What a report shows of a result.
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_CHARACTERS = 5, 8, 40


@dataclass(slots=True, frozen=True)
class Comparison:
    """An answer's query beside one gold: whether it is as good, and how that was found out (`why`).

    `answer`: what the answer's query returned on the first data set; None where it was not run there. One that is the
    gold itself returned what the gold does.
    """

    same: bool
    why: str
    answer: Any = None


class Rows:
    """Runs queries on two engines with different rows and keeps what the golds returned. A context manager.

    `guarded`: in a process of their own (`tsql.run.sandbox`), for SQL that a model wrote.
    """

    def __init__(self, catalog: Catalog, seed: int = 0, guarded: bool = False) -> None:
        self.catalog = catalog
        self.seed = seed
        self.guarded = guarded
        self._run: Any = None
        self._golds: dict[tuple[str, int], Any] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *error) -> None:
        self._stack.close()
        self._run = None

    def run(self, number: int, queries: list[str], changes: dict | None = None) -> list[Any]:
        """The results of queries on data set 0 or 1; empty where `changes` (`Engine.changed`) cannot be made."""
        if self._run is None:
            from vgpt2.tsql.run.sandbox import Engines, Sandbox

            kind = Sandbox if self.guarded else Engines
            self._run = self._stack.enter_context(kind(self.catalog, self.seed)).run
        return self._run(number, queries, changes)

    def gold_on(self, sql: str, number: int) -> Any:
        """The result of a gold query on data set 0 or 1."""
        if (sql, number) not in self._golds:
            self._golds[sql, number] = self.run(number, [sql])[0]
        return self._golds[sql, number]

    def gold(self, sql: str) -> list[Any]:
        """The results of a gold query, one a data set."""
        return [self.gold_on(sql, number) for number in (0, 1)]

    def executable(self, sql: str) -> bool:
        """Whether a gold query runs on both data sets."""
        return all(result.status == "rows" for result in self.gold(sql))

    def says_something(self, sql: str) -> bool:
        """Whether a gold returns something on both data sets."""
        return all(result.says_something for result in self.gold(sql))

    def compare(self, gold: str, answer: str, ordered: bool) -> Comparison:
        """Whether an answer's query is as good as the gold.

        Both must parse. Rows decide where the gold runs and returns any; structure does elsewhere.
        """
        sides = Bound(gold, self.catalog), Bound(answer, self.catalog)
        if same_structure(sides[0].tree, sides[1].tree):
            return Comparison(True, "the same query", self.gold_on(gold, 0))
        results = self.gold(gold)
        if any(result.status != "rows" for result in results):
            return Comparison(False, _explain("the gold cannot be run here, compared by structure", *sides))
        if not any(result.rows for result in results):
            return Comparison(False, _explain("the gold returns no rows here, compared by structure", *sides))
        first = None
        for number, wanted in enumerate(results):
            given = self.run(number, [answer])[0]
            first = first or given
            if why := _misses(wanted, given, ordered):
                return Comparison(False, why if given.status == "error" else _explain(why, *sides), first)
        if how := self._differs_at_edges(*sides, gold, answer, ordered):
            return Comparison(False, _explain(f"other rows than the gold {how}", *sides), first)
        return Comparison(True, "the same rows on two data sets", first)

    def _differs_at_edges(self, gold: Bound, answer: Bound, gold_sql: str, answer_sql: str, ordered: bool) -> str:
        from vgpt2.tsql.run.compare import same_rows

        for how, changes in looks(gold, answer, self.catalog, self.seed):
            for number in (0, 1):
                results = self.run(number, [gold_sql, answer_sql], changes)
                if not results or results[0].status != "rows" or results[1].status == "not_executable":
                    continue
                # Rows that tie may come in any order; where the gold sorts by what it does not show, that is not seen.
                in_order = ordered and results[0].order is not None
                if results[1].status == "error" or not same_rows(*results, in_order):
                    return how
        return ""

    def parts(self, gold: str, answer: str) -> dict[str, bool]:
        """Which parts of an answer's query are as in the gold (`structure.components`). Both must parse."""
        return components(Bound(gold, self.catalog), Bound(answer, self.catalog))


def shown(result: Any) -> dict | None:
    """`columns`, the first `rows` as text, and the `count` of all rows; None where there are none."""
    if result is None or result.status != "rows":
        return None
    rows = [[_text(value) for value in row[:SHOWN_COLUMNS]] for row in result.rows[:SHOWN_ROWS]]
    return {
        "columns": [_text(name) for name in result.columns[:SHOWN_COLUMNS]],
        "rows": rows,
        "count": len(result.rows),
    }


def _text(value: Any) -> str:
    return "NULL" if value is None else str(value)[:SHOWN_CHARACTERS]


def _misses(wanted: Any, given: Any, ordered: bool) -> str:
    """In what the rows of an answer miss those of the gold, as a clause; empty where they are the same."""
    from vgpt2.tsql.run.compare import same_rows

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


def _explain(how: str, gold: Bound, answer: Bound) -> str:
    return "; ".join((how, *differences(gold, answer)[:3]))
