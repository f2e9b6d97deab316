"""Preference data: DPO pairs and KTO rows, each with one defect that is proved to make it worse.

The defects are taken in turn, the rarest first, so that no single token tells the sides apart; refusing what is
invented is as often right as denying what is real is wrong.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from vgpt2.catalog.model import Catalog
from vgpt2.files import digest
from vgpt2.records.dedupe.split import interleave
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.proof import Prover
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import fits, stream
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives import negatives
from vgpt2.synthesis.negatives.invented import Inventor
from vgpt2.synthesis.preferences.defects import BY_ROWS, SQL_DEFECTS, accept, break_sql, deny

DESIRABLE = 0.6  # share of the KTO rows
# How much more often a defect is wanted that only other rows give away; further conditions more, missing hints less, so
# that a missing AND or NOLOCK does not tell the worse side.
ROWS_WEIGHT = 1.6
WEIGHTS = dict.fromkeys(BY_ROWS, ROWS_WEIGHT) | {"extra_condition": 2.4, "missing_nolock": 0.6}
MISSES = 300  # so many examples in a row without a usable defect end the search


@dataclass(slots=True, frozen=True)
class Broken:
    """An example with a worse answer: the defect, and how `Prover.worse` proved it."""

    example: Example
    answer: str
    defect: str
    worse: str


def record_keys(record: Record) -> list[tuple]:
    """What DPO and KTO may not share: the question, and the skeleton with its objects."""
    keys: list[tuple] = [("question", normalise(record.row["instruction"]))]
    if record.meta.skeleton:
        keys.append(("skeleton", record.meta.skeleton, tuple(sorted(record.meta.objects))))
    return keys


class Preferences:
    """Makes preference data of one catalog. `taken` holds the keys of records that the new ones must not share."""

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
        self.held_out = held_out or HeldOut()
        self.max_defect_share = max_defect_share
        self.prover = Prover(catalog, seed)
        self.inventor = Inventor(catalog)
        self.ctx = Context(catalog, seed, "train", data.compact)
        self.taken = {key for record in taken for key in record_keys(record)}
        self.families: set[str] = set()

    def dpo(self, count: int, harvest: Sequence[Record] = ()) -> list[Record]:
        """`count` pairs, or as many as the catalog gives; harvested ones first."""
        records = self._harvested(harvest, count)
        rest = count - len(records)
        refusals = round(self.data.refusals_in_preferences * rest)
        cap = max(1, math.floor(self.max_defect_share * count))
        made = [*self._accepted(min(refusals, cap), "dpo"), *self._denied(min(refusals, cap), "dpo")]
        made += self._broken(rest - len(made), cap, "dpo")
        records += [self._pair(broken) for broken in made]
        return interleave(records, lambda record: record.meta.defect, random.Random(f"{self.seed}/dpo/order"))

    def kto(self, count: int, harvest: Sequence[Record] = ()) -> list[Record]:
        """`count` rows, 60 % desirable, each with its own question; harvested ones first."""
        records = self._harvested(harvest, count)
        have = Counter(record.row["kto_tag"] for record in records)
        good = max(0, round(DESIRABLE * count) - have[True])
        bad = max(0, count - len(records) - good)
        share = self.data.refusals_in_preferences
        wrong = [*self._denied(round(share * bad), "kto"), *self._accepted(round(share * bad), "kto")]
        wrong += self._broken(bad - len(wrong), max(1, math.ceil(self.max_defect_share * bad)), "kto")
        records += [self._row(broken.example, broken) for broken in wrong]
        # Where the catalog gives too few undesirable rows, the desirable ones keep their share.
        good = min(good, max(0, round(len(wrong) * DESIRABLE / (1 - DESIRABLE)))) if len(wrong) < bad else good
        queries = Counter(one.example.intent for one in wrong if one.example.kind == "sql")
        right = self._right(good, round(share * good), queries)
        records += [self._row(example) for example in right]
        label = lambda record: f"{record.row['kto_tag']}/{record.meta.defect}"  # noqa: E731
        return interleave(records, label, random.Random(f"{self.seed}/kto/order"))

    # Sources: each yields examples whose question, family and SQL are not in use yet.

    def _sql(self, stage: str) -> Iterator[Example]:
        seed = self._seed(stage)
        for example in stream(self.catalog, "sql", seed, "train", self.held_out, plain=self.data.compact):
            if example.sql and self._free(example):
                yield example

    def _pairs(self, stage: str, part: str) -> Iterator[tuple[Example, Example]]:
        # Queries among them: what is accepted must look like what is denied.
        kinds = (
            "invented_table",
            "query_table",
            "query_column",
            "invented_column",
            "query_table",
            "wrong_table_column",
        )
        seed = self._seed(f"{stage}/{part}")
        for pair in negatives.stream(self.catalog, seed, "train", self.held_out, kinds, self.data.compact):
            if all(self._free(example) for example in pair):
                yield pair

    def _seed(self, part: str) -> int:
        return int(digest([self.seed, part], 12), 16)

    def _keys(self, example: Example) -> list[tuple]:
        keys: list[tuple] = [("question", normalise(example.question))]
        if example.sql:
            keys.append(("skeleton", self.prover.skeleton(example.sql), tuple(sorted(example.objects))))
        return keys

    def _free(self, example: Example) -> bool:
        if example.family in self.families or not fits(example, self.data):
            return False
        if example.held_by(self.held_out):
            return False
        return not self.taken.intersection(self._keys(example))

    def _take(self, example: Example) -> None:
        self.families.add(example.family)
        self.taken.update(self._keys(example))

    # Worse answers

    def _broken(self, count: int, cap: int, stage: str) -> list[Broken]:
        """Queries with one defect each: of those that apply, the one that is rarest so far and is proved."""
        made: list[Broken] = []
        counts: Counter = Counter()
        misses = 0
        for example in self._sql(stage) if count > 0 else ():
            broken = self._break(example, counts, cap, stage)
            misses = 0 if broken else misses + 1
            if broken:
                self._take(example)
                counts[broken.defect] += 1
                made.append(broken)
            if len(made) == count or misses == MISSES:
                break
        return made

    def _break(self, example: Example, counts: Counter, cap: int, stage: str) -> Broken | None:
        for defect in sorted(SQL_DEFECTS, key=lambda name: counts[name] / WEIGHTS.get(name, 1)):
            if counts[defect] >= cap:
                continue
            rng = random.Random(f"{self.seed}/{stage}/{defect}/{example.family}")
            answer = break_sql(defect, example, self.ctx, self.inventor, rng)
            ordered = defect == "wrong_order"
            worse = answer and self.prover.worse(answer, example.answer, example.sql, ordered=ordered)
            if worse:
                return Broken(example, answer, defect, worse)
        return None

    def _accepted(self, count: int, stage: str) -> list[Broken]:
        """Questions about what is invented, answered as if it were real; the right answer is the refusal."""
        made: list[Broken] = []
        for refusal, twin in self._pairs(stage, "accepted") if count > 0 else ():
            answer = accept(refusal, twin)
            missing = tuple(fact.subject for fact in refusal.facts if fact.claim == "missing")
            worse = answer and self.prover.worse(answer, refusal.answer, missing=missing)
            if worse:
                self._take(refusal)
                made.append(Broken(refusal, answer, "accepts_invented", worse))
            if len(made) == count:
                break
        return made

    def _denied(self, count: int, stage: str) -> list[Broken]:
        """Questions that can be answered, two of three worded like those about invented things, and refused."""
        made: list[Broken] = []
        twins = (twin for _, twin in self._pairs(stage, "denied"))
        sources = [twins, twins, self._sql(f"{stage}/denied")]
        while len(made) < count and sources:
            source = sources[len(made) % len(sources)]
            example = next(source, None)
            if example is None:
                sources.remove(source)
                continue
            answer = deny(example, self.ctx, random.Random(f"{self.seed}/{stage}/deny/{example.family}"))
            worse = answer and self._free(example) and self.prover.worse(answer, example.answer)
            if worse:
                self._take(example)
                made.append(Broken(example, answer, "false_refusal", worse))
        return made

    def _right(self, count: int, refusals: int, wrong: Counter[str]) -> list[Example]:
        """Right answers: so many refusals, as many of their kind answered, and queries.

        The queries are of the intents of the wrong ones, as often: not every defect fits every intent, and the intent
        must not tell right from wrong.
        """
        made: list[Example] = []
        for refusal, twin in self._pairs("kto", "right") if refusals > 0 else ():
            # A pair gives one row: the two questions of a pair are alike.
            example = twin if sum(one.polarity == "refuse" for one in made) > len(made) / 2 else refusal
            self._take(example)
            made.append(example)
            if len(made) >= min(count, 2 * refusals):
                break
        rest = max(0, count - len(made))
        room = Counter({intent: math.ceil(rest * many / wrong.total()) for intent, many in wrong.items()})
        queries, spare, misses = self._sql("kto/right"), [], 0
        while len(made) < count and misses < MISSES and (example := next(queries, None)):
            if room[example.intent] > 0:
                room[example.intent] -= 1
                misses = 0
                self._take(example)
                made.append(example)
            else:
                misses += 1
                spare.append(example)
        # An intent may have no more queries: others take its place.
        for example in chain(spare, queries):
            if len(made) >= count:
                break
            if self._free(example):
                self._take(example)
                made.append(example)
        return made[:count]

    # Records

    def _prompt(self, example: Example, stage: str) -> Record:
        from vgpt2.synthesis.to_record import sft_record

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
        kept = []
        for record in harvest:
            keys = record_keys(record)
            if len(kept) < count and not self.taken.intersection(keys) and record.meta.family not in self.families:
                self.taken.update(keys)
                self.families.add(record.meta.family)
                kept.append(record)
        return kept
