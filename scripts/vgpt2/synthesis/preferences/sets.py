"""Preference data: DPO pairs and KTO rows, each with one defect that is proved to make it worse.

The defects are taken in turn, the rarest first, so that no single token tells the sides apart; refusing what is
invented is as often right as denying what is real is wrong.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from vgpt2.catalog.model import Catalog
from vgpt2.files import digest
from vgpt2.records.dedupe.split import interleave
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.proof import Prover
from vgpt2.settings import DataSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.preferences.sources import Sources
from vgpt2.synthesis.preferences.worse import MISSES, Breaker, Broken
from vgpt2.synthesis.to_record import sft_record

DESIRABLE = 0.6  # share of the KTO rows


class Preferences:
    """Makes preference data of one catalog, which shares no question and no query with the records `taken`."""

    def __init__(
        self,
        catalog: Catalog,
        data: DataSettings,
        seed: int,
        held_out: HeldOut | None = None,
        max_defect_share: float = 0.15,
        taken: Iterable[Record] = (),
    ) -> None:
        self.catalog = catalog
        self.data = data
        self.seed = seed
        self.max_defect_share = max_defect_share
        self.prover = Prover(catalog, seed)
        self.sources = Sources(catalog, data, seed, held_out or HeldOut(), self.prover, taken)
        self.breaker = Breaker(self.sources, Context.of(catalog, seed, "train", data.compact), self.prover)

    def dpo(self, count: int, harvest: Sequence[Record] = ()) -> list[Record]:
        """`count` pairs, or as many as the catalog gives; harvested ones first."""
        records = self._harvested(harvest, count)
        rest = count - len(records)
        refusals = round(self.data.refusals_in_preferences * rest)
        cap = max(1, math.floor(self.max_defect_share * rest))
        made = [*self.breaker.accepted(min(refusals, cap), "dpo"), *self.breaker.denied(min(refusals, cap), "dpo")]
        made += self.breaker.broken(rest - len(made), cap, "dpo")
        records += [self._pair(broken) for broken in made]
        return interleave(records, lambda record: record.meta.defect, random.Random(f"{self.seed}/dpo/order"))

    def kto(self, count: int, harvest: Sequence[Record] = ()) -> list[Record]:
        """`count` rows, 60 % desirable, each with its own question; harvested ones first."""
        records = self._harvested(harvest, count)
        have = Counter(record.row["kto_tag"] for record in records)
        good = max(0, round(DESIRABLE * count) - have[True])
        bad = max(0, count - len(records) - good)
        share = self.data.refusals_in_preferences
        wrong = [*self.breaker.denied(round(share * bad), "kto"), *self.breaker.accepted(round(share * bad), "kto")]
        wrong += self.breaker.broken(bad - len(wrong), max(1, math.ceil(self.max_defect_share * bad)), "kto")
        records += [self._row(broken.example, broken) for broken in wrong]
        # Where the catalog gives too few undesirable rows, the desirable ones keep their share.
        good = min(good, max(0, round(len(wrong) * DESIRABLE / (1 - DESIRABLE)))) if len(wrong) < bad else good
        queries = Counter(one.example.intent for one in wrong if one.example.kind == "sql")
        right = self._right(good, round(share * good), queries)
        records += [self._row(example) for example in right]
        order = random.Random(f"{self.seed}/kto/order")
        return interleave(records, lambda record: f"{record.row['kto_tag']}/{record.meta.defect}", order)

    def _right(self, count: int, refusals: int, wrong: Counter[str]) -> list[Example]:
        """Right answers: so many refusals, as many of their kind answered, and queries.

        The queries are of the intents of the wrong ones, as often: not every defect fits every intent, and the intent
        must not tell right from wrong.
        """
        made: list[Example] = []
        for refusal, twin in self.sources.pairs("kto", "right") if refusals > 0 else ():
            # A pair gives one row: the two questions of a pair are alike.
            example = twin if sum(one.polarity == "refuse" for one in made) > len(made) / 2 else refusal
            self.sources.take(example)
            made.append(example)
            if len(made) >= min(count, 2 * refusals):
                break
        rest = max(0, count - len(made))
        room = Counter({intent: math.ceil(rest * many / wrong.total()) for intent, many in wrong.items()})
        queries, misses = self.sources.queries("kto/right"), 0
        spare: list[Example] = []
        while len(made) < count and misses < MISSES and (query := next(queries, None)):
            if room[query.intent] > 0:
                room[query.intent] -= 1
                misses = 0
                self.sources.take(query)
                made.append(query)
            else:
                misses += 1
                spare.append(query)
        # An intent may have no more queries: others take its place.
        for query in chain(spare, queries):
            if len(made) >= count:
                break
            if self.sources.free(query):
                self.sources.take(query)
                made.append(query)
        return made[:count]

    # Records

    def _prompt(self, example: Example, stage: str) -> Record:
        return sft_record(example, self.catalog, self.data, random.Random(f"{self.seed}/{stage}/{example.family}"))

    def _pair(self, broken: Broken) -> Record:
        record = self._prompt(broken.example, "dpo")
        row = record.row
        values = {"instruction": row["instruction"], "input": row["input"], "chosen": row["output"]}
        values |= {"rejected": broken.answer, "system": row["system"]}
        meta = record.meta
        meta.id, meta.defect, meta.worse, meta.twin = f"dpo-{digest(values)}", broken.defect, broken.worse, ""
        return Record({"id": meta.id, **values}, meta)

    def _row(self, example: Example, broken: Broken | None = None) -> Record:
        record = self._prompt(example, "kto")
        row, meta = record.row, record.meta
        values = {"instruction": row["instruction"], "input": row["input"]}
        values |= {
            "output": broken.answer if broken else row["output"],
            "kto_tag": broken is None,
            "system": row["system"],
        }
        meta.id, meta.twin = f"kto-{digest(values)}", ""
        if broken:
            meta.defect, meta.worse = broken.defect, broken.worse
            meta.polarity = "refuse" if broken.defect == "false_refusal" else "answer"
            meta.gold = example.sql
        return Record({"id": meta.id, **values}, meta)

    def _harvested(self, harvest: Sequence[Record], count: int) -> list[Record]:
        """Harvested records that are not in use yet, at most `count`."""
        # `take_record` marks what it lets through: it is not asked once there are enough.
        return list(islice((record for record in harvest if self.sources.take_record(record)), count))
