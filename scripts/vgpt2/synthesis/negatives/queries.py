"""Negatives that read like any question to SQL: a query of the SQL intents whose table or column is invented."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import islice

from vgpt2.catalog.model import Column
from vgpt2.files import digest
from vgpt2.records.facts import Fact
from vgpt2.records.held_out import HeldOut
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.answers import fact_name, like, shown_by
from vgpt2.synthesis.negatives.invented import Inventor, nearest_column
from vgpt2.synthesis.negatives.refusals import no_column, no_table
from vgpt2.synthesis.streams import query_stream


class QueryPairs:
    """Takes the queries of the SQL intents one after the other as twins."""

    def __init__(self, ctx: Context, inventor: Inventor, held_out: HeldOut) -> None:
        self.ctx = ctx
        self.catalog = ctx.catalog
        self.inventor = inventor
        self.held_out = held_out
        self._queries: Iterator[Example] | None = None

    def table(self, rng: random.Random, turn: int = 0) -> tuple[Example, Example] | None:
        """A question of the SQL intents in which the name of the table is invented."""
        twin = self._query(lambda example: self._named(example, self._real(example)))
        if twin is None:
            return None
        table = self.ctx.table(twin.tables[0])
        made, way = self.inventor.table(rng, table, self.ctx.table_words(table))
        if not made:
            return None
        name, real = like(self.ctx, table, made), self.catalog.sql_name(table)
        refusal = no_table(name, real)
        return self._swapped("invented_table", twin, refusal, {"T": name}, {"T": real}, Fact("missing", name), way)

    def column(self, rng: random.Random, turn: int = 0) -> tuple[Example, Example] | None:
        """A question of the SQL intents in which the name of a column is invented."""
        twin = self._query(lambda example: bool(self._named_columns(example)))
        if twin is None:
            return None
        table = self.ctx.table(twin.tables[0])
        column = rng.choice(self._named_columns(twin))
        made, way = self.inventor.column(rng, table, column, self.ctx.words(table).get(column.name, ""))
        if not made:
            return None
        name = self.catalog.sql_name(table)
        near = nearest_column(made, way, column.name, [other.name for other in shown_by(self.ctx, table)])
        refusal = no_column(name, made, near)
        # Both prompts show what the refusal offers.
        offered = (f"{table.qualified}.{near}",) if near else ()
        twin = twin.with_(objects=tuple(dict.fromkeys((*twin.objects, *offered))))
        missing = Fact("missing", fact_name(self.ctx, table, made))
        return self._swapped("invented_column", twin, refusal, {"C": made}, {"C": column.name}, missing, way)

    def _query(self, fits: Callable[[Example], bool]) -> Example | None:
        """The next query of one table that fits, or None."""
        if self._queries is None:
            # Other literals and columns than those of the SQL records.
            self._queries = query_stream(Context.of(self.catalog, self.ctx.seed + 1, self.ctx.side), self.held_out, 1)
        return next((one for one in islice(self._queries, 100) if fits(one)), None)

    def _real(self, example: Example) -> str:
        return self.catalog.sql_name(self.ctx.table(example.tables[0]))

    @staticmethod
    def _named(example: Example, name: str) -> bool:
        """Whether a question holds a name once, as a word, and not beside the words that it stands for."""
        found = re.findall(rf"(?<![\w.(]){re.escape(name)}(?![\w)])", example.question)
        return len(found) == 1 and example.question.count(name) == 1

    def _named_columns(self, example: Example) -> list[Column]:
        table = self.ctx.table(example.tables[0])
        return [
            column for column in shown_by(self.ctx, table) if self._named(example, column.name) and len(column.name) > 3
        ]

    def _swapped(
        self, intent: str, twin: Example, refusal: str, false: dict, true: dict, missing: Fact, way: str
    ) -> tuple[Example, Example]:
        """A query as the twin, and its question with the invented name as what is refused."""
        (slot,) = true
        question = re.sub(rf"(?<![\w.]){re.escape(true[slot])}(?!\w)", lambda _: false[slot], twin.question)
        families = [f"{intent}/query/{digest([twin.family, names])}" for names in (false, true)]
        wording = f"{intent}/query/{twin.wording}"
        slots = {"missing": [missing.subject], "reason": "missing", "false": false, "true": true}
        shared = {"kind": "negative", "intent": intent, "wording": wording, "source": way}
        refused = twin.with_(
            **shared, question=question, answer=refusal, family=families[0], polarity="refuse", sql="",
            facts=(missing,), twin=families[1], ordered=False, slots=slots,
        )  # fmt: skip
        return refused, twin.with_(**shared, family=families[1], twin=families[0])
