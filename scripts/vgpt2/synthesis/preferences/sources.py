"""Where preference data comes from: examples whose question, family and SQL no record has yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vgpt2.catalog.model import Catalog
from vgpt2.files import digest
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.proof import Prover
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings
from vgpt2.synthesis.generate import fits, stream
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.asked import Pair
from vgpt2.synthesis.negatives.pairs import stream as negative_pairs

# Of the negatives; queries among them: what is accepted must look like what is denied.
NEGATIVES = (
    "invented_table", "query_table", "query_column", "invented_column", "query_table", "wrong_table_column",
)  # fmt: skip

# What two records may not share: the question, or the skeleton with its objects.
Key = tuple[str, str] | tuple[str, str, tuple[str, ...]]


def record_keys(record: Record) -> list[Key]:
    """What DPO and KTO may not share: the question, and the skeleton with its objects."""
    return _keys(record.row["instruction"], record.meta.skeleton, record.meta.objects)


def _keys(question: str, skeleton: str, objects: Iterable[str]) -> list[Key]:
    keys: list[Key] = [("question", normalise(question))]
    if skeleton:
        keys.append(("skeleton", skeleton, tuple(sorted(objects))))
    return keys


class Sources:
    """Streams of one catalog. `taken` holds the records that what comes must not share a key with."""

    def __init__(
        self,
        catalog: Catalog,
        data: DataSettings,
        seed: int,
        held_out: HeldOut,
        prover: Prover,
        taken: Iterable[Record],
    ) -> None:
        self.catalog = catalog
        self.data = data
        self.seed = seed
        self.held_out = held_out
        self.prover = prover
        self._taken = {key for record in taken for key in record_keys(record)}
        self._families: set[str] = set()

    def queries(self, stage: str) -> Iterator[Example]:
        """Queries that are free."""
        seed = self._seed(stage)
        for example in stream(self.catalog, "sql", seed, "train", self.held_out, plain=self.data.compact):
            if example.sql and self.free(example):
                yield example

    def pairs(self, stage: str, part: str) -> Iterator[Pair]:
        """Pairs of a refusal and its answered twin, both free."""
        seed = self._seed(f"{stage}/{part}")
        for pair in negative_pairs(self.catalog, seed, "train", self.held_out, NEGATIVES, self.data.compact):
            if all(self.free(example) for example in pair):
                yield pair

    def _seed(self, part: str) -> int:
        return int(digest([self.seed, part], 12), 16)

    def _keys(self, example: Example) -> list[Key]:
        skeleton = self.prover.skeleton(example.sql) if example.sql else ""
        return _keys(example.question, skeleton, example.objects)

    def free(self, example: Example) -> bool:
        """Whether nothing that was taken, and nothing held out, is like this example, and it is short enough."""
        if example.family in self._families or not fits(example, self.data):
            return False
        if example.held_by(self.held_out):
            return False
        return not self._taken.intersection(self._keys(example))

    def take(self, example: Example) -> None:
        """Mark an example as used."""
        self._families.add(example.family)
        self._taken.update(self._keys(example))

    def take_record(self, record: Record) -> bool:
        """Mark a finished record as used; False where it is not free."""
        keys = record_keys(record)
        if record.meta.family in self._families or self._taken.intersection(keys):
            return False
        self._taken.update(keys)
        self._families.add(record.meta.family)
        return True
