"""Near duplicates: records that say the same with other numbers or a word more (MinHash, then counted exactly).

Words and pairs of words of question and answer make a record's set, literals left out. MinHash finds candidates in time
that grows with the number of records alone; only these are compared set by set, so that none is dropped by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import filterfalse
from operator import add
from typing import Any, TypeVar

from vgpt2.files import digest

T = TypeVar("T")

# Two sets are near duplicates where so much of what either holds is in both (Jaccard).
NEAR = 0.9
# 64 hashes in 8 bands of 8: of pairs with a likeness of 0.9 99 in 100 share a bucket, with 0.7 still 4 in 10.
HASHES, BANDS, SEED = 64, 8, 1
# Of these only pairs with so many equal hashes are compared: with 0.9 all but one in 7,000, with 0.7 one in 4
# (binomial).
AGREEING = 48
# Texts that are signed at once, and sets of words that are kept.
BLOCK, HELD_SETS = 8192, 2048
QUOTED = re.compile(r"'[^']*'")
# Marks between words; on bytes, since that is ten times as fast as on text, and all of them are ASCII.
MARKS = b'(),.;:[]*?!-+/%`"\n\t\r'
NO_MARKS = bytes.maketrans(MARKS, b" " * len(MARKS))


def shingles(text: str) -> list[str]:
    """The words and pairs of neighbouring words of a text without its literals, in lower case."""
    bare = QUOTED.sub(" ", text.lower()).encode("utf-8", "replace").translate(NO_MARKS).decode()
    words = [*filterfalse(str.isdigit, bare.split())]
    return [*words, *map(add, words, words[1:])]


def query_key(kind: str, skeleton: str, objects: Iterable[str]) -> str:
    """The same for records of one kind whose queries differ in literals only; '' without a query.

    Corrections and negatives may have the queries of others: what is asked about them is not the same.
    """
    return digest([kind, skeleton, sorted(set(objects))]) if skeleton else ""


def near_duplicates(items: Sequence[T], text: Callable[[T], str] = str) -> list[tuple[int, int]]:
    """Pairs (earlier, later) of places of items whose texts are near duplicates. Each later one comes once, with the
    first that it is near to; what is a later one itself is no earlier one of another.

    Linear in the number of items; the same texts give the same pairs. No text is held (300 bytes an item are): `text`
    is asked again for those that look alike.
    """
    import numpy

    signatures = _signatures(items, text)
    buckets = _buckets(signatures)
    tokens = lru_cache(HELD_SETS)(lambda place: frozenset(shingles(text(items[place]))))
    alone: dict[int, list[int]] = {}  # by bucket: those that are near to none before them
    found = []
    for later in numpy.flatnonzero((buckets >= 0).any(axis=1)).tolist():
        own = [bucket for bucket in buckets[later].tolist() if bucket >= 0]
        met = sorted({place for bucket in own for place in alone.get(bucket, ())})
        agreeing = (signatures[met] == signatures[later]).sum(axis=1).tolist() if met else []
        for earlier, count in zip(met, agreeing, strict=True):
            if count >= AGREEING and _near(tokens(earlier), tokens(later)):
                found.append((earlier, later))
                break
        else:
            for bucket in own:
                alone.setdefault(bucket, []).append(later)
    return found


def _signatures(items: Sequence[T], text: Callable[[T], str]) -> Any:
    """MinHash of each text: an array of uint32, items by HASHES."""
    import numpy
    from rensa import RMinHash

    signatures = numpy.empty((len(items), HASHES), numpy.uint32)
    for start in range(0, len(items), BLOCK):
        block = items[start : start + BLOCK]
        matrix = RMinHash.digest_matrix_from_token_sets((shingles(text(item)) for item in block), HASHES, SEED)
        signatures[start : start + len(block)] = matrix.to_rows()
    return signatures


def _buckets(signatures: Any) -> Any:
    """For each signature and band the number of its bucket, an array of int32; -1 where nothing else is in it.

    rensa has an index as well; it takes 6 kB an entry, this 32 bytes.
    """
    import numpy

    buckets = numpy.full((len(signatures), BANDS), -1, numpy.int32)
    bands = numpy.ascontiguousarray(signatures).view(numpy.dtype((numpy.void, signatures.itemsize * HASHES // BANDS)))
    count = 0
    for band in range(BANDS):
        _, bucket, size = numpy.unique(bands[:, band], return_inverse=True, return_counts=True)
        shared = size > 1
        numbers = numpy.where(shared, numpy.cumsum(shared) - 1 + count, -1)
        buckets[:, band] = numbers[bucket]
        count += int(shared.sum())
    return buckets


def _near(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= NEAR * len(first | second)
