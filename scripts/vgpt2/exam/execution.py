"""Execution match: gold and answer on two synthetic data sets; by structure where the gold cannot run here."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.exam.structure import differences, same_structure


class Rows:
    """Runs queries on two engines with different rows and keeps what the golds returned. A context manager."""

    def __init__(self, catalog: Catalog, seed: int = 0) -> None:
        self.catalog = catalog
        self.seed = seed
        self._engines: list[Any] = []
        self._golds: dict[str, list[Any]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *error) -> None:
        self._stack.close()
        self._engines = []

    @property
    def engines(self) -> list[Any]:
        """Two engines, made when first asked for."""
        if not self._engines:
            from vgpt2.tsql.execute import engines

            self._engines = [self._stack.enter_context(engine) for engine in engines(self.catalog, self.seed)]
        return self._engines

    def gold(self, sql: str) -> list[Any]:
        """The results of a gold query, one an engine."""
        if sql not in self._golds:
            self._golds[sql] = [engine.run(sql) for engine in self.engines]
        return self._golds[sql]

    def executable(self, sql: str) -> bool:
        """Whether a gold query runs on both data sets."""
        return all(result.status == "rows" for result in self.gold(sql))

    def says_something(self, sql: str) -> bool:
        """Whether a gold returns something on both data sets."""
        return all(result.says_something for result in self.gold(sql))

    def compare(self, gold: str, answer: str, ordered: bool) -> tuple[bool, str]:
        """Whether an answer's query is as good as the gold, and how that was found out.

        Both must parse. Rows decide where the gold runs and returns any; structure does elsewhere.
        """
        from vgpt2.tsql.dialect import parse
        from vgpt2.tsql.execute import same_rows

        gold_tree, answer_tree = parse(gold), parse(answer)
        if same_structure(gold_tree, answer_tree):
            return True, "the same query"
        results = self.gold(gold)
        if any(result.status != "rows" for result in results):
            return False, self._explain("the gold cannot be run here, compared by structure", gold_tree, answer_tree)
        if not any(result.rows for result in results):
            return False, self._explain("the gold returns no rows here, compared by structure", gold_tree, answer_tree)
        for engine, wanted in zip(self.engines, results, strict=True):
            given = engine.run(answer)
            if given.status == "error":
                return False, f"does not run: {given.message}"
            if given.status != "rows":
                return False, self._explain(
                    f"cannot be run here ({given.message}), compared by structure", gold_tree, answer_tree
                )
            if not same_rows(wanted, given, ordered):
                how = f"other rows than the gold ({len(given.rows)} for {len(wanted.rows)})"
                return False, self._explain(how, gold_tree, answer_tree)
        return True, "the same rows on two data sets"

    @staticmethod
    def _explain(how: str, gold: Any, answer: Any) -> str:
        return "; ".join((how, *differences(gold, answer)[:3]))
