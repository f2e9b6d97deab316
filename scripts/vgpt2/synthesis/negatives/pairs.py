"""Negatives: questions about what does not exist, refused, each with a twin of the same wording about what does.

Both sides of a pair carry the same schema in their prompt (the real thing, and for the refused side what is nearest to
the invented one), so that neither the wording nor the prompt's shape tells them apart: only the catalog does.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

from vgpt2.catalog.model import Catalog
from vgpt2.records.facts import prove
from vgpt2.records.held_out import HeldOut
from vgpt2.sqltext.names import PLAIN_NAME
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.answers import shown_by
from vgpt2.synthesis.negatives.asked import Pair
from vgpt2.synthesis.negatives.forms import KINDS
from vgpt2.synthesis.negatives.in_words import WordPairs
from vgpt2.synthesis.negatives.invented import Inventor
from vgpt2.synthesis.negatives.names import NamePairs
from vgpt2.synthesis.negatives.queries import QueryPairs
from vgpt2.synthesis.negatives.unclear import UnclearPairs

MISSES = 400  # so many failed tries in a row end a stream


def stream(
    catalog: Catalog,
    seed: int,
    side: str = "train",
    held_out: HeldOut | None = None,
    kinds: Sequence[str] = KINDS,
    plain: bool = False,
) -> Iterator[Pair]:
    """Pairs of a refusal and its answered twin, kinds in turn, no question twice, until the catalog has no more.

    Args:
        side: `train` or `exam`: which wordings are used.
        held_out: what training leaves to the suite.
        plain: see `Context`.
    """
    maker = _Maker(Context.of(catalog, seed, side, plain), held_out or HeldOut())
    asked: set[str] = set()
    misses = 0
    turns: Counter[str] = Counter()
    for kind in cycle(kinds):
        if misses == MISSES:
            return
        pair = maker.pair(kind, turns[kind])
        turns[kind] += 1
        questions = {example.question for example in pair} if pair else set()
        if not pair or questions & asked:
            misses += 1
            continue
        misses = 0
        asked |= questions
        yield pair


class _Maker:
    """Makes the pair of one turn; the same turn gives the same pair."""

    def __init__(self, ctx: Context, held_out: HeldOut) -> None:
        self.ctx = ctx
        self.catalog = ctx.catalog
        self.held_out = held_out
        usable = [table for table in ctx.catalog.queryable if PLAIN_NAME.match(table.name) and shown_by(ctx, table)]
        self.tables = ctx.asked(usable, "negatives")
        inventor = Inventor(ctx.catalog)
        names = NamePairs(ctx, inventor, self.tables)
        unclear = UnclearPairs(ctx, self.tables)
        words = WordPairs(ctx, inventor, self.tables)
        queries = QueryPairs(ctx, inventor, held_out)
        self._makers: dict[str, Callable[[random.Random, int], Pair | None]] = {
            "invented_table": names.invented_table,
            "invented_column": names.invented_column,
            "wrong_table_column": names.wrong_table_column,
            "no_path_join": unclear.no_path_join,
            "ambiguous": unclear.ambiguous,
            "query_table": queries.table,
            "query_column": queries.column,
            "unheard_table": words.table,
            "unheard_column": words.column,
            "others_column": words.others_column,
        }

    def pair(self, kind: str, turn: int) -> Pair | None:
        """The pair of this kind and turn, proved and free of what is held out, or None."""
        pair = self._makers[kind](self.ctx.rng("negative", kind, turn), turn) if self.tables else None
        if pair is None or any(example.held_by(self.held_out) for example in pair):
            return None
        stated = all(prove(fact, self.catalog) for example in pair for fact in example.facts)
        return pair if stated and self._proved(pair[1]) else None

    def _proved(self, twin: Example) -> bool:
        if not twin.sql:
            return True
        from vgpt2.tsql.check.check import check

        return check(twin.sql, self.catalog).clean
